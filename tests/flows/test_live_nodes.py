"""Watchers of an installation of two processes over Redis, one of which dies, and then Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.flows.load import Load, assert_balanced, settled
from tests.flows.nomads import EventNomad, Nomad, SocketNomad
from tests.flows.running import Installation, an_installation
from tests.house import Tenant
from tests.servers import RedisServer


@pytest.fixture(scope="module")
async def house(flow_database: str, redis: RedisServer) -> AsyncIterator[Installation]:
    async with an_installation(flow_database, serve=2, redis_url=redis.url) as running:
        yield running


@pytest.fixture
async def tenant(house: Installation) -> Tenant:
    return await house.tenant()


async def test_who_moves_between_processes_misses_nothing_of_what_happens_meanwhile(
    house: Installation, tenant: Tenant, redis: RedisServer
):
    here, there = house.serve
    load = Load(tenant=tenant, doors=house.serve, senders=8, rest_seconds=0.05)
    urls = [there.url, here.url]
    async with (
        SocketNomad(urls, tenant.token).wandering() as socket,
        EventNomad(urls, tenant.token).wandering() as events,
    ):
        sending = asyncio.create_task(load.send(100_000, until_accepted=True))
        await _have_seen(socket, events, more=20)
        there.kill()
        await _have_seen(socket, events, more=20)
        redis.kill()
        there.start()
        await there.ready()
        await _have_seen(socket, events, more=20)
        redis.start()
        here.ask_to_stop()
        await here.ended()
        await _have_seen(socket, events, more=20)
        here.start()
        load.is_stopped = True
        await sending
        books = await settled(house, tenant, load.accepted)
        newest = books.feed[-1][0]
        for nomad in (socket, events):
            await nomad.until(lambda n: n.positions[-1:] == [newest])

    assert_balanced(books)
    for nomad in (socket, events):
        assert nomad.positions == [position for position, _ in books.feed]
        assert nomad.kinds == {"CHANGES"}
        assert nomad.moves >= 3
    # Who was told that the server stops was told when to come back.
    assert socket.ends[-1] == 1012
    assert 1_000 <= events.ends[-1] <= 5_000


async def _have_seen(*nomads: Nomad, more: int) -> None:
    """Wait until each has seen so many more changes."""
    wanted = [len(nomad.positions) + more for nomad in nomads]
    for nomad, count in zip(nomads, wanted, strict=True):
        await nomad.until(lambda n, count=count: len(n.positions) >= count)
        assert len(nomad.positions) >= count
