"""Activities: the append-only timeline of each error."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Index, Table, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.activities import Activity
from persistence.database import RawConnection, Writing
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


async def add_many(db: RawConnection, activities: Sequence[Activity]) -> None:
    """Append to the timelines of several errors."""
    await db.execute(
        "INSERT INTO error_activities"
        " (organization_id, id, error_id, kind, actor_id, data, created_at)"
        " SELECT o, i, e, k, a, d::jsonb, t FROM unnest($1::uuid[], $2::uuid[], $3::uuid[],"
        " $4::text[], $5::uuid[], $6::text[], $7::timestamptz[]) AS x (o, i, e, k, a, d, t)",
        [activity.organization_id for activity in activities],
        [activity.id for activity in activities],
        [activity.error_id for activity in activities],
        [activity.kind.value for activity in activities],
        [activity.actor_id for activity in activities],
        [orjson.dumps(dict(activity.data)).decode() for activity in activities],
        [activity.at for activity in activities],
    )
