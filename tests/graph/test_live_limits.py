"""Bounds of the live feeds: who is too many, too slow, or in the way of a restart."""

import asyncio
import json
import socket as sockets
import time
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from application.headcount import Headcount
from graph.live.counts import LiveCounts
from graph.live.live import Live
from graph.live.patience import Patience
from graph.live.quotas import LiveLimits
from graph.schema import schema
from graph.transport import GraphQLApp
from server.sockets import CuttingProtocol
from tests.application.doubles import HeardBus
from tests.graph.serving import serving
from tests.graph.sockets import a_socket
from tests.graph.test_live import changes
from tests.graph.watching import append
from tests.machine import burden

FEED = "subscription { errorFeed { kind omitted changes { cursor } } }"
# So long that a few frames fill every buffer on the way.
LONG = FEED.replace("cursor", " ".join(f"{'a' * 90}{n}: errorId" for n in range(25)))


def an_app(house, *, patience: Patience | None = None, **limits: int) -> GraphQLApp:
    own = replace(house, live=LiveCounts(), live_limits=LiveLimits(**limits))
    return GraphQLApp(own, live=Live(own, schema._schema, patience=patience))


@pytest.mark.parametrize("limit", ["connections_per_token", "connections_per_organization"])
async def test_a_token_and_an_organization_have_so_many_connections(house, tenant, limit):
    app = an_app(house, **{limit: 2})
    async with serving(app.routes()) as door, AsyncExitStack() as stack:
        for _ in range(2):
            first = await stack.enter_async_context(a_socket(door.socket_url))
            await first.init(tenant.token)
        async with a_socket(door.socket_url) as one_more:
            await one_more.send({"type": "connection_init", "payload": {"token": tenant.token}})
            code, reason = await one_more.close_code()
        await first.connection.close()
        async with asyncio.timeout(30):
            while app.live.counts.sockets > 1:
                await asyncio.sleep(0.01)
        async with a_socket(door.socket_url) as in_its_place:
            await in_its_place.init(tenant.token)

    assert (code, reason.split(" may ")[1]) == (4430, "have 2 connections at once.")
    assert app.live.counts.refused == 1


async def test_the_limits_hold_for_all_processes_together(house, tenant):
    bus = HeardBus()
    counts = [Headcount(bus, pause_seconds=0.001) for _ in range(2)]
    for each in counts:
        await each.start()
    one, two = (an_app(replace(house, headcount=each), connections_per_token=2) for each in counts)
    async with (
        serving(one.routes()) as here,
        serving(two.routes()) as there,
        a_socket(here.socket_url) as first,
    ):
        await first.init(tenant.token)
        async with a_socket(there.socket_url) as second:
            await second.init(tenant.token)
            await _until(lambda: counts[0].elsewhere(("connections", _token_of(one))))
            async with a_socket(here.socket_url) as third:
                await third.send({"type": "connection_init", "payload": {"token": tenant.token}})
                code, _ = await third.close_code()
        await _until(lambda: not counts[0].elsewhere(("connections", _token_of(one))))
        async with a_socket(here.socket_url) as in_its_place:
            await in_its_place.init(tenant.token)
    for each in counts:
        await each.close()

    assert code == 4430


def _token_of(app: GraphQLApp) -> object:
    return next(key for key, count in app.live.connections._open.items() if count)


async def _until(is_so) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.005)


async def test_a_token_has_so_many_subscriptions_and_the_socket_lives_on(house, tenant):
    app = an_app(house, subscriptions_per_token=2)
    async with serving(app.routes()) as door, a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        for id_ in ("1", "2"):
            await socket.subscribe(id_, FEED)
            await socket.next(id_)
        await socket.subscribe("3", FEED)
        refused = await socket.receive()
        await socket.send({"id": "1", "type": "complete"})
        await socket.subscribe("4", FEED)
        await socket.next("4")

    assert refused["payload"][0]["extensions"] == {"code": "TOO_MANY_SUBSCRIPTIONS"}


async def test_who_does_not_read_is_cut_with_a_code_and_the_others_do_not_notice(house, tenant):
    app = an_app(house, patience=Patience(cut_seconds=0.3))
    async with serving(app.routes(), ws=CuttingProtocol) as door:
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", door.port))
        async with (
            a_socket(door.socket_url, sock=raw, max_queue=1) as slow,
            a_socket(door.socket_url) as quick,
        ):
            for each, query in ((slow, LONG), (quick, FEED)):
                await each.init(tenant.token)
                await each.subscribe("1", query)
                await each.next("1")
            told = rounds = 0
            async with asyncio.timeout(60):
                while not app.live.counts.cut:
                    await append(house, *changes(tenant, 200))
                    rounds += 1
                    while told < rounds * 200:
                        batch = (await quick.next("1"))["data"]["errorFeed"]
                        told += len(batch["changes"]) + batch["omitted"]
            code = await slow.close_code()

    assert code == (4008, "You read too slowly")
    assert told == rounds * 200


async def test_a_process_that_stops_sends_its_watchers_away_one_after_the_other(house, tenant):
    app = an_app(house)
    async with serving(app.routes()) as door, AsyncExitStack() as stack:
        everybody = []
        for _ in range(20):
            socket = await stack.enter_async_context(a_socket(door.socket_url))
            await socket.init(tenant.token)
            await socket.subscribe("1", FEED)
            await socket.next("1")
            everybody.append(socket)
        began = time.monotonic()
        draining = asyncio.create_task(app.live.drain(longest_seconds=0.5))
        codes = await asyncio.gather(*(socket.close_code() for socket in everybody))
        await draining
        took = time.monotonic() - began
        late = await stack.enter_async_context(a_socket(door.socket_url))
        await late.init(tenant.token)
        await late.subscribe("1", FEED)
        late_code = await late.close_code()

    assert {code for code, _ in [*codes, late_code]} == {1012}
    assert 0.04 < took < 2 * burden()


async def test_the_limits_are_announced_as_they_are(house, tenant):
    app = an_app(house, connections_per_token=7, subscriptions_per_organization=9)
    query = "{ systemLimits { live { connectionsPerToken subscriptionsPerOrganization } } }"
    async with serving(app.routes()) as door:
        answer = json.loads((await door.ask(tenant.token, query)).text)

    live = answer["data"]["systemLimits"]["live"]
    assert live == {"connectionsPerToken": 7, "subscriptionsPerOrganization": 9}
