"""Changes for the live benchmarks, made in a process of their own.

It reads orders of JSON, a line each, and answers with what it has done. For Tocsin a change is what
it is in life: a row of the feed in a transaction of its own, and a word over the bus after the
commit. For a peer it is the finished event, published to Redis: no database, no rights.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import asyncpg
from redis.asyncio import Redis

from application.feed import Hub
from application.feed_log import FeedLog
from benchmarks.installation import Installation
from domain.feed import Change, FeedKind
from persistence import feed
from persistence.database import SYSTEM, Database
from server.settings import from_environment
from server.wiring.base import open_bus

PEERS_CHANNEL = "changes"
_ERRORS = """
SELECT e.*, s.name AS service_name FROM errors e
JOIN services s ON (s.organization_id, s.id) = (e.organization_id, e.service_id)
WHERE e.merged_into_id IS NULL ORDER BY e.id LIMIT 400
"""

Make = Callable[[Sequence[asyncpg.Record], datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How many changes were made in how many seconds; how long one took, in milliseconds."""

    count: int
    seconds: float
    p50: float


class Maker:
    """Orders changes from the process that makes them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def make(self, per_second: float, seconds: float, *, for_peers: bool = False) -> Made:
        """Let changes be made at a steady rate, and wait until they are."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"per_second": per_second, "seconds": seconds, "for_peers": for_peers}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Made(**json.loads(self._process.stdout.readline()))


@contextmanager
def making(own: Installation) -> Iterator[Maker]:
    """Run the process for the length of a block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.live_changes"],
        env=own.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Maker(process)
    finally:
        process.terminate()
        process.wait(30)


async def main() -> None:
    """Make what is ordered until there are no more orders."""
    settings = from_environment()
    database = Database(settings.needed_database_url, pool_size=2)
    assert settings.redis_url is not None
    peers = Redis.from_url(settings.redis_url)
    async with database.raw_reading(SYSTEM) as db:
        errors = cycle(await db.fetch(_ERRORS))
    async with open_bus(settings) as bus:
        hub = Hub(bus, FeedLog(database=database))

        async def ours(due: Sequence[asyncpg.Record], at: datetime) -> None:
            async with database.raw_writing(SYSTEM) as db:
                entries = await feed.append_raw(db, [_change(error, at) for error in due])
            await hub.publish(entries)

        async def theirs(due: Sequence[asyncpg.Record], at: datetime) -> None:
            for error in due:
                await peers.publish(PEERS_CHANNEL, json.dumps(_event(error, at)))

        while order := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(order)
            make = theirs if asked["for_peers"] else ours
            made = await _made(make, errors, asked["per_second"], asked["seconds"])
            print(json.dumps(made), flush=True)
    await peers.aclose()
    await database.close()


async def _made(
    make: Make, errors: "cycle[asyncpg.Record]", per_second: float, seconds: float
) -> dict[str, float]:
    """Make each change when it is due; those that are overdue together, as a busy digest does."""
    count, done, took = int(per_second * seconds), 0, []
    began = time.monotonic()
    while done < count:
        await asyncio.sleep(max(began + done / per_second - time.monotonic(), 0))
        due = int((time.monotonic() - began) * per_second) + 1 - done
        due = max(1, min(due, count - done))
        start = time.monotonic()
        await make([next(errors) for _ in range(due)], datetime.now(UTC))
        took.append((time.monotonic() - start) * 1000)
        done += due
    spent = time.monotonic() - began
    return {"count": count, "seconds": spent, "p50": statistics.median(took)}


def _change(error: asyncpg.Record, at: datetime) -> Change:
    told = {name: error[name] for name in ("status", "level", "severity", "environment")}
    return Change(
        organization_id=error["organization_id"],
        kind=FeedKind.ERROR_AGAIN,
        subject_id=error["id"],
        at=at,
        payload={"service_id": str(error["service_id"]), **told, "count": 1},
    )


def _event(error: asyncpg.Record, at: datetime) -> dict[str, Any]:
    """Return the batch as it would reach a subscriber who selects everything."""
    shown = {
        "id": f"err_{error['id']}",
        "title": error["title"],
        "culprit": error["culprit"],
        "status": error["status"].upper(),
        "severity": error["severity"].upper(),
        "level": error["level"].upper(),
        "environment": error["environment"],
        "occurrenceCount": error["occurrence_count"],
        "usersAffectedCount": error["users_affected_count"],
        "firstSeenAt": error["first_seen_at"].isoformat(),
        "lastSeenAt": error["last_seen_at"].isoformat(),
        "service": {"id": f"svc_{error['service_id']}", "name": error["service_name"]},
    }
    # As long as one of ours.
    cursor = "AQGan2kUr3GEnAsPPLoaxkUAAAAAAAAAlQ"
    change = {"kind": "AGAIN", "cursor": cursor, "at": at.isoformat(), "count": 1, "error": shown}
    return {"kind": "CHANGES", "cursor": cursor, "omitted": 0, "changes": [change]}


if __name__ == "__main__":
    asyncio.run(main())
