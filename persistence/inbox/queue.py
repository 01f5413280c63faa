"""The inbox as a queue: appended to by accepting, emptied by the digest.

A shard is worked on by one process at a time (an advisory lock), so that two digests never contend
for the same error's row. Taking deletes: the rows are back if the transaction does not commit.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from domain.ids import IngestKeyId, OrganizationId, ServiceId
from domain.inbox import InboxItem, ItemKind
from persistence.database import RawConnection

SHARDS = 16
_SHARD_LOCK = 0x1B0C
_HELD = 0x1B0D

# A batch ends with the item that passes this many packed bytes, so that memory stays bounded.
BATCH_BYTES = 8_000_000

_APPEND = """
INSERT INTO inbox (
    shard, organization_id, service_id, ingest_key_id, kind, event_id,
    received_at, sent_at, remote_address, client, body_format, body
)
SELECT s, o, service, key, kind, event, received, sent, address::inet, client, format, body
FROM unnest(
    $1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[],
    $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::smallint[], $12::bytea[]
) AS x (s, o, service, key, kind, event, received, sent, address, client, format, body)
"""

_COLUMNS = """
    id, organization_id, service_id, ingest_key_id, kind, event_id, received_at, sent_at,
    host(remote_address) AS remote_address, client, body_format, body
"""

# What a newer version accepts waits for a newer version, and holds up nobody else.
_KINDS = ", ".join(f"'{kind.value}'" for kind in ItemKind)

# Reading takes nothing: the next batch is prepared while the one before it is written.
_PEEK = f"""
SELECT {_COLUMNS} FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS before FROM (
        SELECT * FROM inbox WHERE shard = $1 AND id > $2 AND kind IN ({_KINDS})
        ORDER BY id LIMIT $3
    ) oldest
) measured WHERE before < {BATCH_BYTES}
"""  # noqa: S608 constants

_PEEK_AT = f"SELECT {_COLUMNS} FROM inbox WHERE shard = $1 AND id = ANY ($2::bigint[])"  # noqa: S608

_TAKE = "DELETE FROM inbox WHERE shard = $1 AND id = ANY ($2::bigint[]) RETURNING id"


def shard_of(service: ServiceId) -> int:
    """Return the shard of a service: what belongs to one error is always in one shard."""
    return service.int % SHARDS


async def append(db: RawConnection, items: Sequence[InboxItem]) -> None:
    """Put items at the end of their shards' queues."""
    await db.execute(
        _APPEND,
        [shard_of(item.service_id) for item in items],
        [item.organization_id for item in items],
        [item.service_id for item in items],
        [item.ingest_key_id for item in items],
        [item.kind.value for item in items],
        [item.event_id for item in items],
        [item.received_at for item in items],
        [item.sent_at for item in items],
        [item.remote_address for item in items],
        [item.client for item in items],
        [item.body_format for item in items],
        [item.body for item in items],
    )


async def waiting_shards(db: RawConnection) -> list[int]:
    """Return the shards that have something to digest."""
    rows = await db.fetch(
        "SELECT s::int AS shard FROM generate_series(0, $1::int - 1) s"
        " WHERE EXISTS (SELECT 1 FROM inbox WHERE shard = s)",
        SHARDS,
    )
    return [row["shard"] for row in rows]


async def hold_shard(db: RawConnection, shard: int) -> bool:
    """Keep other processes from preparing a shard, until the end of the transaction."""
    return bool(await db.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", _HELD, shard))


async def lock_shard(db: RawConnection, shard: int) -> bool:
    """Take a shard for writing until the end of the transaction; False if another has it."""
    return bool(await db.fetchval("SELECT pg_try_advisory_xact_lock($1, $2)", _SHARD_LOCK, shard))


async def wait_for_shard(db: RawConnection, service: ServiceId) -> None:
    """Keep a service's events from being written until the end of the transaction."""
    await db.execute("SELECT pg_advisory_xact_lock($1, $2)", _SHARD_LOCK, shard_of(service))


async def peek(db: RawConnection, shard: int, after: int, limit: int) -> dict[int, InboxItem]:
    """Return the oldest items of a shard behind a queue number, by their numbers."""
    return _items(await db.fetch(_PEEK, shard, after, limit))


async def peek_at(db: RawConnection, shard: int, numbers: Sequence[int]) -> dict[int, InboxItem]:
    """Return just these items of a shard; those that are gone are left out."""
    return _items(await db.fetch(_PEEK_AT, shard, list(numbers)))


async def take(db: RawConnection, shard: int, numbers: Sequence[int]) -> set[int]:
    """Take items out of the queue; return which were still there."""
    return {row["id"] for row in await db.fetch(_TAKE, shard, list(numbers))}


def item_of(row: asyncpg.Record) -> InboxItem:
    """Return the item of a row, of the queue or of a table that keeps items."""
    return InboxItem(
        organization_id=OrganizationId(row["organization_id"]),
        service_id=ServiceId(row["service_id"]),
        ingest_key_id=IngestKeyId(row["ingest_key_id"]),
        kind=ItemKind(row["kind"]),
        event_id=row["event_id"],
        received_at=row["received_at"],
        sent_at=row["sent_at"],
        remote_address=row["remote_address"],
        client=row["client"],
        body_format=row["body_format"],
        body=row["body"],
    )


def _items(rows: Sequence[asyncpg.Record]) -> dict[int, InboxItem]:
    return {row["id"]: item_of(row) for row in sorted(rows, key=lambda row: int(row["id"]))}


async def backlog_up_to(db: RawConnection, limit: int) -> int:
    """Return how many items wait, or the limit when there are more."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM inbox LIMIT $1) waiting"
    return int(await db.fetchval(counted, limit))


async def backlog(db: RawConnection) -> tuple[int, datetime | None]:
    """Return how many items wait, and since when the oldest does."""
    row = await db.fetchrow("SELECT count(*) AS items, min(received_at) AS since FROM inbox")
    return (0, None) if row is None else (row["items"], row["since"])
