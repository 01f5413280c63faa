"""The graphql-transport-ws protocol, message by message, against a real server."""

import asyncio
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus

from domain.viewers import Viewer
from graph.transport import GraphQLApp
from graph.transport.doorkeeper import Doorkeeper
from graph.transport.http import MAXIMUM_OPERATIONS_OF_A_SOCKET
from graph.transport.websocket import LONGEST_ID, problem_with
from persistence.database import Database
from tests.graph.serving import a_house, serving
from tests.graph.sockets import PROTOCOL, a_socket

NAME = "{ viewer { user { name } } }"
FEED = "subscription { errorFeed { kind changes { count } } }"
OPENING = {"errorFeed": {"kind": "CHANGES", "changes": []}}


@pytest.mark.parametrize("protocols", [None, ("foo",), ("graphql-ws",)])
async def test_other_protocols_are_refused_with_a_code_that_the_client_sees(door, protocols):
    async with a_socket(door.socket_url, protocols=protocols) as socket:
        assert await socket.close_code() == (4406, "Subprotocol not acceptable")


async def test_of_several_protocols_ours_is_chosen(door, tenant):
    async with a_socket(door.socket_url, protocols=("graphql-ws", PROTOCOL)) as socket:
        await socket.init(tenant.token)

        assert socket.connection.subprotocol == PROTOCOL


@pytest.mark.parametrize(
    "payload",
    [
        lambda token: {"token": token},
        lambda token: {"Authorization": f"Bearer {token}"},
        lambda token: {"authorization": f"bearer {token}"},
    ],
)
async def test_a_token_in_the_first_message_opens_the_door(door, tenant, payload):
    async with a_socket(door.socket_url) as socket:
        await socket.send({"type": "connection_init", "payload": payload(tenant.token)})

        assert await socket.receive() == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {}}])
async def test_a_token_in_the_upgrade_opens_the_door(door, tenant, payload):
    headers = {"Authorization": f"Bearer {tenant.token}"}
    async with a_socket(door.socket_url, additional_headers=headers) as socket:
        await socket.send({"type": "connection_init", **payload})

        assert await socket.receive() == {"type": "connection_ack"}


@pytest.mark.parametrize(
    "payload",
    [None, {}, {"token": "tocsin_" + "0" * 64}, {"token": 1}, {"Authorization": "Basic eDp5"}],
)
async def test_without_a_token_that_opens_the_door_the_socket_is_closed(door, payload):
    async with a_socket(door.socket_url) as socket:
        await socket.send({"type": "connection_init", "payload": payload})

        assert await socket.close_code() == (4403, "Forbidden")


async def test_who_says_nothing_is_shown_out(house):
    app = GraphQLApp(house)
    app.connection_init_wait_timeout = timedelta(seconds=0.05)
    async with serving(app.routes()) as door, a_socket(door.socket_url) as socket:
        assert await socket.close_code() == (4408, "Connection initialisation timeout")


async def test_an_operation_before_the_acknowledgement_closes_the_socket(door):
    async with a_socket(door.socket_url) as socket:
        await socket.subscribe("1", NAME)

        assert await socket.close_code() == (4401, "Unauthorized")


async def test_a_second_init_closes_the_socket(door, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.send({"type": "connection_init"})

        assert await socket.close_code() == (4429, "Too many initialisation requests")


async def test_the_same_id_twice_closes_the_socket_whatever_its_length(door, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("ü" * LONGEST_ID, FEED)
        await socket.subscribe("ü" * LONGEST_ID, FEED)

        code, reason = await socket.close_code()

    assert code == 4409
    assert reason.startswith("Subscriber for ü")


@pytest.mark.parametrize(
    "frame",
    [
        "{{",
        "",
        "null",
        "1",
        '"ping"',
        "[]",
        "{}",
        '{"type": ["ping"]}',
        '{"type": "start"}',
        json.dumps({"type": "x" * 500}),
        '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": ["1"], "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": 1}}',
        '{"type": "complete", "id": {}}',
        b'{"type": "ping"}',
    ],
)
async def test_what_is_no_message_of_the_protocol_closes_the_socket(door, tenant, frame):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.connection.send(frame)

        code, _ = await socket.close_code()

    assert code == 4400


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["type", "id", "payload", "query", "variables"])
        | st.text(max_size=3),
        inner | st.sampled_from(["subscribe", "complete", "ping", "connection_init"]),
    ),
))  # fmt: skip
def test_whatever_json_a_client_sends_there_is_a_verdict_on_it(message):
    assert isinstance(problem_with(message), str | None)


async def test_a_ping_is_answered(door, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.send({"type": "ping", "payload": {"at": 1}})

        assert await socket.receive() == {"type": "pong"}


async def test_a_mistake_in_one_document_leaves_the_other_operations_alone(door, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("live", FEED)
        assert (await socket.next("live"))["data"] == OPENING

        for query, code in (
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("", "GRAPHQL_VALIDATION_FAILED"),
            ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
            ("query A { __typename } query B { __typename }", "GRAPHQL_VALIDATION_FAILED"),
            ('subscription { errorFeed(after: "x") { cursor } }', "GRAPHQL_VALIDATION_FAILED"),
        ):
            await socket.subscribe("1", query)
            answer = await socket.receive()

            assert (answer["id"], answer["type"]) == ("1", "error")
            assert answer["payload"][0]["extensions"]["code"] == code

        await socket.subscribe("1", NAME)
        assert (await socket.next("1"))["data"] == {"viewer": {"user": {"name": "Ada"}}}
        assert await socket.receive() == {"id": "1", "type": "complete"}


async def test_a_refused_mutation_is_answered_over_a_socket_too(door, tenant):
    mutation = 'mutation { setErrorStatus(id: "x", status: OPEN) { __typename } }'
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("1", mutation)

        answer = await socket.next("1")

    assert answer["data"] == {"setErrorStatus": {"__typename": "Invalid"}}


async def test_a_completed_operation_ends_and_its_id_is_free_again(door, house, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        for _ in range(3):
            await socket.subscribe("1", FEED)
            assert (await socket.next("1"))["data"] == OPENING
            await socket.send({"id": "1", "type": "complete"})
            await socket.send({"type": "ping"})
            assert await socket.receive() == {"type": "pong"}


async def test_a_socket_carries_only_so_many_operations(door, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        for n in range(MAXIMUM_OPERATIONS_OF_A_SOCKET):
            await socket.subscribe(str(n), FEED)
            await socket.next(str(n))
        await socket.subscribe("one more", FEED)

        answer = await socket.receive()

    assert (answer["id"], answer["type"]) == ("one more", "error")
    assert answer["payload"][0]["extensions"] == {"code": "TOO_MANY_OPERATIONS"}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "https://dashboard.example",
        "https://tocsin.example",
        "http://127.0.0.1:{port}",
    ],
)
async def test_programs_and_pages_of_known_origins_are_let_in(door, tenant, origin):
    known = None if origin is None else origin.format(port=door.port)
    async with a_socket(door.socket_url, origin=known) as socket:
        await socket.init(tenant.token)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_pages_of_other_origins_are_kept_out(door, origin):
    with pytest.raises(InvalidStatus) as refused:
        async with a_socket(door.socket_url, origin=origin):
            pass

    assert refused.value.response.status_code == 403


class Moody:
    """An access that lets in, and then does what a test tells it to."""

    def __init__(self, viewer: Viewer) -> None:
        self.answer: Viewer | Exception | None = viewer

    async def caller_of(self, secret: str) -> Viewer | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        (None, "UNAUTHENTICATED"),
        (KeyError("a bug"), "INTERNAL"),
        (ConnectionRefusedError(), "UNAVAILABLE"),
    ],
)
async def test_what_befalls_one_operation_leaves_the_socket_open(house, tenant, mood, code):
    access = Moody(tenant.viewer)
    app = GraphQLApp(house, doorkeeper=Doorkeeper(access, remembered_seconds=0))
    async with serving(app.routes()) as door, a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        access.answer = mood
        await socket.subscribe("1", NAME)
        refused = await socket.receive()
        access.answer = tenant.viewer
        await socket.subscribe("1", NAME)
        answered = await socket.next("1")

    assert (refused["id"], refused["type"]) == ("1", "error")
    assert refused["payload"][0]["extensions"]["code"] == code
    assert answered["data"] == {"viewer": {"user": {"name": "Ada"}}}


async def test_who_goes_away_in_the_middle_is_not_missed(house, tenant, caplog):
    async with serving(GraphQLApp(house).routes()) as door:
        for _ in range(5):
            async with a_socket(door.socket_url) as socket:
                await socket.init(tenant.token)
                for n in range(20):
                    await socket.subscribe(str(n), FEED)
                await socket.next("0")
                socket.connection.transport.abort()
        while house.hub.counts.listeners:
            await asyncio.sleep(0.01)

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_server_that_stops_tells_its_sockets_to_come_back(house, tenant):
    async with (
        serving(GraphQLApp(house).routes()) as door,
        a_socket(door.socket_url) as socket,
    ):
        await socket.init(tenant.token)
        await socket.subscribe("live", FEED)
        await socket.next("live")
        await door.stop()

        assert (await socket.close_code())[0] == 1012


async def test_a_feed_that_ends_tells_its_socket_to_come_back(database, tenant):
    async with (
        a_house(database) as house,
        serving(GraphQLApp(house).routes()) as door,
        a_socket(door.socket_url) as socket,
    ):
        await socket.init(tenant.token)
        await socket.subscribe("live", FEED)
        await socket.next("live")
        await house.hub.close()

        assert await socket.close_code() == (1012, "Service restart")


async def test_who_comes_while_the_database_is_away_is_told_to_try_again(tenant):
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1)
    async with (
        a_house(nowhere) as house,
        serving(GraphQLApp(house).routes()) as door,
        a_socket(door.socket_url) as socket,
    ):
        await socket.send({"type": "connection_init", "payload": {"token": tenant.token}})

        assert await socket.close_code() == (1013, "The database does not answer")
    await nowhere.close()
