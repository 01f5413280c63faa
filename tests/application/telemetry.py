"""What the tests of telemetry digest: items as the doors hand them over, recorded or made."""

import json
from datetime import datetime
from uuid import UUID, uuid4

from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.packing import pack
from application.policies import Policies
from application.telemetry import telemetry_handlers
from domain.inbox import InboxItem, ItemKind
from persistence.database import SYSTEM, Database
from tests.application.doubles import HeardBus
from tests.application.test_digest import accept, digest_all
from tests.conftest import CLOCK
from tests.domain.recorded import RECEIVED_AT, recorded_item
from tests.house import Tenant


def an_item(
    tenant: Tenant,
    kind: ItemKind,
    payload: dict[str, object] | bytes,
    *,
    headers: dict[str, object] | None = None,
    event_id: UUID | None = None,
    at: datetime = RECEIVED_AT,
) -> InboxItem:
    """An accepted item, as it waits in the inbox."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    line = json.dumps({"type": kind.value, **(headers or {})}).encode()
    body_format, packed = pack(line + b"\n" + body)
    return InboxItem(
        organization_id=tenant.organization,
        service_id=tenant.service.id,
        ingest_key_id=tenant.key.id,
        kind=kind,
        event_id=event_id or uuid4(),
        received_at=at,
        sent_at=None,
        remote_address="192.0.2.7",
        client="test/1",
        body_format=body_format,
        body=packed,
    )


def a_recorded_item(tenant: Tenant, name: str, kind: ItemKind, sent_as: str = "") -> InboxItem:
    """The first item of a kind in a recorded envelope, as the door hands it over."""
    header, payload = recorded_item(name, sent_as or kind.value)
    return an_item(tenant, kind, payload, headers=header)


async def digested(database: Database, *items: InboxItem) -> int:
    """Accept items and digest them; return how many could not be."""
    policies = Policies()
    digest = Digest(
        database=database,
        hub=Hub(HeardBus(), FeedLog(database=database)),
        clock=CLOCK,
        policies=policies,
        handlers=telemetry_handlers(database=database, clock=CLOCK, policies=policies),
    )
    await accept(database, *items)
    await digest_all(digest)
    return digest.dead


async def rows(database: Database, tenant: Tenant, table: str, order: str, columns: str = "*"):
    """The rows of a tenant in a table."""
    statement = f"SELECT {columns} FROM {table} WHERE organization_id = $1 ORDER BY {order}"
    async with database.raw_reading(SYSTEM) as db:
        return [dict(row) for row in await db.fetch(statement, tenant.organization)]


async def outcomes(database: Database, tenant: Tenant) -> dict[tuple[str, ...], int]:
    """What was counted for a tenant: by outcome, category and, if there is one, reason."""
    found = await rows(database, tenant, "ingest_outcomes", "minute")
    counted: dict[tuple[str, ...], int] = {}
    for row in found:
        key = tuple(filter(None, (row["outcome"], row["category"], row["reason"])))
        counted[key] = counted.get(key, 0) + row["quantity"]
    return counted
