"""What was decided about errors last, read off the audit log."""

from collections.abc import Sequence

import orjson

from domain.ids import ErrorId, OrganizationId, UserId
from domain.undoing import LastDecision
from persistence.database import RawConnection

# Who hears of an error is no decision about it.
_LAST = """
SELECT e.id, e.last_seen_at, l.action, l.actor_id, l.at, l.before::text, l.after::text
FROM errors e
CROSS JOIN LATERAL (
    SELECT * FROM audit_log a
    WHERE a.organization_id = $1 AND a.object_id = e.id
        AND a.action NOT IN ('error.subscribed', 'error.unsubscribed')
    ORDER BY a.at DESC, a.id DESC LIMIT 1
) l
WHERE e.organization_id = $1 AND e.id = ANY ($2::uuid[])
"""


async def last_decisions(
    db: RawConnection, organization: OrganizationId, ids: Sequence[ErrorId]
) -> dict[ErrorId, LastDecision]:
    """Return what was decided last about each of these errors."""
    rows = await db.fetch(_LAST, organization, list(ids))
    return {
        ErrorId(row["id"]): LastDecision(
            action=row["action"],
            by=None if row["actor_id"] is None else UserId(row["actor_id"]),
            at=row["at"],
            before=orjson.loads(row["before"] or "{}"),
            after=orjson.loads(row["after"] or "{}"),
            error_seen_at=row["last_seen_at"],
        )
        for row in rows
    }
