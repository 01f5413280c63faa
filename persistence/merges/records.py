"""Records of merges: who took which errors for one, when, what they were, and who undid it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import RowMapping, or_, select

from domain.ids import ErrorId, MergeId, OrganizationId, UserId
from domain.merges import Merge
from persistence.database import RawConnection, Reading
from persistence.merges.tables import error_merges
from persistence.reach import Reach

MOST_OF_ONE = 200

_ADD = """
INSERT INTO error_merges (
    organization_id, id, primary_error_id, merged_error_id, merged_by, reason, merged_at, before
)
SELECT o, i, p, m, b, r, t, w::jsonb FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[],
    $8::text[]
) AS x (o, i, p, m, b, r, t, w)
"""
_UNDO = """
UPDATE error_merges SET undone_at = $3, undone_by = $4
WHERE organization_id = $1 AND merged_error_id = ANY ($2::uuid[]) AND undone_at IS NULL
"""


async def add(
    db: RawConnection, merges: Sequence[Merge], before: Sequence[Mapping[str, object]]
) -> None:
    """Remember merges with what the counters were."""
    await db.execute(
        _ADD,
        [m.organization_id for m in merges],
        [m.id for m in merges],
        [m.primary_error_id for m in merges],
        [m.merged_error_id for m in merges],
        [m.merged_by for m in merges],
        [m.reason for m in merges],
        [m.merged_at for m in merges],
        [orjson.dumps(dict(each)).decode() for each in before],
    )


async def undo(
    db: RawConnection,
    organization: OrganizationId,
    merged: Sequence[ErrorId],
    *,
    at: datetime,
    by: UserId,
) -> None:
    """Note that these merges stand no more."""
    await db.execute(_UNDO, organization, list(merged), at, by)


async def of_error(db: Reading, error: ErrorId, reach: Reach) -> list[Merge]:
    """Return the merges that an error is or was part of, newest first, 200 at most."""
    own = error_merges.c
    rows = await db.execute(
        select(error_merges)
        .where(
            reach.condition(error_merges),
            or_(own.primary_error_id == error, own.merged_error_id == error),
        )
        .order_by(own.merged_at.desc(), own.id.desc())
        .limit(MOST_OF_ONE),
        reach.values(),
    )
    return [_merge(row) for row in rows.mappings()]


def _merge(row: RowMapping) -> Merge:
    undone_by = row["undone_by"]
    return Merge(
        id=MergeId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        primary_error_id=ErrorId(row["primary_error_id"]),
        merged_error_id=ErrorId(row["merged_error_id"]),
        merged_by=UserId(row["merged_by"]),
        reason=row["reason"],
        merged_at=row["merged_at"],
        undone_at=row["undone_at"],
        undone_by=None if undone_by is None else UserId(undone_by),
    )
