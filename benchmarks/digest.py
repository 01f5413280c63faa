"""Digest: how fast accepted events become errors, over many of them, and whether that stays so."""

import asyncio
import os
import time
from dataclasses import dataclass

from benchmarks.filling import (
    STORED,
    family_cpu_seconds,
    fill,
    held,
    postgres_cpu_seconds,
    wait_until_empty,
)
from benchmarks.installation import Installation, running, start

SUSTAINED = 200_000
ERRORS = 1_000
CURVE = int(os.environ.get("TOCSIN_BENCH_CURVE", "1000000"))
WINDOW = 50_000
DISTINCT = (1, 1_000, 100_000)
DISTINCT_EVENTS = 100_000
# The cap on new errors would put most of a hundred thousand different ones together.
_NO_CAP = {"TOCSIN_NEW_ERRORS_PER_MINUTE": "1000000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What digesting one window of events took."""

    events: int
    seconds: float
    work_cpu: float
    postgres_cpu: float

    @property
    def per_second(self) -> float:
        """Events digested for each second."""
        return self.events / self.seconds

    def __str__(self) -> str:
        """Say it in one line."""
        work, postgres = (c / self.events * 1e6 for c in (self.work_cpu, self.postgres_cpu))
        return (
            f"{self.per_second:6.0f} events/s   {work:4.0f} µs of work's CPU"
            f" and {postgres:4.0f} µs of PostgreSQL's for each"
        )


def main() -> None:
    """Print the rows of sustained digesting."""
    with running(work=0, environment=_NO_CAP) as own:
        before = _number(own, STORED)
        window = _digested(own, SUSTAINED, ERRORS, skewed=True)
        print(f"  sustained  {window}   over {SUSTAINED} events of {ERRORS} errors")
        asyncio.run(own.sql("VACUUM ANALYZE"))
        each = (_number(own, STORED) - before) / SUSTAINED
        print(f"  stored     {each:.0f} bytes on disk for each event, all indexes and roll-ups")


def distinct() -> None:
    """Print what it costs when events are of few or of many errors."""
    for errors in DISTINCT:
        with running(work=0, environment=_NO_CAP) as own:
            window = _digested(own, DISTINCT_EVENTS, errors)
            found = _number(own, "SELECT count(*) FROM errors")
            print(f"  {found:7d} errors  {window}   over {DISTINCT_EVENTS} events")


def curve() -> None:
    """Print the cost of each window, from the first event to the millionth, in one process."""
    with running(work=1, environment=_NO_CAP) as own:
        pid = own.processes[-1].pid
        for done in range(0, CURVE, WINDOW):
            with held(pid):
                asyncio.run(fill(own, WINDOW, ERRORS, first=done, skewed=True))
            window = _watched(own, pid, WINDOW)
            print(f"  {done + WINDOW:8d}  {window}", flush=True)


def _digested(own: Installation, events: int, errors: int, *, skewed: bool = False) -> Window:
    asyncio.run(fill(own, events, errors, skewed=skewed))
    process = start("work", own.environment)
    try:
        return _watched(own, process.pid, events)
    finally:
        process.terminate()
        process.wait(30)


def _watched(own: Installation, pid: int, events: int) -> Window:
    """Watch the inbox empty; the start of a process and its first batch are left out."""
    while (left := _waiting(own)) == events:
        time.sleep(0.02)
    began, work, postgres = time.monotonic(), family_cpu_seconds(pid), postgres_cpu_seconds()
    wait_until_empty(lambda: _waiting(own), 3_600)
    return Window(
        events=left,
        seconds=time.monotonic() - began,
        work_cpu=family_cpu_seconds(pid) - work,
        postgres_cpu=postgres_cpu_seconds() - postgres,
    )


def _waiting(own: Installation) -> int:
    return _number(own, "SELECT count(*) FROM inbox")


def _number(own: Installation, statement: str) -> int:
    return int(str(asyncio.run(own.sql(statement))))
