"""Heartbeats: each process says that it lives, so that we monitor ourselves (OPS-06)."""

from sqlalchemy import Integer, Table

from persistence.tables import (
    Column,
    at_most,
    metadata,
    text_column,
    time_column,
    uuid_column,
)

process_heartbeats = Table(
    "process_heartbeats",
    metadata,
    uuid_column("id", primary_key=True),
    text_column("kind"),
    text_column("host"),
    Column("pid", Integer, nullable=False),
    text_column("version"),
    time_column("started_at"),
    time_column("seen_at"),
    at_most("kind", 50),
    at_most("host", 255),
    at_most("version", 50),
)
