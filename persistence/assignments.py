"""Assignments: the history of who had an error; at most one active row for each person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Index,
    RowMapping,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on

from domain.assignments import Assignment
from domain.ids import AssignmentId, ErrorId, OrganizationId, UserId
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
    time_column,
    uuid_column,
)

KEYSET = Keyset("as", "created_at")

assignments = Table(
    "assignments",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("error_id"),
    uuid_column("assigned_to"),
    uuid_column("assigned_by"),
    text_column("assignment_notes", nullable=True),
    time_column("due_date", nullable=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    time_column("unassigned_at", nullable=True),
    uuid_column("unassigned_by", nullable=True),
    *created_columns(),
    part_of("error_id", "errors"),
    names_user("assigned_to"),
    names_user("assigned_by"),
    names_user("unassigned_by"),
    at_most("assignment_notes", 2000),
    Index(
        "assignments_active_key",
        "organization_id",
        "error_id",
        "assigned_to",
        unique=True,
        postgresql_where=text("is_active"),
    ),
    Index(None, "organization_id", "assigned_to", "error_id"),
    Index(
        "assignments_organization_id_error_id_idx",
        "organization_id",
        "error_id",
        text("created_at DESC"),
        text("id DESC"),
    ),
)


def _assignment(row: RowMapping) -> Assignment:
    values = {name: row[name] for name in Assignment.__dataclass_fields__}
    return Assignment(**values)


def active_on(parent: FromClause, rows: FromClause) -> ColumnElement[bool]:
    """Return the condition that `rows` are the active assignments of the error in `parent`."""
    return (
        (rows.c.organization_id == parent.c.organization_id)
        & (rows.c.error_id == parent.c.id)
        & rows.c.is_active
    )


async def active_of(db: Reading, ids: Sequence[ErrorId], reach: Reach) -> dict[ErrorId, Assignment]:
    """Return the newest active assignment of each of these errors that has one."""
    rows = await db.execute(
        select(assignments)
        .ext(distinct_on(assignments.c.error_id))
        .where(reach.condition(assignments), assignments.c.error_id.in_(ids))
        .where(assignments.c.is_active)
        .order_by(assignments.c.error_id, assignments.c.created_at.desc(), assignments.c.id.desc()),
        reach.values(),
    )
    return {ErrorId(row["error_id"]): _assignment(row) for row in rows.mappings()}


async def all_active_of(
    db: Reading, organization: OrganizationId, ids: Sequence[ErrorId]
) -> dict[ErrorId, list[Assignment]]:
    """Return every active assignment of each of these errors, the newest first."""
    rows = await db.execute(
        select(assignments)
        .where(assignments.c.organization_id == organization, assignments.c.error_id.in_(ids))
        .where(assignments.c.is_active)
        .order_by(assignments.c.error_id, assignments.c.created_at.desc(), assignments.c.id.desc())
    )
    found: dict[ErrorId, list[Assignment]] = {id_: [] for id_ in ids}
    for row in rows.mappings():
        found[ErrorId(row["error_id"])].append(_assignment(row))
    return found


async def add_alike(db: RawConnection, new: Sequence[Assignment]) -> None:
    """Give errors to one person, all in the same words."""
    if not new:
        return
    one = new[0]
    await db.execute(
        "INSERT INTO assignments (organization_id, id, error_id, assigned_to, assigned_by,"
        " assignment_notes, due_date, created_at, updated_at)"
        " SELECT o, i, e, $4, $5, $6, $7, $8, $8"
        " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS x (o, i, e)",
        [each.organization_id for each in new],
        [each.id for each in new],
        [each.error_id for each in new],
        one.assigned_to,
        one.assigned_by,
        one.assignment_notes,
        one.due_date,
        one.created_at,
    )


async def end(
    db: RawConnection,
    organization: OrganizationId,
    ids: Sequence[AssignmentId],
    *,
    by: UserId | None,
    at: datetime,
) -> None:
    """End assignments."""
    await db.execute(
        "UPDATE assignments SET is_active = false, unassigned_at = $3, unassigned_by = $4,"
        " updated_at = $3 WHERE organization_id = $1 AND id = ANY ($2::uuid[]) AND is_active",
        organization,
        list(ids),
        at,
        by,
    )


async def page_of(db: Reading, error: ErrorId, page: Page, reach: Reach) -> Found[Assignment]:
    """Return a page of who had an error, newest first."""
    rows = await db.execute(
        select(assignments)
        .where(reach.condition(assignments), assignments.c.error_id == error)
        .where(*page.conditions(KEYSET, assignments))
        .order_by(*page.order(KEYSET, assignments))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_assignment(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.created_at, each.id), each) for each in found])


async def count_of(db: Reading, error: ErrorId, reach: Reach) -> int:
    """Return how often an error was assigned."""
    asked = select(func.count()).select_from(assignments)
    found = await db.execute(
        asked.where(reach.condition(assignments), assignments.c.error_id == error), reach.values()
    )
    return int(found.scalar_one())


async def by_ids(
    db: Reading, ids: Sequence[AssignmentId], reach: Reach
) -> dict[AssignmentId, Assignment]:
    """Return the assignments of these ids that the caller may see."""
    rows = await db.execute(
        select(assignments).where(reach.condition(assignments), assignments.c.id.in_(ids)),
        reach.values(),
    )
    return {AssignmentId(row["id"]): _assignment(row) for row in rows.mappings()}
