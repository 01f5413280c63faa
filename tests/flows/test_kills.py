"""Processes that die: what got a 200 is there, once, and every count agrees."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.flows.clients import RESTARTED, followed, watching
from tests.flows.load import Load, assert_balanced, books_of, settled
from tests.flows.running import Installation, an_installation
from tests.house import Tenant

DRAIN_SECONDS = 5
SHARD_LOCK = 0x1B0C  # of persistence/inbox/queue.py


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    settings = {"TOCSIN_DRAIN_SECONDS": str(DRAIN_SECONDS)}
    async with an_installation(flow_database, settings=settings) as running:
        yield running


@pytest.fixture
async def tenant(house: Installation) -> Tenant:
    return await house.tenant()


async def test_serve_killed_at_the_moment_of_its_answers_has_lost_none_of_them(
    house: Installation, tenant: Tenant
):
    [serve] = house.serve
    load = Load(tenant=tenant, doors=house.serve, senders=32)

    for count in (300, 600):
        load.moments[count] = serve.kill
        await load.send(count)
        serve.start()
        await serve.ready()
    books = await settled(house, tenant, load.accepted)

    assert load.moments == {}
    assert load.accepted <= set(books.occurrences) <= load.accepted | load.unanswered
    assert_balanced(books)


async def test_work_killed_in_the_middle_of_its_batches_digests_everything_once(
    house: Installation, tenant: Tenant
):
    [work] = house.work
    load = Load(tenant=tenant, doors=house.serve)
    work.kill()
    await load.send(1_500)

    waiting = []
    for _ in range(3):
        work.start()
        await _a_digest_is_at_work(house)
        work.kill()
        waiting.append((await books_of(house, tenant)).waiting)
    work.start()
    books = await settled(house, tenant, load.accepted)

    assert 0 < waiting[-1] <= waiting[0] <= 1_500
    assert len(load.accepted) == 1_500
    assert set(books.occurrences) == load.accepted
    assert_balanced(books)


async def _a_digest_is_at_work(house: Installation) -> None:
    """Return at the moment when a shard is locked by a digest."""
    connection = await asyncpg.connect(house.database_url)
    async with asyncio.timeout(30):
        while not await connection.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1",
            SHARD_LOCK,
        ):
            pass
    await connection.close()


async def test_serve_and_work_killed_under_load_take_each_event_once(
    house: Installation, tenant: Tenant
):
    [serve], [work] = house.serve, house.work
    load = Load(tenant=tenant, doors=house.serve)

    sending = asyncio.create_task(load.send(2_000, until_accepted=True))
    for killed in (serve, work, serve, work):
        await load.until_accepted(len(load.accepted) + 250)
        killed.kill()
        killed.start()
    await sending
    books = await settled(house, tenant, load.accepted)

    assert len(load.accepted) == 2_000
    assert set(books.occurrences) == load.accepted
    assert_balanced(books)


async def test_serve_told_to_stop_keeps_its_promises_and_sends_watchers_elsewhere(
    house: Installation, tenant: Tenant
):
    [serve] = house.serve
    load = Load(tenant=tenant, doors=house.serve)
    watchers = [await watching(serve.url, tenant.token) for _ in range(3)]

    sending = asyncio.create_task(load.send(100_000))
    await load.until_accepted(300)
    serve.ask_to_stop()
    status = await serve.ended(DRAIN_SECONDS)
    load.is_stopped = True
    await sending
    codes = [await watcher.closed() for watcher in watchers]
    serve.start()
    await serve.ready()
    books = await settled(house, tenant, load.accepted)

    assert status == 0
    assert codes == [RESTARTED] * 3
    assert load.refused == {}
    assert load.accepted <= set(books.occurrences) <= load.accepted | load.unanswered
    assert_balanced(books)


@pytest.mark.parametrize("how", ["kill", "ask_to_stop"])
async def test_a_watcher_goes_on_where_it_was_when_its_process_comes_back(
    house: Installation, tenant: Tenant, how: str
):
    [serve] = house.serve
    load = Load(tenant=tenant, doors=house.serve)

    async with followed(serve.url, tenant.token) as follower:
        sending = asyncio.create_task(load.send(1_500, until_accepted=True))
        await follower.until(lambda f: len(f.positions) > 5)
        getattr(serve, how)()
        await serve.ended()
        serve.start()
        await sending
        books = await settled(house, tenant, load.accepted)
        newest = books.feed[-1][0]
        await follower.until(lambda f: f.positions[-1:] == [newest])

    assert follower.positions == [position for position, _ in books.feed]
    assert follower.kinds == {"CHANGES"}
    assert len(follower.close_codes) == 1
    assert_balanced(books)
