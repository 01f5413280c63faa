"""The machine door in-process over a real database, and what its tests send through it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
from starlette.types import ASGIApp

from application.clock import Clock
from application.feed import Hub
from application.feed_log import FeedLog
from application.inbox import Inbox
from application.keys import KeyRing
from application.limit_notices import LimitNotices
from application.outcomes import Tally
from application.ports import Limiter, Spool
from application.pressure import Pressure
from ingest.app import IngestApp
from ingest.limiting import Gate
from ingest.otlp.door import OtlpDoor
from ingest.reception import Reception
from ingest.sentry.doors import routes_of
from ingest.webhook.door import WebhookDoor
from outbound.limits import MemoryLimiter
from persistence import bodies
from persistence.database import SYSTEM, Database
from tests.application.doubles import HeardBus, MemorySpool
from tests.conftest import CLOCK
from tests.house import Tenant

CLIENT_ADDRESS = "203.0.113.7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One row of the inbox, unpacked."""

    kind: str
    event_id: UUID
    service_id: UUID
    ingest_key_id: UUID
    sent_at: str | None
    remote_address: str | None
    client: str | None
    body: bytes

    @property
    def event(self) -> dict[str, object]:
        """The event that was sent."""
        assert self.kind == "event"
        return json.loads(self.body)

    @property
    def headers(self) -> dict[str, object]:
        """The header of an item of any other kind."""
        assert self.kind != "event"
        return json.loads(self.body.partition(b"\n")[0])

    @property
    def payload(self) -> bytes:
        """What was sent, as it was sent."""
        return self.body if self.kind == "event" else self.body.partition(b"\n")[2]


@dataclass(slots=True, kw_only=True)
class Door:
    """A client in front of the door, and eyes on what it stored."""

    tenant: Tenant
    database: Database
    tally: Tally
    http: httpx.AsyncClient
    reception: Reception
    spool: Spool = field(default_factory=MemorySpool)

    @property
    def auth(self) -> dict[str, str]:
        """The header that most SDKs send."""
        return {"x-sentry-auth": f"Sentry sentry_key={self.tenant.key.public_key}"}

    @property
    def path(self) -> str:
        """Where this tenant's envelopes go."""
        return f"/api/{self.tenant.key.service_number}/envelope/"

    def path_of(self, door: str) -> str:
        """Where this tenant's clients send other things to."""
        return f"/api/{self.tenant.key.service_number}/{door}"

    @property
    def store_path(self) -> str:
        """Where this tenant's old clients send to."""
        return f"/api/{self.tenant.key.service_number}/store/"

    async def post(
        self,
        body: bytes,
        *,
        path: str | None = None,
        headers: Mapping[str, str] | None = None,
        content: AsyncIterator[bytes] | None = None,
    ) -> httpx.Response:
        """Send a body; signed by the header unless other headers are given."""
        signed = self.auth if headers is None else headers
        return await self.http.post(path or self.path, content=content or body, headers=signed)

    async def stored(self) -> list[Stored]:
        """Return what is in the tenant's inbox, oldest first."""
        async with self.database.raw_reading(SYSTEM) as db:
            rows = await db.fetch(
                "SELECT kind, event_id, service_id, ingest_key_id, sent_at::text AS sent_at,"
                " host(remote_address) AS remote_address, client, body_format, body"
                " FROM inbox WHERE organization_id = $1 ORDER BY id",
                self.tenant.organization,
            )
        return [
            Stored(
                kind=row["kind"],
                event_id=row["event_id"],
                service_id=row["service_id"],
                ingest_key_id=row["ingest_key_id"],
                sent_at=row["sent_at"],
                remote_address=row["remote_address"],
                client=row["client"],
                body=bodies.unpack(row["body_format"], row["body"]),
            )
            for row in rows
        ]

    async def change_key(self, **columns: object) -> None:
        """Change the tenant's key; a door that was opened later knows it so."""
        said = ", ".join(f"{name} = ${n}" for n, name in enumerate(columns, 2))
        async with self.database.raw_writing(SYSTEM) as db:
            await db.execute(
                f"UPDATE ingest_keys SET {said} WHERE id = $1",
                self.tenant.key.id,
                *columns.values(),
            )

    async def outcomes(self) -> dict[tuple[str, str, str], int]:
        """Return the counts of what was not taken: (outcome, category, reason) to quantity."""
        await self.tally.stop()
        async with self.database.raw_reading(SYSTEM) as db:
            rows = await db.fetch(
                "SELECT outcome, category, reason, sum(quantity)::int AS quantity"
                " FROM ingest_outcomes WHERE organization_id = $1 AND ingest_key_id = $2"
                " GROUP BY 1, 2, 3",
                self.tenant.organization,
                self.tenant.key.id,
            )
        return {(r["outcome"], r["category"], r["reason"]): r["quantity"] for r in rows}


@asynccontextmanager
async def a_door(
    tenant: Tenant,
    database: Database,
    *,
    inbox_database: Database | None = None,
    spool: Spool | None = None,
    limiter: Limiter | None = None,
    clock: Clock = CLOCK,
    vercel_secrets: tuple[str, ...] = (),
) -> AsyncIterator[Door]:
    """Lend a door of its own: nothing is known of any key yet."""
    spool = spool or MemorySpool()
    inbox = Inbox(database=inbox_database or database, bus=HeardBus(), spool=spool)
    tally = Tally(database=database, clock=clock)
    keys = KeyRing(database=database, clock=clock)
    hub = Hub(HeardBus(), FeedLog(database=database))
    notices = LimitNotices(database=database, hub=hub, clock=clock)
    gate = Gate(limiter=limiter or MemoryLimiter(), tally=tally, notices=notices)
    pressure = Pressure(inbox=inbox, database=database)
    reception = Reception(
        inbox=inbox, keys=keys, tally=tally, gate=gate, pressure=pressure, clock=clock
    )
    app = IngestApp(
        routes=(
            *routes_of(reception),
            *OtlpDoor(reception=reception).routes(),
            *WebhookDoor(
                reception=reception, vercel_secrets=vercel_secrets, vercel_verify="proof"
            ).routes(),
        )
    )
    await inbox.start()
    try:
        async with _client(app) as http:
            yield Door(
                tenant=tenant,
                database=database,
                tally=tally,
                http=http,
                reception=reception,
                spool=spool,
            )
    finally:
        await inbox.stop()
        await tally.stop()


def _client(app: ASGIApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(CLIENT_ADDRESS, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://tocsin.test")


def an_event(**fields: object) -> dict[str, object]:
    """A small event without an id."""
    return {"level": "error", "message": "the shop is closed", **fields}


def an_envelope(*items: tuple[dict[str, object], bytes], **headers: object) -> bytes:
    """An envelope of items that say their length; without headers it has an empty one."""
    lines = [json.dumps(headers).encode()]
    for item_headers, payload in items:
        lines += [json.dumps({**item_headers, "length": len(payload)}).encode(), payload]
    return b"\n".join(lines) + b"\n"


def an_item(kind: str = "event", payload: object = None) -> tuple[dict[str, object], bytes]:
    """One item of an envelope."""
    return {"type": kind}, json.dumps(an_event() if payload is None else payload).encode()


def an_id() -> UUID:
    """A new event id."""
    return uuid4()
