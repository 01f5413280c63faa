"""The wire: the frames that many share are those that a library would make for each."""

import pytest
from websockets.frames import Frame, Opcode

from graph.transport import GraphQLApp
from graph.transport.wire import frame_of
from server.sockets import CuttingProtocol
from tests.graph.serving import happens, serving
from tests.graph.sockets import a_socket

FEED = "subscription { errorFeed { changes { kind error { title } } } }"


@pytest.mark.parametrize("length", [0, 1, 124, 125, 126, 65_533, 65_534, 65_535, 70_000])
def test_a_finished_frame_is_what_a_library_makes(length):
    payload = "ü" + "x" * length
    text = f'{{"payload":{payload}}}'

    frame = frame_of('{"payload":', payload)

    assert frame == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


async def test_finished_frames_and_others_come_in_order_until_the_socket_closes(house, tenant):
    app = GraphQLApp(house)
    async with serving(app.routes(), ws=CuttingProtocol) as door:
        async with a_socket(door.socket_url) as socket:
            await socket.init(tenant.token)
            await socket.subscribe("1", FEED)
            await socket.next("1")
            for _ in range(5):
                await happens(house, tenant, "pay")
                batch = (await socket.next("1"))["data"]["errorFeed"]
                assert batch["changes"][0]["error"] == {"title": "ValueError: no such card"}
                await socket.send({"type": "ping"})
                assert await socket.receive() == {"type": "pong"}
            await socket.send({"type": "connection_init"})
            assert (await socket.close_code())[0] == 4429
        while app.live.subscribers:
            await happens(house, tenant, "pay")
