"""What every process is made of: the database, the bus, the hub, and what keeps it in shape."""

import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from application.access_bell import AccessBell
from application.clock import Clock
from application.feed import Hub
from application.feed_log import FeedLog
from application.ports import (
    BELL_ACCESS,
    BELL_CALL,
    BELL_FEED,
    BELL_HEADCOUNT,
    BELL_INBOX,
    BELL_PRESENCE,
)
from application.telemetry.retention import TelemetryRetention
from application.upkeep import Upkeep
from outbound.bus import Bus
from persistence.database import APPLICATION_ROLE, Database
from persistence.heartbeats import Heartbeat
from server.settings import Settings

VERSION = version("tocsin")
CLOCK = Clock(now=lambda: datetime.now(UTC), randomness=secrets.token_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What every process needs."""

    settings: Settings
    database: Database
    bus: Bus
    hub: Hub
    access_bell: AccessBell
    upkeep: Upkeep
    heartbeat: Heartbeat


@asynccontextmanager
async def base(settings: Settings, kind: str) -> AsyncIterator[Base]:
    """Open what every process needs, and close it in the opposite order."""
    async with AsyncExitStack() as stack:
        database = Database(
            settings.needed_database_url,
            pool_size=settings.database_pool,
            reads_at_once=settings.database_reads,
        )
        stack.push_async_callback(database.close)
        bus = await stack.enter_async_context(open_bus(settings))
        hub = Hub(bus, FeedLog(database=database))
        await hub.start()
        stack.push_async_callback(hub.close)
        access_bell = AccessBell(bus)
        database.access_changed.append(access_bell.ring)
        now = CLOCK.now()
        yield Base(
            settings=settings,
            database=database,
            bus=bus,
            hub=hub,
            access_bell=access_bell,
            upkeep=Upkeep(
                database=database,
                clock=CLOCK,
                feed_retention=timedelta(hours=settings.feed_retention_hours),
                occurrence_retention=timedelta(days=settings.occurrence_retention_days),
                telemetry=TelemetryRetention(
                    database=database,
                    clock=CLOCK,
                    user_retention=timedelta(days=settings.personal_telemetry_retention_days),
                    service_retention=timedelta(days=settings.telemetry_retention_days),
                ),
            ),
            heartbeat=Heartbeat(
                CLOCK.new_id(), kind, socket.gethostname()[:255], os.getpid(), VERSION, now, now
            ),
        )


@asynccontextmanager
async def open_bus(settings: Settings) -> AsyncIterator[Bus]:
    """Open the bus: Redis where there is one, else PostgreSQL as the application's role."""
    role = None if settings.redis_url else {"role": APPLICATION_ROLE}
    channels = (
        BELL_FEED,
        BELL_INBOX,
        BELL_ACCESS,
        BELL_PRESENCE,
        BELL_HEADCOUNT,
        BELL_CALL,
    )
    async with Bus.open(settings.bus_url, channels=channels, server_settings=role) as bus:
        yield bus
