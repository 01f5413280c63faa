"""What was seen: the items beside errors that have been counted, so that none counts twice."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.ids import OrganizationId, ServiceId
from persistence.database import RawConnection

_REMEMBER = """
INSERT INTO telemetry_ids (organization_id, service_id, id, received_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
ON CONFLICT DO NOTHING RETURNING service_id, id
"""


async def remember(
    db: RawConnection, items: Sequence[tuple[OrganizationId, ServiceId, UUID, datetime]]
) -> set[tuple[ServiceId, UUID]]:
    """Take these items, and return those that were not known before."""
    own = sorted(items)
    rows = await db.fetch(_REMEMBER, *([item[n] for item in own] for n in range(4)))
    return {(ServiceId(row["service_id"]), row["id"]) for row in rows}


async def forget_before(db: RawConnection, moment: datetime, at_once: int) -> int:
    """Forget some of the items that came before a moment; return how many."""
    done = await db.execute(
        """
        DELETE FROM telemetry_ids t USING (
            SELECT organization_id, service_id, id FROM telemetry_ids
            WHERE received_at < $1 ORDER BY received_at LIMIT $2
        ) old
        WHERE (t.organization_id, t.service_id, t.id)
            = (old.organization_id, old.service_id, old.id)
        """,
        moment,
        at_once,
    )
    return int(done.rpartition(" ")[2])
