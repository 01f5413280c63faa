"""Triage settings: one row for each organization that decided something."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Interval, Table, select
from sqlalchemy.dialects.postgresql import insert

from domain.ids import OrganizationId, UserId
from persistence.database import Reading, Writing
from persistence.tables import (
    Column,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    organization_column,
    uuid_column,
)

triage_settings = Table(
    "triage_settings",
    metadata,
    organization_column(),
    Column("auto_resolve_after", Interval),
    uuid_column("updated_by", nullable=True),
    *created_columns(),
    of_tenant(),
    names_user("updated_by"),
)


async def auto_resolve_after(db: Reading, organization: OrganizationId) -> timedelta | None:
    """Return how long an organization's errors are quiet before they count as resolved."""
    rows = triage_settings.c
    found = await db.execute(
        select(rows.auto_resolve_after).where(rows.organization_id == organization)
    )
    after: timedelta | None = found.scalar_one_or_none()
    return after


async def all_that_auto_resolve(db: Reading) -> Mapping[OrganizationId, timedelta]:
    """Return the organizations whose quiet errors count as resolved, and after how long."""
    rows = triage_settings.c
    found = await db.execute(
        select(rows.organization_id, rows.auto_resolve_after).where(
            rows.auto_resolve_after.is_not(None)
        )
    )
    return {OrganizationId(row.organization_id): row.auto_resolve_after for row in found}


async def set_auto_resolve_after(
    db: Writing, organization: OrganizationId, after: timedelta | None, *, by: UserId, at: datetime
) -> None:
    """Set how long errors are quiet before they count as resolved; None switches it off."""
    said = {"auto_resolve_after": after, "updated_by": by, "updated_at": at}
    await db.execute(
        insert(triage_settings)
        .values(organization_id=organization, **said)
        .on_conflict_do_update(index_elements=["organization_id"], set_=said)
    )
