"""Removals: what is being removed with all that is theirs, and the pieces in which it goes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Row, Table, UniqueConstraint, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from domain.ids import OrganizationId, RemovalId, UserId
from domain.removals import Counted, Removal, RemovalKind
from persistence.database import RawConnection, Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import EVERYWHERE, Reach
from persistence.tables import (
    Column,
    at_most,
    metadata,
    names_user,
    one_of,
    organization_column,
    text,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("rm", "requested_at")

removals = Table(
    "removals",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("kind"),
    uuid_column("object_id"),
    text_column("name"),
    uuid_column("requested_by", nullable=True),
    time_column("requested_at"),
    time_column("finished_at", nullable=True),
    Column("removed", JSONB, nullable=False, server_default=text("'{}'")),
    UniqueConstraint("organization_id", "object_id"),
    names_user("requested_by"),
    one_of("kind", RemovalKind),
    at_most("name", 255),
    Index("removals_listed_idx", "organization_id", text("requested_at DESC"), text("id DESC")),
)


def _removal(row: Row[tuple[object, ...]]) -> Removal:
    return Removal(
        id=RemovalId(row.id),
        organization_id=OrganizationId(row.organization_id),
        kind=RemovalKind(row.kind),
        object_id=row.object_id,
        name=row.name,
        requested_by=None if row.requested_by is None else UserId(row.requested_by),
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        removed=row.removed,
    )


async def add(db: Writing, removal: Removal) -> None:
    """Ask for a removal."""
    await db.execute(
        insert(removals).values(
            organization_id=removal.organization_id,
            id=removal.id,
            kind=removal.kind.value,
            object_id=removal.object_id,
            name=removal.name,
            requested_by=removal.requested_by,
            requested_at=removal.requested_at,
        )
    )


async def of_object(db: Reading, organization: OrganizationId, object_id: UUID) -> Removal | None:
    """Return the removal of a thing, if it was asked for."""
    rows = await db.execute(
        select(removals).where(
            removals.c.organization_id == organization, removals.c.object_id == object_id
        )
    )
    row = rows.first()
    return None if row is None else _removal(row)


async def by_ids(
    db: Reading, ids: Sequence[RemovalId], reach: Reach = EVERYWHERE
) -> dict[RemovalId, Removal]:
    """Return the removals of these ids that the caller may see."""
    rows = await db.execute(
        select(removals).where(reach.condition(removals), removals.c.id.in_(ids)), reach.values()
    )
    return {(found := _removal(row)).id: found for row in rows}


async def page_of(db: Reading, reach: Reach, page: Page) -> Found[Removal]:
    """Return one page of the removals of a reach, newest first."""
    asked = (
        select(removals)
        .where(reach.condition(removals), *page.conditions(KEYSET, removals))
        .order_by(*page.order(KEYSET, removals))
        .limit(one_more())
    )
    rows = await db.execute(asked, {**reach.values(), **page.values()})
    found = [_removal(row) for row in rows]
    return found_on(page, [(Place(each.requested_at, each.id), each) for each in found])


async def count(db: Reading, reach: Reach) -> int:
    """Return how many removals a reach has."""
    asked = select(func.count()).select_from(removals).where(reach.condition(removals))
    return int((await db.execute(asked, reach.values())).scalar_one())


async def since(db: Reading, at: datetime) -> list[Removal]:
    """Return the removals that are not finished, or were not yet at a moment."""
    rows = await db.execute(
        select(removals)
        .where(removals.c.finished_at.is_(None) | (removals.c.finished_at > at))
        .order_by(removals.c.requested_at)
    )
    return [_removal(row) for row in rows]


async def write(
    db: Writing, id_: RemovalId, removed: Mapping[str, int], finished_at: datetime | None
) -> None:
    """Write how far a removal is."""
    await db.execute(
        update(removals)
        .where(removals.c.id == id_)
        .values(removed=dict(removed), finished_at=finished_at)
    )


def tables_of(kind: RemovalKind) -> list[str]:
    """Return the tables that have rows of such a thing, those that refer to others first."""
    ours = [
        table
        for table in reversed(metadata.sorted_tables)
        if "organization_id" in table.columns and table.name != removals.name
    ]
    if kind is RemovalKind.ORGANIZATION:
        return [str(table.name) for table in ours]
    by_service = [str(table.name) for table in ours if "service_id" in table.columns]
    by_error = [str(table.name) for table in ours if "error_id" in table.columns]
    return [name for name in by_error if name not in by_service] + by_service


async def remove_some(db: RawConnection, id_: RemovalId, table: str, at_most: int) -> int:
    """Remove rows of a table, at most so many; return how many went."""
    return int(await db.fetchval("SELECT remove_rows($1, $2, $3)", id_, table, at_most))


async def counted(
    db: RawConnection, table: str, organization: OrganizationId, service: UUID | None, to: int
) -> Counted:
    """Count the rows of a table that belong to an organization, or to one service, to a number."""
    condition = "$3::uuid IS NULL"
    if service is not None:
        condition = "service_id = $3"
        if "service_id" not in metadata.tables[table].columns:
            condition = (
                "error_id IN (SELECT id FROM errors WHERE organization_id = $1 AND service_id = $3)"
            )
    found = await db.fetchval(
        f"SELECT count(*) FROM (SELECT FROM {table}"  # noqa: S608  names of our own
        f" WHERE organization_id = $1 AND {condition} LIMIT $2) found",
        organization,
        to + 1,
        service,
    )
    return Counted(table, min(found, to), found > to)


async def remove_organization(db: Writing, id_: OrganizationId) -> None:
    """Remove the organization itself, of which nothing is left."""
    await db.execute(text("DELETE FROM organizations WHERE id = :id"), {"id": id_})
