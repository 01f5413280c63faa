"""Occurrences: one row for each event, in a partition for each day.

What is filtered and shown in lists are columns; everything else is one compressed body.
"""

from sqlalchemy import Index, LargeBinary, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import INET, JSONB

from domain.levels import LogLevel
from persistence.tables import (
    Column,
    at_most,
    metadata,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

occurrences = Table(
    "occurrences",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    Column("occurred_at", time_column("occurred_at").type, primary_key=True),
    time_column("received_at"),
    uuid_column("error_id"),
    uuid_column("service_id"),
    uuid_column("event_id"),
    text_column("level"),
    text_column("message"),
    text_column("environment", nullable=True),
    text_column("release", nullable=True),
    text_column("transaction", nullable=True),
    text_column("server_name", nullable=True),
    text_column("url", nullable=True),
    text_column("user_ref", nullable=True),
    text_column("session_id", nullable=True),
    Column("ip_address", INET),
    text_column("trace_id", nullable=True),
    text_column("span_id", nullable=True),
    Column("tags", JSONB, nullable=False, server_default=text("'{}'")),
    Column("body_format", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    one_of("level", LogLevel),
    at_most("message", 1000),
    at_most("environment", 255),
    at_most("release", 255),
    at_most("transaction", 500),
    at_most("server_name", 255),
    at_most("url", 2000),
    at_most("user_ref", 255),
    at_most("session_id", 255),
    at_most("trace_id", 64),
    at_most("span_id", 32),
    Index(None, "organization_id", "error_id", text("occurred_at DESC"), text("id DESC")),
    postgresql_partition_by="RANGE (occurred_at)",
)

# What makes ingest idempotent, and finds an occurrence by the id that its sender knows.
event_ids = Table(
    "event_ids",
    metadata,
    organization_column(),
    uuid_column("service_id", primary_key=True),
    uuid_column("event_id", primary_key=True),
    uuid_column("occurrence_id"),
    time_column("occurred_at"),
)
