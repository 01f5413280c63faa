"""Jobs: done once, tried again, and given up before they wear out every worker."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import asyncpg
import pytest

from persistence.database import Database
from persistence.jobs import MAX_STARTS, Jobs


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, first_delay=timedelta(0))


async def run_until(jobs: Jobs, is_so: Callable[[], object]) -> None:
    running = asyncio.create_task(jobs.run())
    deadline = asyncio.get_running_loop().time() + 60
    while not (found := is_so()) or (asyncio.iscoroutine(found) and not await found):
        assert asyncio.get_running_loop().time() < deadline, "It did not happen in time."
        await asyncio.sleep(0.02)
    jobs.stop()
    await asyncio.wait_for(running, 30)


async def statuses(database: Database, name: str) -> list[str]:
    pool = await database.pool()
    rows = await pool.fetch("SELECT status::text FROM pgqueuer WHERE entrypoint = $1", name)
    return [row["status"] for row in rows]


async def test_a_job_is_done_once_with_its_payload_and_leaves_nothing(
    database: Database, jobs: Jobs
):
    done: list[bytes] = []

    async def handle(payload: bytes) -> None:
        done.append(payload)

    jobs.on("greet", handle)
    await jobs.enqueue("greet", b"hello")

    await run_until(jobs, lambda: done)

    assert done == [b"hello"]
    assert await statuses(database, "greet") == []
    pool = await database.pool()
    assert await pool.fetchval("SELECT count(*) FROM job_starts") == 0


async def test_a_job_that_is_wanted_once_is_not_enqueued_twice(jobs: Jobs):
    assert await jobs.enqueue("sweep", once="sweep")
    assert not await jobs.enqueue("sweep", once="sweep")


async def test_a_job_that_fails_is_tried_again_and_then_kept_as_failed(
    database: Database, jobs: Jobs
):
    starts = 0

    async def fail(_payload: bytes) -> None:
        nonlocal starts
        starts += 1
        raise ValueError("not today")

    jobs.on("fail", fail)
    await jobs.enqueue("fail")

    async def is_given_up() -> bool:
        return await statuses(database, "fail") == ["failed"]

    await run_until(jobs, is_given_up)

    assert starts == MAX_STARTS


async def test_a_job_that_killed_its_workers_is_not_started_again(
    database_url: str, database: Database, jobs: Jobs
):
    was_started = False

    async def kill(_payload: bytes) -> None:
        nonlocal was_started
        was_started = True

    jobs.on("kill", kill)
    await jobs.enqueue("kill")
    owner = await asyncpg.connect(database_url)
    await owner.execute(
        "INSERT INTO job_starts SELECT id, $1, now() FROM pgqueuer WHERE entrypoint = 'kill'",
        MAX_STARTS,
    )
    await owner.close()

    async def is_given_up() -> bool:
        return await statuses(database, "kill") == ["failed"]

    await run_until(jobs, is_given_up)

    assert not was_started
