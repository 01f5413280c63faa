"""Ingest: how fast events are accepted and digested, and what an event costs."""

import asyncio
import statistics
import time

from benchmarks.filling import STORED, family_cpu_seconds
from benchmarks.installation import Installation, cpu_seconds, running, start
from benchmarks.payloads import envelope, events, mean_bytes
from benchmarks.wrk import Load, post

SECONDS = 8
ROUNDS = 3
CONNECTIONS = 32


def main() -> None:
    """Print the rows of accepting and digesting."""
    print(f"  event {mean_bytes():.0f} bytes, {CONNECTIONS} connections, median of {ROUNDS} rounds")
    with running(work=0) as own:
        _accept(own)
        _digest(own)


def _accept(own: Installation) -> None:
    _load(own, 2)  # warm-up
    rounds: list[Load] = []
    costs: list[float] = []
    serve = own.processes[0].pid
    for _ in range(ROUNDS):
        before = cpu_seconds(serve)
        rounds.append(_load(own, SECONDS))
        costs.append((cpu_seconds(serve) - before) / rounds[-1].requests * 1e6)
    rate = statistics.median(load.per_second for load in rounds)
    p50 = statistics.median(load.p50 for load in rounds)
    p99 = statistics.median(load.p99 for load in rounds)
    failed = sum(load.failed for load in rounds)
    print(
        f"  accept   {rate:8.0f} events/s   p50 {p50:.1f} ms   p99 {p99:.1f} ms"
        f"   {statistics.median(costs):.0f} µs of serve's CPU for each   {failed} failed"
    )


def _digest(own: Installation) -> None:
    """Digest what was accepted: it all waits, then one `work` process starts."""
    waiting = _count(own, "SELECT count(*) FROM inbox")
    before = _count(own, STORED)
    process = start("work", own.environment)
    began = time.monotonic()
    try:
        while _count(own, "SELECT count(*) FROM inbox LIMIT 1") == waiting:
            time.sleep(0.01)
        first = time.monotonic()
        cpu = family_cpu_seconds(process.pid)
        while _count(own, "SELECT count(*) FROM inbox"):
            time.sleep(0.1)
        took = time.monotonic() - first
        cost = (family_cpu_seconds(process.pid) - cpu) / waiting * 1e6
    finally:
        process.terminate()
        process.wait(30)
    stored = _count(own, "SELECT count(*) FROM occurrences")
    errors = _count(own, "SELECT count(*) FROM errors")
    asyncio.run(own.sql("VACUUM ANALYZE"))
    each = (_count(own, STORED) - before) / stored
    print(
        f"  digest   {waiting / took:8.0f} events/s over {waiting} events"
        f"   {cost:.0f} µs of work's CPU for each   first batch after {first - began:.1f} s"
    )
    print(f"  stored   {stored} occurrences of {errors} errors   {each:.0f} bytes on disk for each")


def _count(own: Installation, statement: str) -> int:
    return int(str(asyncio.run(own.sql(statement))))


def _load(own: Installation, seconds: int) -> Load:
    headers = {
        "X-Sentry-Auth": f"Sentry sentry_key={own.public_key}, sentry_version=7",
        "Content-Type": "application/x-sentry-envelope",
    }
    bodies = [envelope(event) for event in events()]
    url = f"{own.url}/api/{own.project}/envelope/"
    return post(url, bodies, headers, connections=CONNECTIONS, seconds=seconds)
