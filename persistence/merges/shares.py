"""Shares: what each member of a merged family has by itself, kept up by the digest."""

from collections.abc import Sequence

from domain.ids import ErrorId, OrganizationId
from persistence.database import RawConnection
from persistence.errors.digest import Recurrence

_RECUR = """
UPDATE error_shares s SET
    occurrence_count = s.occurrence_count + x.occurrences,
    users_affected_count = s.users_affected_count + x.users,
    sessions_affected_count = s.sessions_affected_count + x.sessions,
    first_seen_at = least(s.first_seen_at, x.first_seen),
    last_seen_at = greatest(s.last_seen_at, x.last_seen),
    last_release = CASE
        WHEN x.release IS NOT NULL AND x.last_seen >= s.last_seen_at
        THEN x.release ELSE s.last_release END,
    level = CASE
        WHEN x.last_seen >= s.last_seen_at THEN coalesce(x.level, s.level) ELSE s.level END,
    message = CASE
        WHEN x.last_seen >= s.last_seen_at THEN coalesce(x.message, s.message)
        ELSE s.message END
FROM unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[],
    $7::timestamptz[], $8::text[], $9::text[], $10::text[]
) AS x (
    organization_id, id, occurrences, users, sessions, last_seen, first_seen, release, level,
    message
)
WHERE s.organization_id = x.organization_id AND s.error_id = x.id
"""

_MEETINGS = """
SELECT v.visitor, count(*)::int AS quantity
FROM error_visitors v
JOIN error_shares s ON s.organization_id = v.organization_id AND s.error_id = v.error_id
WHERE v.organization_id = $1 AND s.organization_id = $1 AND s.primary_id = $2
    AND v.visitor = ANY ($3::bigint[])
GROUP BY v.visitor
"""


async def recur(db: RawConnection, parts: Sequence[Recurrence]) -> None:
    """Count occurrences on the members of families that they belong to."""
    if not parts:
        return
    own = sorted(parts, key=lambda r: (r.organization_id, r.error_id))
    await db.execute(
        _RECUR,
        [r.organization_id for r in own],
        [r.error_id for r in own],
        [r.occurrences for r in own],
        [r.users for r in own],
        [r.sessions for r in own],
        [r.last_seen_at for r in own],
        [r.first_seen_at for r in own],
        [r.last_release for r in own],
        [None if r.level is None else r.level.value for r in own],
        [r.message for r in own],
    )


async def meetings(
    db: RawConnection, organization: OrganizationId, primary: ErrorId, visitors: Sequence[int]
) -> dict[int, int]:
    """Return with how many members of a family each of these visitors has met."""
    rows = await db.fetch(_MEETINGS, organization, primary, list(visitors)) if visitors else []
    return {row["visitor"]: row["quantity"] for row in rows}
