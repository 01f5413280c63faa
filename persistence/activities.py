"""Activities: the append-only timeline of each error."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Index, RowMapping, Table, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.activities import Activity, ActivityKind
from domain.ids import ActivityId, ErrorId
from persistence.database import RawConnection, Reading
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
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

KEYSET = Keyset("ac", "created_at")

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


def _activity(row: RowMapping) -> Activity:
    return Activity(
        id=row["id"],
        organization_id=row["organization_id"],
        error_id=row["error_id"],
        kind=ActivityKind(row["kind"]),
        actor_id=row["actor_id"],
        at=row["created_at"],
        data=row["data"],
    )


async def page_of(db: Reading, error: ErrorId, page: Page, reach: Reach) -> Found[Activity]:
    """Return a page of an error's timeline, newest first."""
    rows = await db.execute(
        select(error_activities)
        .where(reach.condition(error_activities), error_activities.c.error_id == error)
        .where(*page.conditions(KEYSET, error_activities))
        .order_by(*page.order(KEYSET, error_activities))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_activity(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.at, each.id), each) for each in found])


async def by_ids(
    db: Reading, ids: Sequence[ActivityId], reach: Reach
) -> dict[ActivityId, Activity]:
    """Return the entries of these ids."""
    rows = await db.execute(
        select(error_activities).where(
            reach.condition(error_activities), error_activities.c.id.in_(ids)
        ),
        reach.values(),
    )
    return {(found := _activity(row)).id: found for row in rows.mappings()}


async def count_of(db: Reading, error: ErrorId, reach: Reach) -> int:
    """Return how many entries an error's timeline has."""
    asked = select(func.count()).select_from(error_activities)
    found = await db.execute(
        asked.where(reach.condition(error_activities), error_activities.c.error_id == error),
        reach.values(),
    )
    return int(found.scalar_one())


async def add_many(db: RawConnection, activities: Sequence[Activity]) -> None:
    """Append to the timelines of several errors."""
    await db.execute(
        "INSERT INTO error_activities"
        " (organization_id, id, error_id, kind, actor_id, data, created_at)"
        " SELECT o, i, e, k, a, d, t FROM ROWS FROM (unnest($1::uuid[]), unnest($2::uuid[]),"
        " unnest($3::uuid[]), unnest($4::text[]), unnest($5::uuid[]), unnest($6::timestamptz[]),"
        " jsonb_array_elements($7::text::jsonb)) AS x (o, i, e, k, a, t, d)",
        [activity.organization_id for activity in activities],
        [activity.id for activity in activities],
        [activity.error_id for activity in activities],
        [activity.kind.value for activity in activities],
        [activity.actor_id for activity in activities],
        [activity.at for activity in activities],
        # One document for all of them: to bind each by itself takes longer than to write it.
        orjson.dumps([dict(activity.data) for activity in activities]).decode(),
    )
