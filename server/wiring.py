"""Wiring: the only place that knows everything, and builds it once for each process."""

import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from application.feed_log import FeedLog
from outbound.spool import Spool

from application.access import AccessUseCases
from application.clock import Clock
from application.digest import Digest
from application.errors import ErrorUseCases
from application.feed import Hub
from application.inbox import Inbox
from application.keys import KeyRing
from application.outcomes import Tally
from application.ports import BELL_FEED, BELL_INBOX
from application.setup import SetupUseCases
from application.upkeep import Upkeep
from domain.scrubbing import Scrubber
from graph.context import House
from ingest.app import IngestApp
from ingest.sentry.door import SentryDoor
from outbound.bus import Bus
from persistence.database import APPLICATION_ROLE, Database
from persistence.heartbeats import Heartbeat
from persistence.jobs import Jobs
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
    upkeep: Upkeep
    heartbeat: Heartbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a `serve` process is made of."""

    base: Base
    house: House
    ingest: IngestApp
    inbox: Inbox
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """What a `work` process is made of."""

    base: Base
    digest: Digest
    jobs: Jobs


@asynccontextmanager
async def base(settings: Settings, kind: str) -> AsyncIterator[Base]:
    """Open what every process needs, and close it in the opposite order."""
    async with AsyncExitStack() as stack:
        database = Database(settings.needed_database_url, pool_size=settings.database_pool)
        stack.push_async_callback(database.close)
        bus = await stack.enter_async_context(
            Bus.open(
                settings.bus_url,
                channels=(BELL_FEED, BELL_INBOX),
                server_settings=None if settings.redis_url else {"role": APPLICATION_ROLE},
            )
        )
        hub = Hub(bus, FeedLog(database=database))
        await hub.start()
        stack.push_async_callback(hub.close)
        now = CLOCK.now()
        yield Base(
            settings=settings,
            database=database,
            bus=bus,
            hub=hub,
            upkeep=Upkeep(
                database=database,
                clock=CLOCK,
                feed_retention=timedelta(hours=settings.feed_retention_hours),
                occurrence_retention=timedelta(days=settings.occurrence_retention_days),
            ),
            heartbeat=Heartbeat(
                CLOCK.new_id(), kind, socket.gethostname()[:255], os.getpid(), VERSION, now, now
            ),
        )


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Serving]:
    """Build a `serve` process: the doors for people and for machines."""
    async with base(settings, "serve") as own, AsyncExitStack() as stack:
        tally = Tally(database=own.database, clock=CLOCK)
        spool = Spool(settings.data / "spool", settings.spool_bytes)
        inbox = Inbox(database=own.database, bus=own.bus, spool=spool)
        for part in (tally, inbox):
            await part.start()
            stack.push_async_callback(part.stop)
        house = House(
            database=own.database,
            hub=own.hub,
            access=AccessUseCases(database=own.database, clock=CLOCK),
            errors=ErrorUseCases(database=own.database, hub=own.hub, clock=CLOCK),
            public_url=settings.public_url,
        )
        keys = KeyRing(database=own.database, clock=CLOCK)
        door = SentryDoor(inbox=inbox, keys=keys, tally=tally, clock=CLOCK)
        yield Serving(
            base=own, house=house, ingest=IngestApp(sentry=door), inbox=inbox, tally=tally
        )


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Working]:
    """Build a `work` process: the doors of the clock."""
    async with base(settings, "work") as own:
        yield Working(
            base=own,
            digest=Digest(database=own.database, hub=own.hub, clock=CLOCK, scrubber=Scrubber()),
            jobs=Jobs(own.database),
        )


@asynccontextmanager
async def setting_up(settings: Settings) -> AsyncIterator[SetupUseCases]:
    """Build what the command line needs to set things up."""
    database = Database(settings.needed_database_url, pool_size=2)
    try:
        yield SetupUseCases(database=database, clock=CLOCK)
    finally:
        await database.close()
