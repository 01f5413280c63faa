"""Feed: from an event's POST to the message that tells a subscriber of it, at a steady rate.

Events are of eighty errors in turn (by fingerprints of their own), which a warm-up has made
known. Two events of one error lie a while apart, so a change tells of one event and names it: that
event counts as delivered when the message that holds the change arrives. Where the digest or a slow
subscriber lets a change stand for several events, its count says how many arrived with it. Time
begins when an event is due, not when the client gets round to it: what waits for a free connection
counts as well.

Besides the busy rate there is a quiet one, because the server tells a quiet feed at once and a busy
one at most so many times a second (`graph/pacing.py`).
"""

import asyncio
import itertools
import json
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import websockets

from benchmarks.installation import Installation, free_port, running, start
from benchmarks.payloads import envelope, events

BUSY_PER_SECOND = 100.0
QUIET_PER_SECOND = 2.0
SECONDS = 20
ROUNDS = 3
# Fewer than an organization may have new in a minute: what is beyond would be one error.
ERRORS = 80
CONNECTIONS = 8
STRAGGLERS_SECONDS = 5.0

SUBSCRIPTION = """
subscription {
  errorFeed {
    omitted
    changes {
      count
      error { id title status severity environment occurrenceCount lastSeenAt }
      occurrence { id eventId }
    }
  }
}
"""


@dataclass(slots=True)
class Journey:
    """Where an event is: times of the client's clock, in seconds."""

    due: float
    accepted: float | None = None
    arrived: float | None = None


@dataclass(slots=True)
class Run:
    """What was sent at one rate, and what of it has arrived."""

    first_error: int = 0
    journeys: list[Journey] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def begin(self, event_id: str, due: float) -> int:
        """Note an event that is sent."""
        number = self.numbers[event_id] = len(self.journeys)
        self.journeys.append(Journey(due))
        return number

    def hear(self, batch: dict[str, Any], at: float) -> None:
        """Note what a message tells of."""
        for change in batch["changes"]:
            occurrence = change["occurrence"] or {}
            number = self.numbers.get(occurrence.get("eventId", ""))
            if number is None:
                continue
            # A change that was left out does not say how many events it stood for.
            together = len(self.journeys) if batch["omitted"] else change["count"]
            own = range(number, -1, -ERRORS)
            for earlier in itertools.islice(own, together):
                journey = self.journeys[earlier]
                journey.arrived = journey.arrived or at

    @property
    def missed(self) -> int:
        """How many events nobody was told of."""
        return sum(journey.arrived is None for journey in self.journeys)


def main() -> None:
    """Print how long the news takes, in both ways to run."""
    with running() as own:
        _report("one installation, bus on PostgreSQL", own, own.url)
    with a_redis() as redis_url, running(redis_url=redis_url) as own, _second_serve(own) as url:
        _report("two serve processes, bus on Redis", own, url)


def _report(name: str, own: Installation, watched_url: str) -> None:
    print(f"  {name}")
    for per_second in (BUSY_PER_SECOND, QUIET_PER_SECOND):
        rounds = [
            asyncio.run(_measure(own, watched_url, per_second, warms_up=n == 0))
            for n in range(ROUNDS)
        ]
        print(f"    {per_second:3.0f} events/s   {_row(rounds)}")


def _row(rounds: list[Run]) -> str:
    """Return the median of the rounds, with their range; milliseconds."""
    delivered = [_times(run, "arrived") for run in rounds]
    accepted = [_times(run, "accepted") for run in rounds]
    sent = sum(len(run.journeys) for run in rounds)
    return (
        f"p50 {_median([_percentile(times, 50) for times in delivered])}"
        f"   p99 {_median([_percentile(times, 99) for times in delivered])}"
        f"   max {_median([times[-1] for times in delivered])} ms"
        f"   missed {sum(run.missed for run in rounds)} of {sent}"
        f"   (accepted after p50 {_median([_percentile(times, 50) for times in accepted])} ms)"
    )


def _times(run: Run, name: str) -> list[float]:
    reached = ((getattr(journey, name), journey.due) for journey in run.journeys)
    return sorted((at - due) * 1000 for at, due in reached if at is not None)


def _percentile(times: list[float], percent: int) -> float:
    return times[min(len(times) * percent // 100, len(times) - 1)]


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


async def _measure(
    own: Installation, watched_url: str, per_second: float, *, warms_up: bool
) -> Run:
    """Watch one serve process while events are sent to another, or to the same."""
    async with websockets.connect(
        f"ws{watched_url.removeprefix('http')}/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        max_size=None,
    ) as socket:
        await _subscribe(socket, own.token)
        warm_up, run = Run(), Run()
        hearing = asyncio.create_task(_hear(socket, (warm_up, run)))
        sender = await Sender.open(own)
        try:
            if warms_up:
                await sender.send(warm_up, ERRORS, BUSY_PER_SECOND)
                await _until_arrived(warm_up)
            await sender.send(run, int(SECONDS * per_second), per_second)
            await _until_arrived(run)
        finally:
            sender.close()
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing
    return run


async def _subscribe(socket: websockets.ClientConnection, token: str) -> None:
    await socket.send(json.dumps({"type": "connection_init", "payload": {"token": token}}))
    acknowledged = json.loads(await socket.recv())
    assert acknowledged["type"] == "connection_ack", acknowledged
    await socket.send(
        json.dumps({"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}})
    )
    # The first batch is empty: from here on everything is told.
    began = json.loads(await socket.recv())
    assert _batch_in(began)["changes"] == []


async def _hear(socket: websockets.ClientConnection, runs: tuple[Run, ...]) -> None:
    async for text in socket:
        at = time.monotonic()
        message = json.loads(text)
        if message["type"] == "ping":
            await socket.send('{"type":"pong"}')
            continue
        batch = _batch_in(message)
        for run in runs:
            run.hear(batch, at)


def _batch_in(message: dict[str, Any]) -> dict[str, Any]:
    if message["type"] != "next" or "errors" in message["payload"]:
        raise RuntimeError(f"The feed said {message}")
    batch: dict[str, Any] = message["payload"]["data"]["errorFeed"]
    return batch


async def _until_arrived(run: Run) -> None:
    deadline = time.monotonic() + STRAGGLERS_SECONDS
    while run.missed and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


class Sender:
    """Sends events at a steady rate over a few connections that stay open."""

    def __init__(self, own: Installation) -> None:
        address = urlsplit(own.url)
        self._host, self._port = str(address.hostname), int(address.port or 80)
        self._head = (
            f"POST /api/{own.project}/envelope/ HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Content-Type: application/x-sentry-envelope\r\n"
            f"X-Sentry-Auth: Sentry sentry_key={own.public_key}, sentry_version=7\r\n"
        )
        self._events = events()
        self._due: asyncio.Queue[tuple[Run, int, bytes]] = asyncio.Queue()
        self._senders: list[asyncio.Task[None]] = []

    @classmethod
    async def open(cls, own: Installation) -> "Sender":
        """Return a sender whose connections are open."""
        sender = cls(own)
        for _ in range(CONNECTIONS):
            streams = await asyncio.open_connection(sender._host, sender._port)
            sender._senders.append(asyncio.create_task(sender._serve(*streams)))
        return sender

    def close(self) -> None:
        """Stop sending."""
        for task in self._senders:
            task.cancel()

    async def send(self, run: Run, count: int, per_second: float) -> None:
        """Send so many events, each when it is due, and wait until all are accepted."""
        began = time.monotonic()
        for number in range(count):
            due = began + number / per_second
            await asyncio.sleep(max(due - time.monotonic(), 0))
            event_id = uuid4().hex
            event = self._events[number % len(self._events)] | {
                "event_id": event_id,
                "timestamp": time.time(),
                "fingerprint": [f"benchmark-{number % ERRORS}"],
            }
            self._due.put_nowait((run, run.begin(event_id, due), envelope(event)))
        await self._due.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                run, number, body = await self._due.get()
                head = f"{self._head}Content-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                answer = await reader.readuntil(b"\r\n\r\n")
                assert answer.startswith(b"HTTP/1.1 200"), answer
                length = answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                await reader.readexactly(int(length))
                run.journeys[number].accepted = time.monotonic()
                self._due.task_done()
        finally:
            writer.close()


@contextmanager
def a_redis() -> Iterator[str]:
    """Run a Redis that stores nothing."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as directory:
        process = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
            cwd=directory,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def _second_serve(own: Installation) -> Iterator[str]:
    """Run one more serve process of an installation."""
    port = free_port()
    process = start("serve", own.environment | {"TOCSIN_PORT": str(port)})
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(1500):
            with suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=1):
                break
            time.sleep(0.02)
        yield url
    finally:
        process.terminate()
        process.wait(30)
