"""Idempotency: what mutations answered, by the keys of clients, so that a retry acts once."""

from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from domain.ids import OrganizationId, UserId
from persistence.database import RawConnection
from persistence.tables import (
    Column,
    at_most,
    metadata,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

MAX_KEY = 100

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    organization_column(),
    uuid_column("user_id", primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    text_column("asked"),
    Column("result", JSONB),
    time_column("created_at"),
    at_most("operation", 50),
    at_most("key", MAX_KEY),
    at_most("asked", 64),
    Index(None, "created_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of one person: `asked` tells it from another under the same key."""

    organization_id: OrganizationId
    user_id: UserId
    operation: str
    key: str
    asked: str


@dataclass(frozen=True, slots=True)
class Before:
    """What was answered to an earlier request under the same key."""

    asked: str
    result: dict[str, object]


async def claim(db: RawConnection, request: Request, at: datetime) -> Before | None:
    """Take a key, or return what was answered under it; a request under way is waited for."""
    key = (request.organization_id, request.user_id, request.operation, request.key)
    taken = await db.fetchval(
        "INSERT INTO idempotency_keys"
        " (organization_id, user_id, operation, key, asked, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1",
        *key,
        request.asked,
        at,
    )
    if taken:
        return None
    row = await db.fetchrow(
        "SELECT asked, result::text FROM idempotency_keys WHERE organization_id = $1"
        " AND user_id = $2 AND operation = $3 AND key = $4",
        *key,
    )
    if row is None:
        return None
    return Before(row["asked"], orjson.loads(row["result"] or "{}"))


async def answer(db: RawConnection, request: Request, result: dict[str, object]) -> None:
    """Keep what was answered."""
    await db.execute(
        "UPDATE idempotency_keys SET result = $5::text::jsonb WHERE organization_id = $1"
        " AND user_id = $2 AND operation = $3 AND key = $4",
        request.organization_id,
        request.user_id,
        request.operation,
        request.key,
        orjson.dumps(result).decode(),
    )


async def forget_before(db: RawConnection, before: datetime) -> int:
    """Forget what was answered before a moment."""
    deleted: str = await db.execute("DELETE FROM idempotency_keys WHERE created_at < $1", before)
    return int(deleted.rpartition(" ")[2])
