"""Health: what an installation looks like from inside, for probes, metrics and the doctor."""

from dataclasses import dataclass
from datetime import datetime

from application.clock import Clock
from persistence import heartbeats, schema_version
from persistence.database import SYSTEM, Database
from persistence.heartbeats import Heartbeat
from persistence.inbox import dead_letters, queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One look at an installation."""

    schema_version: str | None
    needed_version: str
    database_time: datetime
    server_version: str
    waiting_items: int
    oldest_waiting_at: datetime | None
    dead_letters: int
    processes: tuple[Heartbeat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthUseCases:
    """Looks at the database on behalf of whoever watches the watcher."""

    database: Database
    clock: Clock

    async def ping(self) -> None:
        """Return when the database answers, as the application's role."""
        async with self.database.raw_reading(SYSTEM) as db:
            await db.fetchval("SELECT 1")

    async def look(self) -> Health:
        """Return what there is to know."""
        async with self.database.raw_reading(SYSTEM) as db:
            current = await schema_version.current_of(db)
            waiting, oldest = await queue.backlog(db) if current else (0, None)
            return Health(
                schema_version=current,
                needed_version=schema_version.newest(),
                database_time=await db.fetchval("SELECT clock_timestamp()"),
                server_version=await db.fetchval("SHOW server_version"),
                waiting_items=waiting,
                oldest_waiting_at=oldest,
                dead_letters=await dead_letters.count(db) if current else 0,
                processes=tuple(await heartbeats.all_of(db)) if current else (),
            )
