"""What the command line is made of, for as long as one command takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.setup import SetupUseCases
from persistence.database import Database
from server.settings import Settings
from server.wiring.base import CLOCK


@asynccontextmanager
async def setting_up(settings: Settings) -> AsyncIterator[SetupUseCases]:
    """Build what the command line needs to set things up."""
    database = Database(settings.needed_database_url, pool_size=2)
    try:
        yield SetupUseCases(database=database, clock=CLOCK)
    finally:
        await database.close()
