"""The live feed over server-sent events with the client that other people wrote, and its edges."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from domain.feed import Change, FeedKind
from graph.live.counts import LiveCounts
from graph.live.live import Live
from graph.live.patience import Patience
from graph.live.quotas import LiveLimits
from graph.transport import GraphQLApp
from persistence.database import SYSTEM
from server.protocol import BoundedProtocol
from tests.conftest import CLOCK
from tests.graph import node
from tests.graph.events import streaming
from tests.graph.serving import Served, happens, serving
from tests.graph.sockets import a_socket
from tests.graph.watching import append
from tests.house import Tenant


@contextmanager
def _reading_nothing(door: Served, token: str, query: str) -> Iterator[None]:
    """Ask for events over a connection that takes as little as it can, and never read."""
    body = json.dumps({"query": query}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", door.port))
        connection.sendall(head.encode() + body)
        yield


SIMPLE = "subscription { errorFeed { kind cursor omitted changes { kind cursor } } }"


async def test_the_client_of_graphql_sse_comes_back_by_itself_and_misses_nothing(house, tenant):
    app = GraphQLApp(house)
    async with (
        serving(app.routes(), http=BoundedProtocol) as first,
        node.started("events.mjs", first.url, tenant.token) as client,
    ):
        await node.next_saying(client, "batch")
        await happens(house, tenant, "pay")
        before = await node.next_saying(client, "batch")
        await first.stop()
        await happens(house, tenant, "pay")
        async with serving(app.routes(), port=first.port):
            again = await node.next_saying(client, "connected")
            after = await node.next_saying(client, "batch")

    assert again["isAgain"]
    assert [c["kind"] for c in before["changes"] + after["changes"]] == ["NEW", "AGAIN"]


async def test_the_client_of_graphql_sse_asks_and_is_told_what_is_wrong(door, tenant):
    async with node.started(
        "events.mjs", door.url, tenant.token, "{ viewer { user { name } } }"
    ) as c:
        answer = await node.next_saying(c, "answer")
        await node.next_saying(c, "complete")
    async with node.started("events.mjs", door.url, tenant.token, "{ nope }") as c:
        wrong = await node.next_saying(c, "errors")
        await node.next_saying(c, "complete")

    assert answer["data"] == {"viewer": {"user": {"name": "Ada"}}}
    assert wrong["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_silent_stream_ends_when_its_token_is_revoked(house, tenant):
    app = GraphQLApp(house)
    async with serving(app.routes()) as door, streaming(door, tenant.token, SIMPLE) as events:
        await events.batch()
        async with house.database.raw_writing(SYSTEM) as db:
            await db.execute(
                "UPDATE api_tokens SET revoked_at = now() WHERE user_id = $1", tenant.user
            )
        await app.watch.look()
        result = await events.result()

        assert await events.is_complete()
    assert result["data"] is None
    assert [error["extensions"] for error in result["errors"]] == [{"code": "UNAUTHENTICATED"}]


async def test_streams_and_sockets_are_counted_together(house, tenant):
    limits = LiveLimits(connections_per_token=2)
    app = GraphQLApp(replace(house, live=LiveCounts(), live_limits=limits))
    async with serving(app.routes()) as door:
        async with a_socket(door.socket_url) as first:
            await first.init(tenant.token)
            async with streaming(door, tenant.token, SIMPLE) as events:
                await events.batch()
                async with streaming(door, tenant.token, SIMPLE) as refused:
                    answer = (await refused.response.aread()).decode()
        async with asyncio.timeout(30):
            while app.live.counts.sockets:
                await asyncio.sleep(0.01)
        async with streaming(door, tenant.token, SIMPLE) as again:
            await again.batch()

    assert refused.response.status_code == 429
    assert refused.response.headers["retry-after"] == "5"
    assert "TOO_MANY_CONNECTIONS" in answer
    assert app.live.counts.refused == 1


async def test_a_process_that_drains_breaks_streams_off_and_begins_none(house, tenant):
    app = GraphQLApp(replace(house, live=LiveCounts()))
    async with serving(app.routes()) as door, streaming(door, tenant.token, SIMPLE) as events:
        await events.batch()
        await app.live.drain(longest_seconds=0.1)
        async with streaming(door, tenant.token, SIMPLE) as late:
            ends = [await events.is_complete(), await late.is_complete()]

    assert ends == [False, False]
    assert late.retry_milliseconds >= 1_000


async def test_who_reads_nothing_is_cut_and_goes_on_where_it_was(house, tenant, caplog):
    """The kernel takes a few hundred kilobytes for who does not read; then nothing more goes."""
    app = GraphQLApp(house)
    app.live = Live(house, app.schema._schema, patience=Patience(cut_seconds=0.1))
    selection = " ".join(f"m{n}: message" for n in range(25))
    query = f"subscription {{ errorFeed {{ changes {{ cursor error {{ {selection} }} }} }} }}"
    await happens(house, tenant, "pay")
    async with house.database.raw_writing(SYSTEM) as db:
        await db.execute(
            "UPDATE errors SET message = repeat('m', 8000) WHERE organization_id = $1",
            tenant.organization,
        )
        [error] = await db.fetch(
            "SELECT id FROM errors WHERE organization_id = $1", tenant.organization
        )
    changes = [_again(tenant, error["id"]) for _ in range(10)]
    async with serving(app.routes(), http=BoundedProtocol) as door:
        with _reading_nothing(door, tenant.token, query):
            async with asyncio.timeout(30):
                while not app.live.subscribers:
                    await asyncio.sleep(0)
                while app.live.subscribers:
                    await append(house, *changes)

    assert app.live.counts.cut == 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def _again(tenant: Tenant, error: UUID) -> Change:
    return Change(
        organization_id=tenant.organization,
        kind=FeedKind.ERROR_AGAIN,
        subject_id=error,
        at=CLOCK.now(),
    )
