"""The table of user reports (RPT-01)."""

from sqlalchemy import ForeignKeyConstraint, Index, Table, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.user_reports import ReporterType, ReportPriority, ReportStatus, ReportType
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    one_of,
    organization_column,
    part_of,
    text_column,
    time_column,
    uuid_column,
)


def _may_outlive(column: str, table: str) -> ForeignKeyConstraint:
    """Let the row name another of the same tenant, and forget it when that one goes."""
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{table}.organization_id", f"{table}.id"],
        ondelete=f"SET NULL ({column})",
    )


user_reports = Table(
    "user_reports",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("service_id"),
    uuid_column("item_id"),
    uuid_column("event_id", nullable=True),
    text_column("report_type"),
    text_column("priority", default="medium"),
    text_column("reporter_type"),
    uuid_column("reporter_id", nullable=True),
    text_column("reporter_email", nullable=True),
    text_column("reporter_name", nullable=True),
    text_column("title"),
    text_column("description"),
    text_column("steps_to_reproduce", nullable=True),
    text_column("expected_behavior", nullable=True),
    text_column("actual_behavior", nullable=True),
    text_column("url", nullable=True),
    text_column("environment", nullable=True),
    text_column("release", nullable=True),
    text_column("source", nullable=True),
    Column("browser_info", JSONB, nullable=False, server_default=text("'{}'")),
    Column("context", JSONB, nullable=False, server_default=text("'{}'")),
    uuid_column("associated_event_id", nullable=True),
    uuid_column("linked_error_id", nullable=True),
    text_column("status", default="open"),
    uuid_column("assigned_to", nullable=True),
    time_column("resolved_at", nullable=True),
    text_column("resolution_notes", nullable=True),
    uuid_column("duplicate_of_id", nullable=True),
    *created_columns(),
    UniqueConstraint("organization_id", "service_id", "item_id"),
    part_of("service_id", "services"),
    _may_outlive("linked_error_id", "errors"),
    _may_outlive("duplicate_of_id", "user_reports"),
    names_user("reporter_id"),
    names_user("assigned_to"),
    one_of("report_type", ReportType),
    one_of("priority", ReportPriority),
    one_of("reporter_type", ReporterType),
    one_of("status", ReportStatus),
    at_most("reporter_email", 255),
    at_most("reporter_name", 255),
    at_most("title", 500),
    at_most("description", 10_000),
    at_most("steps_to_reproduce", 10_000),
    at_most("expected_behavior", 10_000),
    at_most("actual_behavior", 10_000),
    at_most("url", 2000),
    at_most("environment", 255),
    at_most("release", 255),
    at_most("source", 100),
    at_most("resolution_notes", 10_000),
    Index("user_reports_listed_idx", "organization_id", text("created_at DESC"), text("id DESC")),
    Index(
        "user_reports_status_idx",
        "organization_id",
        "status",
        text("created_at DESC"),
        text("id DESC"),
    ),
    Index(
        "user_reports_error_idx",
        "organization_id",
        "linked_error_id",
        postgresql_where=text("linked_error_id IS NOT NULL"),
    ),
    Index(
        "user_reports_waiting_idx",
        "organization_id",
        "service_id",
        "associated_event_id",
        postgresql_where=text("associated_event_id IS NOT NULL AND linked_error_id IS NULL"),
    ),
)
