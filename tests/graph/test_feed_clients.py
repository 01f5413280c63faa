"""The live feed with the clients that other people wrote."""

from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from graph.transport import GraphQLApp
from tests.graph import node
from tests.graph.serving import happens, serving


async def test_the_client_that_dashboards_use_comes_back_by_itself(house, tenant):
    app = GraphQLApp(house)
    async with (
        serving(app.routes()) as first,
        node.started("watch.mjs", first.socket_url, tenant.token) as client,
    ):
        await node.next_saying(client, "batch")
        await happens(house, tenant, "pay")
        batch = await node.next_saying(client, "batch")
        await first.stop()
        closed = await node.next_saying(client, "closed")
        async with serving(app.routes(), port=first.port):
            await node.next_saying(client, "connected")
            await node.next_saying(client, "batch")
            await happens(house, tenant, "pay")
            after = await node.next_saying(client, "batch")

    assert [c["kind"] for c in batch["changes"] + after["changes"]] == ["NEW", "AGAIN"]
    assert closed["code"] == 1012


async def test_the_client_that_dashboards_use_is_answered_when_it_asks_who_is_there(door, tenant):
    async with node.started("watch.mjs", door.socket_url, tenant.token) as client:
        await node.next_saying(client, "batch")
        await node.next_saying(client, "pong")
        await node.next_saying(client, "pong")


async def test_a_wrong_token_is_told_to_the_client_that_dashboards_use(door):
    async with node.started("watch.mjs", door.socket_url, "tocsin_wrong") as client:
        closed = await node.next_saying(client, "closed")

    assert closed["code"] == 4403


async def test_the_python_client_watches_and_asks_over_one_socket(door, house, tenant):
    transport = WebsocketsTransport(
        url=door.socket_url,
        init_payload={"token": tenant.token},
        subprotocols=["graphql-transport-ws"],
    )
    document = gql("subscription { errorFeed { changes { kind error { title } } } }")
    found: list[object] = []
    async with Client(transport=transport) as session:
        async for answer in session.subscribe(document):
            found += answer["errorFeed"]["changes"]
            if found:
                break
            await happens(house, tenant, "pay")
        name = await session.execute(gql("{ viewer { user { name } } }"))

    assert found == [{"kind": "NEW", "error": {"title": "ValueError: no such card"}}]
    assert name == {"viewer": {"user": {"name": "Ada"}}}
