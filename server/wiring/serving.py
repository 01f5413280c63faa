"""What a `serve` process is made of: the doors for people and for machines."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from application.access import AccessUseCases
from application.artifacts import ArtifactUploads
from application.errors import ErrorUseCases
from application.inbox import Inbox
from application.keys import KeyRing
from application.outcomes import Tally
from graph.context import House
from ingest.app import IngestApp
from ingest.artifacts.door import ArtifactsDoor
from ingest.reception import Reception
from ingest.sentry.doors import routes_of
from outbound.spool import Spool
from persistence.jobs import Jobs
from server.settings import Settings
from server.wiring.base import CLOCK, Base, base


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a `serve` process is made of."""

    base: Base
    house: House
    ingest: IngestApp
    inbox: Inbox
    tally: Tally


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Serving]:
    """Build a `serve` process; what was accepted is stored before it ends."""
    async with base(settings, "serve") as own, AsyncExitStack() as stack:
        tally = Tally(database=own.database, clock=CLOCK)
        spool = Spool(settings.data / "spool", settings.spool_bytes)
        stack.callback(spool.close)
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
        reception = Reception(inbox=inbox, keys=keys, tally=tally, clock=CLOCK)
        artifacts = ArtifactsDoor(
            uploads=ArtifactUploads(database=own.database, clock=CLOCK, jobs=Jobs(own.database)),
            access=house.access,
            public_url=settings.public_url,
        )
        routes = (*routes_of(reception), *artifacts.routes())
        yield Serving(
            base=own, house=house, ingest=IngestApp(routes=routes), inbox=inbox, tally=tally
        )
