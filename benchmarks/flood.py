"""Flood: one error at full speed for a minute, while somebody works with the dashboard.

What must hold: queries stay fast, a subscriber gets coalesced batches and falls not behind, memory
stays bounded, and not one event is lost from the counts.
"""

import asyncio
import json
import os
import time
from dataclasses import dataclass, field

import httpx
import websockets

from benchmarks.feed import SUBSCRIPTION
from benchmarks.filling import fill, wait_until_empty
from benchmarks.installation import Installation, pss_of_tree, running
from benchmarks.payloads import envelope, events
from benchmarks.wrk import Load, post

SECONDS = int(os.environ.get("TOCSIN_BENCH_FLOOD", "60"))
CONNECTIONS = 32
BEFORE = 4_000
ERRORS = 400
LIST = """
query { errors(first: 50) { edges { node { id title status severity occurrenceCount lastSeenAt } } } }
"""  # noqa: E501
UNLIMITED = 1_000_000


@dataclass(slots=True)
class Seen:
    """What was seen during the flood: times in milliseconds, memory in MiB."""

    queries: list[float] = field(default_factory=list)
    batches: int = 0
    changes: int = 0
    counted: int = 0
    memory: list[float] = field(default_factory=list)


def main() -> None:
    """Print the rows of a flood under the default limit, and of one without any."""
    for name, limit in (("limit of 100 a minute", 100), ("no limit", UNLIMITED)):
        with running() as own:
            _limit(own, UNLIMITED)
            asyncio.run(fill(own, BEFORE, ERRORS))
            wait_until_empty(lambda: _number(own, "SELECT count(*) FROM inbox"), 120)
            _limit(own, limit)
            before = _number(own, "SELECT sum(occurrence_count) FROM errors")
            load, seen = asyncio.run(_flood(own))
            began = time.monotonic()
            wait_until_empty(lambda: _number(own, "SELECT count(*) FROM inbox"), 900)
            drained = time.monotonic() - began
            time.sleep(2)  # the tally of the doors is written every second
            counted = _number(own, "SELECT sum(occurrence_count) FROM errors") - before
            dropped = _number(own, _DROPPED)
            _print(name, load, seen, counted, dropped, drained)


_DROPPED = """
SELECT coalesce(sum(quantity), 0) FROM ingest_outcomes
WHERE outcome = 'rate_limited' AND category = 'error' AND reason <> 'counted_only'
"""


def _print(name: str, load: Load, seen: Seen, counted: int, dropped: int, drained: float) -> None:
    queries = sorted(seen.queries)
    p50, p99 = queries[len(queries) // 2], queries[len(queries) * 99 // 100]
    print(
        f"  {name}: {load.per_second:.0f} requests/s for {SECONDS} s"
        f"   queries p50 {p50:.0f} p99 {p99:.0f} ms of {len(queries)}"
        f"   memory {seen.memory[0]:.0f} MiB before, at most {max(seen.memory):.0f}"
    )
    print(
        f"    {load.requests} sent = {counted} counted + {dropped} dropped and told,"
        f" {max(0, load.requests - counted - dropped)} lost   {seen.batches} batches with"
        f" {seen.changes} changes told of {seen.counted}   drained {drained:.0f} s after"
    )


async def _flood(own: Installation) -> tuple[Load, Seen]:
    seen = Seen()
    stop = asyncio.Event()
    address = f"ws{own.url.removeprefix('http')}/graphql"
    async with websockets.connect(
        address, subprotocols=[websockets.Subprotocol("graphql-transport-ws")], max_size=None
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {"token": own.token}}))
        await socket.recv()
        asked = {"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}
        await socket.send(json.dumps(asked))
        watching = [
            asyncio.create_task(_hear(socket, seen)),
            asyncio.create_task(_ask(own, seen, stop)),
            asyncio.create_task(_weigh(own, seen, stop)),
        ]
        await asyncio.sleep(1)
        load = await asyncio.to_thread(_load, own)
        stop.set()
        await asyncio.sleep(1)
        watching[0].cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    return load, seen


def _load(own: Installation) -> Load:
    headers = {
        "X-Sentry-Auth": f"Sentry sentry_key={own.public_key}, sentry_version=7",
        "Content-Type": "application/x-sentry-envelope",
    }
    bodies = [envelope(events()[0])]
    url = f"{own.url}/api/{own.project}/envelope/"
    return post(url, bodies, headers, connections=CONNECTIONS, seconds=SECONDS)


async def _hear(socket: websockets.ClientConnection, seen: Seen) -> None:
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "ping":
            await socket.send('{"type":"pong"}')
        elif message["type"] == "next":
            batch = message["payload"]["data"]["errorFeed"]
            seen.batches += 1
            seen.changes += len(batch["changes"])
            seen.counted += sum(change["count"] for change in batch["changes"])


async def _ask(own: Installation, seen: Seen, stop: asyncio.Event) -> None:
    headers = {"Authorization": f"Bearer {own.token}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        while not stop.is_set():
            began = time.monotonic()
            answer = await client.post(f"{own.url}/graphql", json={"query": LIST})
            seen.queries.append((time.monotonic() - began) * 1000)
            if "errors" in answer.json():
                raise RuntimeError(answer.text)
            await asyncio.sleep(0.05)


async def _weigh(own: Installation, seen: Seen, stop: asyncio.Event) -> None:
    while not stop.is_set():
        trees = [await asyncio.to_thread(pss_of_tree, process.pid) for process in own.processes]
        seen.memory.append(sum(trees) / 2**20)
        await asyncio.sleep(1)


def _limit(own: Installation, per_minute: int) -> None:
    statement = "UPDATE organizations SET error_rate_limit_per_minute = $1 RETURNING 1"
    asyncio.run(own.sql(statement, per_minute))
    time.sleep(6)  # a key is remembered for five seconds


def _number(own: Installation, statement: str) -> int:
    return int(str(asyncio.run(own.sql(statement))))
