"""Likenesses: what errors are made of, and the buckets by which alike ones are found."""

from collections.abc import Sequence

from domain.ids import ErrorId, OrganizationId, ServiceId
from domain.likeness import Traits
from persistence.database import RawConnection

# Of each bucket the newest: what everything is alike to says little.
PER_BUCKET = 100

_ADD = """
INSERT INTO error_traits (organization_id, error_id, service_id, exception_type, frames, words)
SELECT o, e, s, t, f::bigint[], w::bigint[]
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])
    AS x (o, e, s, t, f, w)
ON CONFLICT DO NOTHING
"""
_ADD_BUCKETS = """
INSERT INTO error_buckets (organization_id, bucket, error_id)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) ON CONFLICT DO NOTHING
"""
_OF = """
SELECT exception_type, frames, words FROM error_traits WHERE organization_id = $1 AND error_id = $2
"""
_ALIKE = """
SELECT t.error_id, t.exception_type, t.frames, t.words
FROM (
    SELECT DISTINCT near.error_id FROM unnest($3::bigint[]) AS b (bucket)
    CROSS JOIN LATERAL (
        SELECT n.error_id FROM error_buckets n
        WHERE n.organization_id = $1 AND n.bucket = b.bucket
        ORDER BY n.error_id DESC LIMIT $4
    ) near
) x
JOIN error_traits t ON t.organization_id = $1 AND t.error_id = x.error_id
JOIN errors e ON e.organization_id = $1 AND e.id = x.error_id
WHERE x.error_id <> $2 AND e.merged_into_id IS NULL
"""

New = tuple[OrganizationId, ErrorId, ServiceId, Traits, Sequence[int]]


async def add(db: RawConnection, new: Sequence[New]) -> None:
    """Remember what errors are made of."""
    if not new:
        return
    await db.execute(
        _ADD,
        [each[0] for each in new],
        [each[1] for each in new],
        [each[2] for each in new],
        [each[3].exception_type for each in new],
        [_array(each[3].frames) for each in new],
        [_array(each[3].words) for each in new],
    )
    buckets = sorted((each[0], bucket, each[1]) for each in new for bucket in each[4])
    await db.execute(
        _ADD_BUCKETS, [b[0] for b in buckets], [b[1] for b in buckets], [b[2] for b in buckets]
    )


async def traits_of(
    db: RawConnection, organization: OrganizationId, error: ErrorId
) -> Traits | None:
    """Return what an error is made of, None where nobody noted it."""
    row = await db.fetchrow(_OF, organization, error)
    return None if row is None else _traits(row["exception_type"], row["frames"], row["words"])


async def alike(
    db: RawConnection, organization: OrganizationId, error: ErrorId, buckets: Sequence[int]
) -> list[tuple[ErrorId, Traits]]:
    """Return errors that share a bucket with an error."""
    rows = await db.fetch(_ALIKE, organization, error, list(buckets), PER_BUCKET)
    return [
        (ErrorId(row["error_id"]), _traits(row["exception_type"], row["frames"], row["words"]))
        for row in rows
    ]


def _array(numbers: Sequence[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _traits(type_: str, frames: Sequence[int], words: Sequence[int]) -> Traits:
    return Traits(exception_type=type_, frames=tuple(frames), words=tuple(words))
