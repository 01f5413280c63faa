"""Activities: the append-only timeline of each error."""

from sqlalchemy import Index, Table, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.activities import Activity
from persistence.database import Writing
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    organization_column,
    part_of,
    text_column,
    uuid_column,
)

error_activities = Table(
    "error_activities",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("error_id"),
    text_column("kind"),
    uuid_column("actor_id", nullable=True),
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    *created_columns(mutable=False),
    part_of("error_id", "errors"),
    names_user("actor_id"),
    at_most("kind", 50),
    Index(None, "organization_id", "error_id", text("created_at DESC")),
)


async def add(db: Writing, activity: Activity) -> None:
    """Append to an error's timeline."""
    await db.execute(
        insert(error_activities).values(
            organization_id=activity.organization_id,
            id=activity.id,
            error_id=activity.error_id,
            kind=activity.kind,
            actor_id=activity.actor_id,
            data=dict(activity.data),
            created_at=activity.at,
        )
    )
