"""The database goes away under load and comes back: nobody notices but the log."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.flows.clients import followed
from tests.flows.load import Load, assert_balanced, settled
from tests.flows.running import Installation, an_installation, eventually
from tests.flows.servers import PostgresServer
from tests.house import Tenant

ERRORS = "{ errors { totalCount } }"


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    # Two, because they share the directory of the spool.
    async with an_installation(flow_database, serve=2) as running:
        yield running


@pytest.fixture(autouse=True)
def running_postgres(postgres: PostgresServer) -> Iterator[None]:
    """A test that fails while it is away must not take the others along."""
    yield
    postgres.start()


@pytest.fixture
async def tenant(house: Installation) -> Tenant:
    return await house.tenant()


async def _ready(house: Installation) -> int:
    return (await house.http.get(f"{house.serve[0].url}/readyz")).status_code


@pytest.mark.parametrize("how", ["stop", "crash"])
async def test_what_is_accepted_while_the_database_is_away_is_there_afterwards(
    house: Installation, tenant: Tenant, postgres: PostgresServer, how: str
):
    pids = [process.pid for process in house.processes]
    load = Load(tenant=tenant, doors=house.serve)

    async with followed(house.serve[0].url, tenant.token) as follower:
        sending = asyncio.create_task(load.send(100_000))
        await load.until_accepted(300)
        await asyncio.to_thread(getattr(postgres, how))
        during = len(load.accepted)
        await load.until_accepted(during + 500)
        unready = await eventually(lambda: _ready(house), lambda status: status == 503)
        answer = await house.answer(tenant, ERRORS)
        postgres.start()
        after = len(load.accepted)
        await load.until_accepted(after + 300)
        load.is_stopped = True
        await sending
        books = await settled(house, tenant, load.accepted)
        newest = books.feed[-1][0]
        await follower.until(lambda f: f.positions[-1:] == [newest])

    assert load.refused == {}
    assert load.unanswered == set()
    assert set(books.occurrences) == load.accepted
    assert_balanced(books)
    assert unready == 503
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"]
    assert follower.positions == [position for position, _ in books.feed]
    assert await eventually(lambda: _ready(house), lambda status: status == 200) == 200
    assert (await house.ask(tenant, ERRORS))["errors"]["totalCount"] == len(books.error_counts)
    assert [process.pid for process in house.processes] == pids
    assert [process.status for process in house.processes] == [None, None, None]


async def test_what_was_spooled_survives_the_death_of_serve(
    house: Installation, tenant: Tenant, postgres: PostgresServer
):
    load = Load(tenant=tenant, doors=house.serve)

    await load.send(50)
    await asyncio.to_thread(postgres.crash)
    await load.send(300)
    for serve in house.serve:
        serve.kill()
    postgres.start()
    for serve in house.serve:
        serve.start()
    await asyncio.gather(*(serve.ready() for serve in house.serve))
    books = await settled(house, tenant, load.accepted)

    assert len(load.accepted) == 350
    assert set(books.occurrences) == load.accepted
    assert_balanced(books)


async def test_processes_that_start_before_their_database_wait_for_it(
    house: Installation, tenant: Tenant, postgres: PostgresServer
):
    load = Load(tenant=tenant, doors=house.serve)
    for process in house.processes:
        process.kill()
    await asyncio.to_thread(postgres.stop)

    for process in house.processes:
        process.start()
    alive = await eventually(lambda: _alive(house), lambda status: status == 200, seconds=40)
    postgres.start()
    await asyncio.gather(*(serve.ready() for serve in house.serve))
    await load.send(20)
    books = await settled(house, tenant, load.accepted)

    assert alive == 200
    assert [process.status for process in house.processes] == [None, None, None]
    assert set(books.occurrences) == load.accepted
    assert_balanced(books)


async def _alive(house: Installation) -> int:
    try:
        return (await house.http.get(f"{house.serve[0].url}/healthz")).status_code
    except httpx.HTTPError:
        return 0
