"""Deleting errors: their rows at once, what they leave behind in batches, and what is discarded."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.ids import ErrorId, OrganizationId, ServiceId, UserId
from persistence.database import RawConnection

Key = tuple[OrganizationId, ServiceId, bytes]


class Removed(NamedTuple):
    """What deleting errors removes; `kept` are the occurrences that are stored, to a limit."""

    errors: int
    occurrences: int
    kept: int
    hashes: int
    reports: int


class Remains(NamedTuple):
    """An error that is deleted, of which something is left."""

    organization_id: OrganizationId
    error_id: ErrorId


_FAMILY = """
SELECT id FROM errors
WHERE organization_id = $1 AND (id = ANY ($2::uuid[]) OR merged_into_id = ANY ($2::uuid[]))
"""
_COUNT = """
SELECT (SELECT count(*) FROM errors WHERE organization_id = $1 AND id = ANY ($2::uuid[])) AS errors,
    (SELECT coalesce(sum(occurrence_count), 0)::bigint FROM errors
        WHERE organization_id = $1 AND id = ANY ($2::uuid[]) AND merged_into_id IS NULL)
        AS occurrences,
    (SELECT count(*) FROM (SELECT 1 FROM occurrences
        WHERE organization_id = $1 AND error_id = ANY ($2::uuid[]) LIMIT $3) counted) AS kept,
    (SELECT count(*) FROM error_hashes
        WHERE organization_id = $1 AND origin_error_id = ANY ($2::uuid[])
            AND error_id = ANY ($2::uuid[])) AS hashes,
    (SELECT count(*) FROM user_reports
        WHERE organization_id = $1 AND linked_error_id = ANY ($2::uuid[])) AS reports
"""
_DISCARD = """
INSERT INTO discarded_hashes
    (organization_id, service_id, hash, title, discarded_by, discarded_at, error_id)
SELECT h.organization_id, h.service_id, h.hash, e.title, $3, $4, h.error_id
FROM error_hashes h
JOIN errors e ON e.organization_id = h.organization_id AND e.id = h.error_id
WHERE h.organization_id = $1 AND h.error_id = ANY ($2::uuid[])
ON CONFLICT DO NOTHING
"""
_REMAINS = """
INSERT INTO error_remains (organization_id, error_id, service_id, deleted_by, deleted_at)
SELECT organization_id, id, service_id, $3, $4 FROM errors
WHERE organization_id = $1 AND id = ANY ($2::uuid[])
ON CONFLICT DO NOTHING
"""
_DELETE = "DELETE FROM errors WHERE organization_id = $1 AND id = ANY ($2::uuid[])"
_SWEEP = """
WITH gone AS (
    DELETE FROM occurrences o USING (
        SELECT id, occurred_at FROM occurrences
        WHERE organization_id = $1 AND error_id = $2 LIMIT $3
    ) x
    WHERE o.organization_id = $1 AND o.id = x.id AND o.occurred_at = x.occurred_at
    RETURNING o.service_id, o.event_id
), files AS (
    DELETE FROM attachments a USING gone
    WHERE a.organization_id = $1 AND a.service_id = gone.service_id AND a.event_id = gone.event_id
)
SELECT count(*) FROM gone
"""
_SWEEP_VISITORS = """
DELETE FROM error_visitors WHERE organization_id = $1 AND error_id = $2 AND visitor IN (
    SELECT visitor FROM error_visitors WHERE organization_id = $1 AND error_id = $2 LIMIT $3
)
"""
_BESIDE = ("error_hours", "error_words", "error_tags", "error_remains")
_FIND_DISCARDED = """
SELECT d.service_id, d.hash
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS w (organization_id, service_id, hash)
JOIN discarded_hashes d USING (organization_id, service_id, hash)
"""


async def family_of(
    db: RawConnection, organization: OrganizationId, ids: Sequence[ErrorId]
) -> list[ErrorId]:
    """Return these errors and those that are merged into them."""
    return [ErrorId(row["id"]) for row in await db.fetch(_FAMILY, organization, list(ids))]


async def counted(
    db: RawConnection, organization: OrganizationId, ids: Sequence[ErrorId], most: int
) -> Removed:
    """Return what deleting these errors removes."""
    row = await db.fetchrow(_COUNT, organization, list(ids), most)
    return Removed(0, 0, 0, 0, 0) if row is None else Removed(*row)


async def discard(
    db: RawConnection,
    organization: OrganizationId,
    ids: Sequence[ErrorId],
    *,
    at: datetime,
    by: UserId,
) -> None:
    """Let nobody hear again of what leads to these errors."""
    await db.execute(_DISCARD, organization, list(ids), by, at)


async def stop_discarding(db: RawConnection, organization: OrganizationId, error: ErrorId) -> int:
    """Let the events of a deleted error come again; return how many hashes led to it."""
    done = await db.execute(
        "DELETE FROM discarded_hashes WHERE organization_id = $1 AND error_id = $2",
        organization,
        error,
    )
    return int(done.rpartition(" ")[2])


async def delete(
    db: RawConnection,
    organization: OrganizationId,
    ids: Sequence[ErrorId],
    *,
    at: datetime,
    by: UserId,
) -> None:
    """Delete errors; what is left of them is noted, to be swept away."""
    await db.execute(_REMAINS, organization, list(ids), by, at)
    await db.execute(_DELETE, organization, list(ids))


async def remains(db: RawConnection, limit: int) -> list[Remains]:
    """Return deleted errors of which something is left, the oldest first; others leave ours."""
    rows = await db.fetch(
        "SELECT organization_id, error_id FROM error_remains ORDER BY deleted_at"
        " LIMIT $1 FOR UPDATE SKIP LOCKED",
        limit,
    )
    return [Remains(OrganizationId(row[0]), ErrorId(row[1])) for row in rows]


async def sweep(db: RawConnection, left: Remains, at_once: int) -> int:
    """Remove some of what is left of an error; return how many rows, 0 when nothing is left."""
    removed = int(await db.fetchval(_SWEEP, *left, at_once))
    if removed:
        return removed
    done = await db.execute(_SWEEP_VISITORS, *left, at_once)
    if removed := int(done.rpartition(" ")[2]):
        return removed
    await db.execute(
        "DELETE FROM notifications"
        " WHERE organization_id = $1 AND subject_kind = 'error' AND subject_id = $2",
        *left,
    )
    for table in _BESIDE:
        await db.execute(
            f"DELETE FROM {table} WHERE organization_id = $1 AND error_id = $2",  # noqa: S608
            *left,
        )
    return 0


async def discarded(db: RawConnection, keys: Sequence[Key]) -> set[tuple[UUID, bytes]]:
    """Return those of these hashes whose events nobody wants."""
    rows = await db.fetch(
        _FIND_DISCARDED, [o for o, _, _ in keys], [s for _, s, _ in keys], [h for _, _, h in keys]
    )
    return {(row["service_id"], row["hash"]) for row in rows}
