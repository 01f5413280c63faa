"""Which occurrences could not be read, so that they can be once what they lack arrives."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.ids import OccurrenceId, OrganizationId
from persistence.database import RawConnection


class Missing(NamedTuple):
    """An occurrence that lacks what a key stands for; one that is due was only short of time."""

    organization_id: OrganizationId
    key: UUID
    occurrence_id: OccurrenceId
    occurred_at: datetime
    is_due: bool = False


_NOW_THERE = """
SELECT DISTINCT ON (m.organization_id, m.occurrence_id)
    m.organization_id, m.occurrence_id, m.occurred_at
FROM (
    SELECT a.organization_id, a.debug_id AS key FROM artifact_bundles b
    JOIN artifacts a ON a.organization_id = b.organization_id AND a.bundle_id = b.id
    WHERE b.state = 'ok' AND b.assembled_at > $1 AND a.debug_id IS NOT NULL
        AND a.kind = 'source_map'
    UNION
    SELECT b.organization_id, b.release_key FROM artifact_bundles b
    WHERE b.state = 'ok' AND b.assembled_at > $1 AND b.release_key IS NOT NULL
    UNION
    SELECT d.organization_id, d.key FROM missing_artifacts d WHERE d.is_due
) k
JOIN missing_artifacts m USING (organization_id, key)
WHERE (m.organization_id, m.occurrence_id) > ($2::uuid, $3::uuid) AND m.occurred_at > $4
ORDER BY m.organization_id, m.occurrence_id
LIMIT $5
"""


async def note(db: RawConnection, missing: Sequence[Missing]) -> None:
    """Note what occurrences lack."""
    own = sorted(missing)
    await db.execute(
        "INSERT INTO missing_artifacts"
        " (organization_id, key, occurrence_id, occurred_at, is_due) SELECT * FROM unnest("
        " $1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::boolean[])"
        " ON CONFLICT (organization_id, key, occurrence_id) DO UPDATE SET is_due = excluded.is_due",
        *([one[column] for one in own] for column in range(5)),
    )


async def now_there(
    db: RawConnection,
    *,
    assembled_after: datetime,
    occurred_after: datetime,
    after: tuple[UUID, UUID],
    limit: int,
) -> list[tuple[OrganizationId, OccurrenceId, datetime]]:
    """Return occurrences whose artifacts arrived after a moment, or that are due, in order."""
    rows = await db.fetch(_NOW_THERE, assembled_after, *after, occurred_after, limit)
    return [(OrganizationId(r[0]), OccurrenceId(r[1]), r[2]) for r in rows]


async def forget(
    db: RawConnection, missing: Sequence[tuple[OrganizationId, UUID, OccurrenceId]]
) -> None:
    """Forget what occurrences lacked: the organization, the key and the occurrence of each."""
    own = sorted(missing)
    await db.execute(
        "DELETE FROM missing_artifacts m"
        " USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS x (organization_id, key, occurrence)"
        " WHERE m.organization_id = x.organization_id AND m.key = x.key"
        " AND m.occurrence_id = x.occurrence",
        *([each[column] for each in own] for column in range(3)),
    )


async def forget_before(db: RawConnection, before: datetime) -> int:
    """Forget what happened before a moment: it stays as it is."""
    done = await db.execute("DELETE FROM missing_artifacts WHERE occurred_at < $1", before)
    return int(done.rpartition(" ")[2])
