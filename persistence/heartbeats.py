"""Heartbeats: each process says that it lives, so that we monitor ourselves (OPS-06)."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Table

from persistence.database import RawConnection
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


class Heartbeat(NamedTuple):
    """One process as it last spoke of itself."""

    id: UUID
    kind: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime


async def beat(db: RawConnection, heartbeat: Heartbeat, *, forget_after: timedelta) -> None:
    """Say that a process lives, and forget those that have been silent for long."""
    await db.execute(
        "INSERT INTO process_heartbeats (id, kind, host, pid, version, started_at, seen_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        *heartbeat,
    )
    await db.execute(
        "DELETE FROM process_heartbeats WHERE seen_at < $1", heartbeat.seen_at - forget_after
    )


async def remove(db: RawConnection, id_: UUID) -> None:
    """Forget a process that says good-bye."""
    await db.execute("DELETE FROM process_heartbeats WHERE id = $1", id_)


async def all_of(db: RawConnection) -> list[Heartbeat]:
    """Return every process that has spoken lately."""
    rows = await db.fetch(
        "SELECT id, kind, host, pid, version, started_at, seen_at FROM process_heartbeats"
        " ORDER BY kind, started_at"
    )
    return [Heartbeat(*row) for row in rows]
