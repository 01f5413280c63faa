"""Deadlines: which have come since they were last told of, and up to where they were."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Table, Text

from domain.deadlines import DeadlineKind
from domain.ids import ErrorId, OrganizationId
from persistence.database import RawConnection
from persistence.tables import (
    Column,
    metadata,
    of_tenant,
    one_of,
    organization_column,
    time_column,
    uuid_column,
)

deadline_marks = Table(
    "deadline_marks",
    metadata,
    organization_column(),
    Column("kind", Text, primary_key=True),
    time_column("told_to"),
    uuid_column("error_id"),
    of_tenant(),
    one_of("kind", DeadlineKind),
)

_FIRST = ErrorId(UUID(int=0))


class Mark(NamedTuple):
    """The last deadline that was told of."""

    told_to: datetime
    error_id: ErrorId


class Deadline(NamedTuple):
    """The deadline of an error, and when it was set."""

    due: datetime
    error_id: ErrorId
    given_at: datetime


async def waiting(
    db: RawConnection, kind: DeadlineKind, ahead: timedelta, upto: datetime
) -> list[OrganizationId]:
    """Return the organizations of which deadlines are to be told up to a moment."""
    rows = await db.fetch(
        """
        SELECT o.id FROM organizations o
        LEFT JOIN deadline_marks m ON m.organization_id = o.id AND m.kind = $1
        WHERE EXISTS (
            SELECT FROM errors e
            WHERE e.organization_id = o.id AND e.assignment_due_at <= $3
                AND (e.assignment_due_at, e.id)
                    > (coalesce(m.told_to, o.created_at + $2), coalesce(m.error_id, $4))
        )
        ORDER BY o.id
        """,
        kind.value,
        ahead,
        upto,
        _FIRST,
    )
    return [OrganizationId(row["id"]) for row in rows]


async def held_mark(
    db: RawConnection, organization: OrganizationId, kind: DeadlineKind, ahead: timedelta
) -> Mark:
    """Return up to where an organization was told, held until the end; others wait."""
    await db.execute(
        "INSERT INTO deadline_marks (organization_id, kind, told_to, error_id)"
        " SELECT id, $2, created_at + $3, $4 FROM organizations WHERE id = $1"
        " ON CONFLICT (organization_id, kind) DO NOTHING",
        organization,
        kind.value,
        ahead,
        _FIRST,
    )
    row = await db.fetchrow(
        "SELECT told_to, error_id FROM deadline_marks"
        " WHERE organization_id = $1 AND kind = $2 FOR UPDATE",
        organization,
        kind.value,
    )
    if row is None:
        raise LookupError("The organization is gone.")
    return Mark(row["told_to"], ErrorId(row["error_id"]))


async def after(
    db: RawConnection, organization: OrganizationId, mark: Mark, upto: datetime, limit: int
) -> Sequence[Deadline]:
    """Return the deadlines that follow a mark up to a moment, those that come first first."""
    rows = await db.fetch(
        """
        SELECT e.assignment_due_at, e.id, coalesce(a.created_at, e.created_at) AS given_at
        FROM errors e
        LEFT JOIN assignments a ON a.organization_id = e.organization_id AND a.error_id = e.id
            AND a.assigned_to = e.assigned_to AND a.is_active
        WHERE e.organization_id = $1 AND e.assignment_due_at <= $4
            AND (e.assignment_due_at, e.id) > ($2, $3)
        ORDER BY e.assignment_due_at, e.id LIMIT $5
        """,
        organization,
        *mark,
        upto,
        limit,
    )
    return [Deadline(row[0], ErrorId(row[1]), row[2]) for row in rows]


async def move_mark(
    db: RawConnection, organization: OrganizationId, kind: DeadlineKind, to: Mark
) -> None:
    """Note up to where an organization was told."""
    await db.execute(
        "UPDATE deadline_marks SET told_to = $3, error_id = $4"
        " WHERE organization_id = $1 AND kind = $2",
        organization,
        kind.value,
        *to,
    )
