"""Saved views: searches that people keep, for themselves or for their organization."""

from collections.abc import Sequence

from sqlalchemy import Boolean, Index, Row, Table, delete, insert, or_, select, update

from domain.ids import OrganizationId, SavedViewId, UserId
from domain.saved_views import SavedView
from persistence.database import Reading, Writing
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    organization_column,
    text,
    text_column,
    uuid_column,
)

saved_views = Table(
    "saved_views",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("name"),
    text_column("search"),
    text_column("sort"),
    Column("is_shared", Boolean, nullable=False, server_default=text("false")),
    uuid_column("created_by"),
    *created_columns(),
    of_tenant(),
    names_user("created_by"),
    at_most("name", 100),
    at_most("search", 1000),
    at_most("sort", 50),
    Index(None, "organization_id", "created_by"),
)


def _view(row: Row[tuple[object, ...]]) -> SavedView:
    return SavedView(
        id=SavedViewId(row.id),
        organization_id=OrganizationId(row.organization_id),
        name=row.name,
        search=row.search,
        sort=row.sort,
        is_shared=row.is_shared,
        created_by=UserId(row.created_by),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _values(view: SavedView) -> dict[str, object]:
    return {
        "name": view.name,
        "search": view.search,
        "sort": view.sort,
        "is_shared": view.is_shared,
        "updated_at": view.updated_at,
    }


async def add(db: Writing, view: SavedView) -> None:
    """Add a view."""
    await db.execute(
        insert(saved_views).values(
            organization_id=view.organization_id,
            id=view.id,
            created_by=view.created_by,
            created_at=view.created_at,
            **_values(view),
        )
    )


async def replace(db: Writing, before: SavedView, after: SavedView) -> bool:
    """Write a view anew; False when somebody changed it since it was read."""
    same = (
        (saved_views.c.organization_id == before.organization_id)
        & (saved_views.c.id == before.id)
        & (saved_views.c.updated_at == before.updated_at)
    )
    written = await db.execute(update(saved_views).where(same).values(_values(after)))
    return written.rowcount == 1


async def remove(db: Writing, view: SavedView) -> bool:
    """Remove a view; False when it is gone already."""
    same = (saved_views.c.organization_id == view.organization_id) & (saved_views.c.id == view.id)
    return (await db.execute(delete(saved_views).where(same))).rowcount == 1


async def by_ids(db: Reading, ids: Sequence[SavedViewId]) -> dict[SavedViewId, SavedView]:
    """Return the views of these ids."""
    rows = await db.execute(select(saved_views).where(saved_views.c.id.in_(ids)))
    return {(found := _view(row)).id: found for row in rows}


async def listed(db: Reading, reach: Reach, user: UserId, limit: int) -> list[SavedView]:
    """Return a user's own views of a reach and those that are shared there, by name."""
    rows = await db.execute(
        select(saved_views)
        .where(
            reach.condition(saved_views),
            or_(saved_views.c.created_by == user, saved_views.c.is_shared),
        )
        .order_by(saved_views.c.name, saved_views.c.id)
        .limit(limit),
        reach.values(),
    )
    return [_view(row) for row in rows]


async def count_of(db: Reading, organization: OrganizationId, user: UserId) -> int:
    """Return how many views a user has in an organization, at most a thousand."""
    own = (
        select(saved_views.c.id)
        .where(saved_views.c.organization_id == organization, saved_views.c.created_by == user)
        .limit(1_000)
    )
    return len((await db.execute(own)).all())
