"""Assignments: the history of who had an error; at most one active row for each person."""

from sqlalchemy import Boolean, Index, Table, text

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
)
