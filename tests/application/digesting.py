"""What the tests of the digest share: events, items, and the digest of a test."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from application.digest import Digest
from application.packing import pack
from domain.inbox import InboxItem, ItemKind
from persistence.database import SYSTEM, Database
from persistence.inbox import queue
from tests.house import Tenant


def an_event(where: str = "pay", **fields: object) -> dict[str, object]:
    """A Python failure in a function of this name."""
    return {
        "level": "error",
        "platform": "python",
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "no such card",
                    "stacktrace": {
                        "frames": [
                            {
                                "function": where,
                                "module": "shop.checkout",
                                "filename": "shop/checkout.py",
                                "lineno": 7,
                                "context_line": f"    {where}(card)",
                                "in_app": True,
                            }
                        ]
                    },
                }
            ]
        },
        **fields,
    }


def an_item(
    tenant: Tenant,
    event: dict[str, object] | bytes,
    *,
    event_id: UUID | None = None,
    at: datetime | None = None,
    kind: ItemKind = ItemKind.EVENT,
) -> InboxItem:
    """An accepted event, as it waits in the inbox."""
    payload = event if isinstance(event, bytes) else json.dumps(event).encode()
    body_format, body = pack(payload)
    return InboxItem(
        organization_id=tenant.organization,
        service_id=tenant.service.id,
        ingest_key_id=tenant.key.id,
        kind=kind,
        event_id=event_id or uuid4(),
        received_at=at or datetime.now(UTC),
        sent_at=None,
        remote_address="192.0.2.7",
        client="test/1",
        body_format=body_format,
        body=body,
    )


async def accept(database: Database, *items: InboxItem) -> None:
    async with database.raw_writing(SYSTEM) as db:
        await queue.append(db, items)


async def digest_all(digest: Digest) -> int:
    total = 0
    while shards := await digest.waiting():
        for shard in shards:
            total += await digest.run(shard)
    return total


async def rows(database: Database, statement: str, *values: object) -> list[dict[str, object]]:
    async with database.raw_reading(SYSTEM) as db:
        return [dict(row) for row in await db.fetch(statement, *values)]


async def errors_of(database: Database, tenant: Tenant) -> list[dict[str, object]]:
    return await rows(
        database,
        "SELECT * FROM errors WHERE organization_id = $1 ORDER BY number",
        tenant.organization,
    )
