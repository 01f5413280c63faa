"""Many clients at once, each event with an id of its own; and the books that must balance after."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from tests.flows.running import Installation, Process, eventually
from tests.house import Tenant

DIFFERENT_ERRORS = 12
ANSWER_SECONDS = 30.0
RETRY_SECONDS = 0.02


class Sender:
    """One client on one connection, opened again whenever it was cut."""

    def __init__(self, tenant: Tenant, port: int) -> None:
        self._port = port
        self._head = (
            f"POST /api/{tenant.key.service_number}/envelope/ HTTP/1.1\r\n"
            f"host: 127.0.0.1\r\nx-sentry-auth: Sentry sentry_key={tenant.key.public_key}\r\n"
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, event_id: UUID, number: int) -> int | None:
        """Send an event once; return the status, or None when no answer came."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._exchange(an_envelope(event_id, number))
        except (OSError, EOFError, TimeoutError):
            self.close()
            return None

    def close(self) -> None:
        """Cut the connection."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def _exchange(self, body: bytes) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(f"{self._head}content-length: {len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        await reader.readexactly(length)
        if "connection: close" in head:
            self.close()
        return int(head.split(" ", 2)[1])


def an_envelope(event_id: UUID, number: int) -> bytes:
    """One of a dozen different errors, as an SDK sends it."""
    where = f"step_{number % DIFFERENT_ERRORS}"
    frame = {"function": where, "module": "shop.load", "filename": "load.py", "in_app": True}
    event = {
        "platform": "python",
        "level": "error",
        "user": {"id": f"customer-{number % 7}"},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": f"order {number}",
                    "stacktrace": {"frames": [frame | {"context_line": f"{where}()"}]},
                }
            ]
        },
    }
    payload = json.dumps(event)
    return f'{{"event_id":"{event_id.hex}"}}\n{{"type":"event"}}\n{payload}\n'.encode()


@dataclass(slots=True, kw_only=True)
class Load:
    """Events that several clients send, and what became of each."""

    tenant: Tenant
    doors: Sequence[Process]
    senders: int = 16
    # How long a client rests after each event: without it, as much as the machine can take.
    rest_seconds: float = 0.0
    # What is done at the very moment when so many are accepted, before anything else is.
    moments: dict[int, Callable[[], None]] = field(default_factory=dict)
    accepted: set[UUID] = field(default_factory=set)
    unanswered: set[UUID] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    sent: int = 0
    is_stopped: bool = False

    async def send(self, count: int, *, until_accepted: bool = False) -> None:
        """Send so many events, each once, or again and again until it is accepted."""
        numbers = iter(range(self.sent, self.sent + count))
        self.sent += count
        async with asyncio.TaskGroup() as group:
            for n in range(self.senders):
                port = self.doors[n % len(self.doors)].port
                group.create_task(self._work(Sender(self.tenant, port), numbers, until_accepted))

    async def until_accepted(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many events are accepted."""

        async def look() -> int:
            return len(self.accepted)

        assert await eventually(look, lambda n: n >= count, seconds=seconds) >= count

    async def _work(self, sender: Sender, numbers: object, until_accepted: bool) -> None:
        for number in numbers:
            if self.is_stopped:
                break
            event_id, began = uuid4(), time.monotonic()
            status = await sender.send(event_id, number)
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            while status != 200 and until_accepted:
                await asyncio.sleep(RETRY_SECONDS)
                status = await sender.send(event_id, number)
            self._note(event_id, status)
            await asyncio.sleep(self.rest_seconds)
        sender.close()

    def _note(self, event_id: UUID, status: int | None) -> None:
        if status == 200:
            self.accepted.add(event_id)
            if moment := self.moments.pop(len(self.accepted), None):
                moment()
        elif status is None:
            self.unanswered.add(event_id)
        else:
            self.refused[status] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the database holds of one tenant, counted in every way that it is kept."""

    occurrences: Counter[UUID]
    error_counts: dict[UUID, int]
    by_error: dict[UUID, int]
    hours: int
    outcomes: dict[tuple[str, str], int]
    feed: list[tuple[int, int]]
    waiting: int
    dead: int


_BOOKS = {
    "occurrences": "SELECT event_id, error_id FROM occurrences WHERE organization_id = $1",
    "errors": "SELECT id, occurrence_count FROM errors WHERE organization_id = $1",
    "hours": "SELECT coalesce(sum(occurrence_count), 0)::int AS quantity FROM error_hours"
    " WHERE organization_id = $1",
    "outcomes": "SELECT outcome, reason, sum(quantity)::int AS quantity FROM ingest_outcomes"
    " WHERE organization_id = $1 GROUP BY 1, 2",
    "feed": "SELECT position, coalesce((payload->>'count')::int, 0) AS quantity FROM feed"
    " WHERE organization_id = $1 ORDER BY position",
    "waiting": "SELECT count(*) AS quantity FROM inbox WHERE organization_id = $1",
    "dead": "SELECT count(*) AS quantity FROM dead_letters WHERE organization_id = $1",
}


async def books_of(house: Installation, tenant: Tenant) -> Books:
    """Return what the database holds of a tenant."""
    found = {name: await house.sql(sql, tenant.organization) for name, sql in _BOOKS.items()}
    return Books(
        occurrences=Counter(row["event_id"] for row in found["occurrences"]),
        by_error=dict(Counter(row["error_id"] for row in found["occurrences"])),
        error_counts={row["id"]: row["occurrence_count"] for row in found["errors"]},
        hours=found["hours"][0]["quantity"],
        outcomes={(row["outcome"], row["reason"]): row["quantity"] for row in found["outcomes"]},
        feed=[(row["position"], row["quantity"]) for row in found["feed"]],
        waiting=found["waiting"][0]["quantity"],
        dead=found["dead"][0]["quantity"],
    )


async def settled(
    house: Installation, tenant: Tenant, accepted: set[UUID], seconds: float = 40.0
) -> Books:
    """Wait until all that was accepted is digested and nothing waits; return the books."""

    async def look() -> int:
        [row] = await house.sql(
            "SELECT (SELECT count(*) FROM event_ids WHERE organization_id = $1 AND"
            " event_id = ANY ($2::uuid[])) - (SELECT count(*) FROM inbox"
            " WHERE organization_id = $1) AS settled",
            tenant.organization,
            list(accepted),
        )
        return row["settled"]

    await eventually(look, lambda count: count == len(accepted), seconds=seconds)
    return await books_of(house, tenant)


def assert_balanced(books: Books) -> None:
    """Every event stands once, and every count of them says the same."""
    total = books.occurrences.total()
    assert [id_ for id_, times in books.occurrences.items() if times != 1] == []
    assert books.error_counts == books.by_error
    assert books.hours == total
    assert books.outcomes.get(("accepted", ""), 0) == total
    assert [position for position, _ in books.feed] == list(range(1, len(books.feed) + 1))
    assert sum(quantity for _, quantity in books.feed) == total
    assert (books.waiting, books.dead) == (0, 0)
