"""Assignments: the history of who had an error; at most one active row for each person."""

from collections.abc import Sequence

from sqlalchemy import Boolean, ColumnElement, FromClause, Index, RowMapping, Table, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from domain.assignments import Assignment
from domain.ids import AssignmentId, ErrorId
from persistence.database import Reading
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


async def by_ids(
    db: Reading, ids: Sequence[AssignmentId], reach: Reach
) -> dict[AssignmentId, Assignment]:
    """Return the assignments of these ids that the caller may see."""
    rows = await db.execute(
        select(assignments).where(reach.condition(assignments), assignments.c.id.in_(ids)),
        reach.values(),
    )
    return {AssignmentId(row["id"]): _assignment(row) for row in rows.mappings()}
