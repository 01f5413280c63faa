"""Limit notices: which organizations were told, in which hour, that they are over their limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, select

from domain.ids import OrganizationId
from persistence.database import RawConnection, Reading
from persistence.tables import Column, metadata, of_tenant, organization_column, time_column

KEPT = timedelta(days=30)

limit_notices = Table(
    "limit_notices",
    metadata,
    organization_column(),
    Column("hour", time_column("hour").type, primary_key=True),
    of_tenant(),
)

# A month of them, if the limit is reached in every hour of each day.
MOST_SHOWN = 744

_ADD = """
WITH told AS (
    INSERT INTO limit_notices (organization_id, hour)
    SELECT o.id, $2 FROM organizations o WHERE o.id = ANY ($1::uuid[]) ORDER BY o.id
    ON CONFLICT (organization_id, hour) DO NOTHING
    RETURNING organization_id
)
SELECT o.id, o.error_rate_limit_per_minute FROM told JOIN organizations o ON o.id = organization_id
ORDER BY o.id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """An organization that is told for the first time in an hour, with its limit."""

    organization_id: OrganizationId
    error_rate_limit_per_minute: int


async def add(
    db: RawConnection, organizations: Sequence[OrganizationId], hour: datetime
) -> list[Told]:
    """Note that these organizations are told; return those that were not in this hour."""
    rows = await db.fetch(_ADD, list(organizations), hour)
    await db.execute(
        "DELETE FROM limit_notices WHERE organization_id = ANY ($1::uuid[]) AND hour < $2",
        list(organizations),
        hour - KEPT,
    )
    return [Told(OrganizationId(row["id"]), row["error_rate_limit_per_minute"]) for row in rows]


async def hours_of(db: Reading, organization: OrganizationId) -> list[datetime]:
    """Return the hours in which an organization was over a limit, newest first."""
    rows = await db.execute(
        select(limit_notices.c.hour)
        .where(limit_notices.c.organization_id == organization)
        .order_by(limit_notices.c.hour.desc())
        .limit(MOST_SHOWN)
    )
    return [row.hour for row in rows]
