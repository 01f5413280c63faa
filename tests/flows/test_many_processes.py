"""Several processes over Redis: what one accepts, watchers of all are told, even without Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.flows.clients import Follower, a_program, followed, watching
from tests.flows.load import Load, assert_balanced, settled
from tests.flows.running import Installation, an_installation
from tests.house import Tenant
from tests.machine import burden
from tests.servers import RedisServer


@pytest.fixture(scope="module")
async def house(flow_database: str, redis: RedisServer) -> AsyncIterator[Installation]:
    async with an_installation(flow_database, serve=2, work=2, redis_url=redis.url) as running:
        yield running


@pytest.fixture
async def tenant(house: Installation) -> Tenant:
    return await house.tenant()


async def test_what_one_process_accepts_the_watcher_of_another_is_told_within_a_second(
    house: Installation, tenant: Tenant
):
    here, there = house.serve
    watchers = [await watching(process.url, tenant.token) for process in (here, there)]

    async with a_program("shop", house.dsn(tenant, 0)) as shop:
        await shop.fails("pay")
        await asyncio.gather(*(w.until(lambda w: w.changes, seconds=burden()) for w in watchers))
    for watcher in watchers:
        await watcher.stop()

    assert [len(watcher.changes) for watcher in watchers] == [1, 1]
    assert watchers[0].changes == watchers[1].changes


async def test_a_cursor_of_one_process_is_good_at_another(house: Installation, tenant: Tenant):
    here, there = house.serve
    watcher = await watching(here.url, tenant.token)
    load = Load(tenant=tenant, doors=house.serve)

    await load.send(1)
    await watcher.until(lambda w: w.changes)
    await watcher.stop()
    await load.send(200)
    books = await settled(house, tenant, load.accepted)
    other = await watching(there.url, tenant.token, after=watcher.cursor)
    await other.until(lambda w: w.positions[-1:] == [books.feed[-1][0]])
    await other.stop()

    assert watcher.positions + other.positions == [position for position, _ in books.feed]
    assert_balanced(books)


@pytest.mark.parametrize("how", ["kill", "freeze"])
async def test_watchers_miss_nothing_while_redis_is_away(
    house: Installation, tenant: Tenant, redis: RedisServer, how: str
):
    here, there = house.serve
    load = Load(tenant=tenant, doors=house.serve, rest_seconds=0.1)

    async with (
        followed(here.url, tenant.token) as first,
        followed(there.url, tenant.token) as second,
    ):
        sending = asyncio.create_task(load.send(100_000))
        await _have_seen(first, second, more=10)
        getattr(redis, how)()
        await _have_seen(first, second, more=120)
        redis.start() if how == "kill" else redis.thaw()
        await _have_seen(first, second, more=10)
        load.is_stopped = True
        await sending
        books = await settled(house, tenant, load.accepted)
        newest = books.feed[-1][0]
        for follower in (first, second):
            await follower.until(lambda f: f.positions[-1:] == [newest])

    assert load.slowest_seconds < 2
    assert load.refused == {}
    assert load.unanswered == set()
    assert set(books.occurrences) == load.accepted
    assert_balanced(books)
    for follower in (first, second):
        assert follower.positions == [position for position, _ in books.feed]
        assert follower.kinds == {"CHANGES"}
        assert follower.close_codes == []


async def _have_seen(*followers: Follower, more: int) -> None:
    """Wait until each has seen so many more changes."""
    wanted = [len(follower.positions) + more for follower in followers]
    for follower, count in zip(followers, wanted, strict=True):
        await follower.until(lambda f, count=count: len(f.positions) >= count)
        assert len(follower.positions) >= count
