"""Filling: events that wait for the digest, put there without a client that would cost time."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

import asyncpg
import orjson

from application.packing import pack
from benchmarks.installation import Installation, cpu_seconds
from benchmarks.payloads import events
from domain.inbox import InboxItem, ItemKind
from persistence.inbox import queue

AT_ONCE = 500
# Everything that an event leaves behind: rows, indexes and roll-ups, but not the emptied queue.
STORED = """
SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> 'inbox'
"""


async def fill(
    own: Installation, amount: int, distinct: int, *, first: int = 0, skewed: bool = False
) -> None:
    """Let so many events wait; they are of `distinct` errors, told apart by the crashing function.

    In turn, or skewed as they come in life: a few errors make up most of it. The recorded events
    are changed in one name each, so their sizes stay what they are.
    """
    chance = Random(first)
    connection = await asyncpg.connect(own.database_url)
    try:
        await connection.execute("SET tocsin.scope = 'system'")
        key = await connection.fetchrow(
            "SELECT organization_id, service_id, id FROM ingest_keys LIMIT 1"
        )
        templates = [_template(event) for event in events()]
        packed: dict[int, tuple[int, bytes]] = {}
        for start in range(first, first + amount, AT_ONCE):
            now = datetime.now(UTC)
            items = []
            for number in range(start, min(start + AT_ONCE, first + amount)):
                error = int(distinct * chance.random() ** 4) if skewed else number % distinct
                if error not in packed:
                    if len(packed) > 20_000:
                        packed.clear()
                    template = templates[error % len(templates)]
                    packed[error] = pack(template.replace(b"$STEP$", b"%d" % error))
                body_format, body = packed[error]
                items.append(
                    InboxItem(
                        organization_id=key[0],
                        service_id=key[1],
                        ingest_key_id=key[2],
                        kind=ItemKind.EVENT,
                        event_id=uuid4(),
                        received_at=now,
                        sent_at=None,
                        remote_address=None,
                        client="bench/1",
                        body_format=body_format,
                        body=body,
                    )
                )
            await queue.append(connection, items)
    finally:
        await connection.close()


def _template(event: dict[str, object]) -> bytes:
    """Return an event whose last frame is in a function of a name to be filled in."""
    copy = orjson.loads(orjson.dumps(event))
    exceptions = copy.get("exception", {}).get("values") or []
    if exceptions:
        frames = exceptions[-1].get("stacktrace", {}).get("frames") or []
        if frames:
            frames[-1]["function"] = "step_a$STEP$z"
    else:
        copy["fingerprint"] = ["step-$STEP$"]
    copy.pop("timestamp", None)
    return orjson.dumps(copy)


@contextmanager
def held(pid: int) -> Iterator[None]:
    """Stop a process and its children for a while."""
    family = [pid, *children(pid)]
    for one in family:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in family:
            os.kill(one, signal.SIGCONT)


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def family_cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and of the children that it has now."""
    return sum(cpu_seconds(one) for one in [pid, *children(pid)])


def postgres_cpu_seconds() -> float:
    """Return the processor time of all server processes of PostgreSQL on this machine."""
    total = 0.0
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            if name.read_text().startswith("postgres"):
                total += cpu_seconds(int(name.parent.name))
        except OSError:
            continue
    return total


def wait_until_empty(count: Callable[[], int], seconds: float) -> None:
    """Wait until nothing waits any more; `count` is asked."""
    deadline = time.monotonic() + seconds
    while count():
        if time.monotonic() > deadline:
            raise TimeoutError("The digest did not finish.")
        time.sleep(0.1)
