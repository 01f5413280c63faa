"""Joining errors to a family and letting them leave it: all of it in SQL, by whole sets.

Occurrences, visitors, words and tags stay with the error that they belong to; what is written is
who belongs to whom, where hashes lead, the hours, and one row of figures.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.ids import ErrorId, OrganizationId
from persistence.database import RawConnection

_LOCK = """
SELECT id FROM errors WHERE organization_id = $1 AND (id = ANY ($2::uuid[])
    OR merged_into_id = ANY ($2::uuid[])) ORDER BY id FOR UPDATE
"""
_KINDS = """
SELECT DISTINCT kind FROM error_hashes WHERE organization_id = $1 AND error_id = ANY ($2::uuid[])
"""
_FIGURES = """
    occurrence_count, users_affected_count, sessions_affected_count, first_seen_at, last_seen_at,
    first_release, last_release, level, message
"""
_SET_FIGURES = """
    occurrence_count = s.occurrence_count, users_affected_count = s.users_affected_count,
    sessions_affected_count = s.sessions_affected_count, first_seen_at = s.first_seen_at,
    last_seen_at = s.last_seen_at, listed_at = s.last_seen_at, first_release = s.first_release,
    last_release = s.last_release, level = s.level, message = s.message
"""
# Who is of a family already has a share; the primary of one has its own, not the sum.
_ADD_SHARES = f"""
INSERT INTO error_shares (organization_id, error_id, primary_id, {_FIGURES})
SELECT organization_id, id, $2, {_FIGURES} FROM errors
WHERE organization_id = $1 AND id = ANY ($3::uuid[])
ON CONFLICT DO NOTHING
"""  # noqa: S608 constants
# Ignored for so many more, it is so for as many as before, whatever it counts now.
_SHIFTED = """
    ignore_condition = CASE WHEN e.ignore_condition IS NOT NULL THEN jsonb_build_object(
        'occurrences', (e.ignore_condition ->> 'occurrences')::bigint + {occurrences}
            - e.occurrence_count,
        'users', (e.ignore_condition ->> 'users')::bigint + {users} - e.users_affected_count
    ) END
"""
# What primaries have counted for these members, taken back.
_TAKE_HOURS = """
UPDATE error_hours h SET occurrence_count = h.occurrence_count - m.quantity
FROM (
    SELECT e.merged_into_id AS id, x.hour, sum(x.occurrence_count) AS quantity
    FROM errors e
    JOIN error_hours x ON x.organization_id = e.organization_id AND x.error_id = e.id
    WHERE e.organization_id = $1 AND x.organization_id = $1
        AND e.merged_into_id = ANY ($2::uuid[])
        AND ($3::uuid[] IS NULL OR e.id = ANY ($3::uuid[]))
    GROUP BY 1, 2
) m
WHERE h.organization_id = $1 AND h.error_id = m.id AND h.hour = m.hour
"""
_DROP_HOURS = """
DELETE FROM error_hours
WHERE organization_id = $1 AND error_id = ANY ($2::uuid[]) AND occurrence_count <= 0
"""
_ADD_HOURS = """
INSERT INTO error_hours AS h (organization_id, error_id, hour, occurrence_count)
SELECT organization_id, $2, hour, sum(occurrence_count) FROM error_hours
WHERE organization_id = $1 AND error_id = ANY ($3::uuid[])
GROUP BY organization_id, hour
ON CONFLICT (organization_id, error_id, hour)
DO UPDATE SET occurrence_count = h.occurrence_count + excluded.occurrence_count
"""
# The primary of a family that joins another stands for itself again, before it joins.
_ALONE = f"""
UPDATE errors e SET merged_count = 0, {_SET_FIGURES},
    {_SHIFTED.format(occurrences="s.occurrence_count", users="s.users_affected_count")}
FROM error_shares s
WHERE e.organization_id = $1 AND e.id = ANY ($2::uuid[]) AND e.merged_count > 0
    AND s.organization_id = $1 AND s.error_id = e.id
"""  # noqa: S608 constants
_JOIN = """
UPDATE errors SET merged_into_id = $2, updated_at = greatest(updated_at, $4)
WHERE organization_id = $1 AND (id = ANY ($3::uuid[]) OR merged_into_id = ANY ($3::uuid[]))
RETURNING id
"""
_JOIN_SHARES = """
UPDATE error_shares SET primary_id = $2
WHERE organization_id = $1 AND (error_id = ANY ($3::uuid[]) OR primary_id = ANY ($3::uuid[]))
"""
_JOIN_HASHES = """
UPDATE error_hashes SET error_id = $2 WHERE organization_id = $1 AND error_id = ANY ($3::uuid[])
"""
_JOIN_MERGES = """
UPDATE error_merges SET primary_error_id = $2
WHERE organization_id = $1 AND primary_error_id = ANY ($3::uuid[]) AND undone_at IS NULL
"""
# One who comes back resolved, and happened since, is a regression that nobody has seen yet.
_LEAVE = f"""
UPDATE errors e SET
    merged_into_id = NULL, updated_at = greatest(e.updated_at, $3), {_SET_FIGURES},
    status = CASE WHEN {{back}} THEN 'recurring' ELSE e.status END,
    regression_count = e.regression_count + ({{back}})::int,
    regressed_at = CASE WHEN {{back}} THEN s.last_seen_at ELSE e.regressed_at END,
    resolved_at = CASE WHEN {{back}} THEN NULL ELSE e.resolved_at END,
    resolved_by = CASE WHEN {{back}} THEN NULL ELSE e.resolved_by END,
    resolution_kind = CASE WHEN {{back}} THEN NULL ELSE e.resolution_kind END,
    resolution_id = CASE WHEN {{back}} THEN NULL ELSE e.resolution_id END,
    resolved_in = CASE WHEN {{back}} THEN NULL ELSE e.resolved_in END
FROM error_shares s
WHERE e.organization_id = $1 AND e.id = ANY ($2::uuid[])
    AND s.organization_id = $1 AND s.error_id = e.id
""".format(  # noqa: S608 constants
    back="(e.status_category = 'resolved' AND s.occurrence_count > e.occurrence_count"
    " AND (e.resolved_at IS NULL OR s.last_seen_at > e.resolved_at))"
)
_LEAVE_HASHES = """
UPDATE error_hashes SET error_id = origin_error_id
WHERE organization_id = $1 AND error_id = $2 AND origin_error_id = ANY ($3::uuid[])
"""
_DROP_SHARES = "DELETE FROM error_shares WHERE organization_id = $1 AND error_id = ANY ($2::uuid[])"
# Whom several members have met counts once for the family.
_TOTAL = f"""
UPDATE errors e SET
    {_SHIFTED.format(occurrences="t.occurrences", users="t.users - o.users")},
    merged_count = t.members - 1,
    occurrence_count = t.occurrences,
    users_affected_count = t.users - o.users,
    sessions_affected_count = t.sessions - o.sessions,
    first_seen_at = t.first_seen, last_seen_at = t.last_seen, listed_at = t.last_seen,
    first_release = t.first_release, last_release = t.last_release,
    level = t.level, message = t.message, updated_at = greatest(e.updated_at, $3)
FROM (
    SELECT count(*) AS members, sum(occurrence_count) AS occurrences,
        sum(users_affected_count) AS users, sum(sessions_affected_count) AS sessions,
        min(first_seen_at) AS first_seen, max(last_seen_at) AS last_seen,
        (array_agg(first_release ORDER BY first_seen_at, error_id))[1] AS first_release,
        (array_agg(last_release ORDER BY last_release IS NULL, last_seen_at DESC, error_id))[1]
            AS last_release,
        (array_agg(level ORDER BY last_seen_at DESC, error_id))[1] AS level,
        (array_agg(message ORDER BY last_seen_at DESC, error_id))[1] AS message
    FROM error_shares WHERE organization_id = $1 AND primary_id = $2
) t, (
    SELECT coalesce(sum(again) FILTER (WHERE visitor & 1 = 0), 0) AS users,
        coalesce(sum(again) FILTER (WHERE visitor & 1 = 1), 0) AS sessions
    FROM (
        SELECT v.visitor, count(*) - 1 AS again
        FROM error_shares s
        JOIN error_visitors v ON v.organization_id = s.organization_id AND v.error_id = s.error_id
        WHERE s.organization_id = $1 AND v.organization_id = $1 AND s.primary_id = $2
        GROUP BY v.visitor
    ) met
) o
WHERE e.organization_id = $1 AND e.id = $2
"""  # noqa: S608 constants


# Each head has its own visitors and its members': who is met by two heads counts twice so far.
_MET_AGAIN = """
SELECT coalesce(sum(heads - 1) FILTER (WHERE visitor & 1 = 0), 0)::bigint AS users,
    coalesce(sum(heads - 1) FILTER (WHERE visitor & 1 = 1), 0)::bigint AS sessions
FROM (
    SELECT v.visitor, count(DISTINCT coalesce(e.merged_into_id, e.id)) AS heads
    FROM errors e
    JOIN error_visitors v ON v.organization_id = e.organization_id AND v.error_id = e.id
    WHERE e.organization_id = $1 AND v.organization_id = $1
        AND (e.id = ANY ($2::uuid[]) OR e.merged_into_id = ANY ($2::uuid[]))
    GROUP BY v.visitor
) met
"""


async def met_again(
    db: RawConnection, organization: OrganizationId, heads: Sequence[ErrorId]
) -> tuple[int, int]:
    """Return how many users and sessions these errors have counted more than once together."""
    row = await db.fetchrow(_MET_AGAIN, organization, list(heads))
    return (0, 0) if row is None else (row["users"], row["sessions"])


async def lock(
    db: RawConnection, organization: OrganizationId, ids: Sequence[ErrorId]
) -> list[ErrorId]:
    """Hold these errors and those merged into them until the end of the transaction."""
    return [ErrorId(row["id"]) for row in await db.fetch(_LOCK, organization, list(ids))]


async def kinds_of_hashes(
    db: RawConnection, organization: OrganizationId, ids: Sequence[ErrorId]
) -> list[str]:
    """Return what kinds of hashes lead to these errors."""
    return [row["kind"] for row in await db.fetch(_KINDS, organization, list(ids))]


async def join(
    db: RawConnection,
    organization: OrganizationId,
    primary: ErrorId,
    others: Sequence[ErrorId],
    at: datetime,
) -> list[ErrorId]:
    """Merge errors, and whatever is merged into them, into the primary; return all that joined."""
    own = list(others)
    await db.execute(_ADD_SHARES, organization, primary, [primary, *own])
    await db.execute(_TAKE_HOURS, organization, own, None)
    await db.execute(_DROP_HOURS, organization, own)
    await db.execute(_ALONE, organization, own)
    joined = [row["id"] for row in await db.fetch(_JOIN, organization, primary, own, at)]
    await db.execute(_JOIN_SHARES, organization, primary, own)
    await db.execute(_JOIN_HASHES, organization, primary, own)
    await db.execute(_JOIN_MERGES, organization, primary, own)
    await db.execute(_ADD_HOURS, organization, primary, joined)
    await db.execute(_TOTAL, organization, primary, at)
    return [ErrorId(id_) for id_ in joined]


async def leave(
    db: RawConnection,
    organization: OrganizationId,
    primary: ErrorId,
    members: Sequence[ErrorId],
    at: datetime,
) -> None:
    """Set members apart again, with all that is theirs and came since."""
    own = list(members)
    await db.execute(_TAKE_HOURS, organization, [primary], own)
    await db.execute(_DROP_HOURS, organization, [primary])
    await db.execute(_LEAVE_HASHES, organization, primary, own)
    await db.execute(_LEAVE, organization, own, at)
    await db.execute(_DROP_SHARES, organization, own)
    await db.execute(_TOTAL, organization, primary, at)
    await db.execute(
        "DELETE FROM error_shares s WHERE s.organization_id = $1 AND s.error_id = $2"
        " AND NOT EXISTS (SELECT 1 FROM error_shares o WHERE o.organization_id = $1"
        " AND o.primary_id = $2 AND o.error_id <> $2)",
        organization,
        primary,
    )
