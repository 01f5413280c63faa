"""How many errors of a service were new in a minute; only written when there are any."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Integer, Table

from domain.ids import OrganizationId, ServiceId
from persistence.database import RawConnection
from persistence.tables import Column, metadata, organization_column, time_column, uuid_column

new_error_counts = Table(
    "new_error_counts",
    metadata,
    organization_column(),
    uuid_column("service_id", primary_key=True),
    Column("minute", time_column("minute").type, primary_key=True),
    Column("quantity", Integer, nullable=False),
)

Place = tuple[OrganizationId, ServiceId, datetime]

_TAKE = """
WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[])
        AS w (organization_id, service_id, minute, wanted)
), before AS (
    SELECT c.* FROM new_error_counts c JOIN wanted USING (organization_id, service_id, minute)
), added AS (
    INSERT INTO new_error_counts AS c (organization_id, service_id, minute, quantity)
    SELECT organization_id, service_id, minute, least(wanted, $5) FROM wanted
    ON CONFLICT (organization_id, service_id, minute)
    DO UPDATE SET quantity = least(c.quantity + excluded.quantity, $5)
    RETURNING organization_id, service_id, minute, quantity
)
SELECT a.organization_id, a.service_id, a.minute, a.quantity - coalesce(b.quantity, 0) AS room
FROM added a LEFT JOIN before b USING (organization_id, service_id, minute)
"""


async def take(db: RawConnection, wanted: Mapping[Place, int], cap: int) -> dict[Place, int]:
    """Take room for new errors; return how many there may be of those that are wanted.

    Only one process digests a service at a time, so nobody else takes between reading and writing.
    """
    if not wanted:
        return {}
    own = sorted(wanted)
    rows = await db.fetch(
        _TAKE,
        [place[0] for place in own],
        [place[1] for place in own],
        [place[2] for place in own],
        [wanted[place] for place in own],
        cap,
    )
    return {(row[0], row[1], row[2]): row["room"] for row in rows}


async def forget_before(db: RawConnection, minute: datetime) -> int:
    """Forget what is older; return how many counts there were."""
    done = await db.execute("DELETE FROM new_error_counts WHERE minute < $1", minute)
    return int(done.rpartition(" ")[2])
