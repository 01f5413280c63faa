"""What the command line is made of, for as long as one command takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.dead_letters import DeadLetterUseCases
from application.passwords import PasswordUseCases
from application.policies import Policies
from application.setup import SetupUseCases
from domain.ids import OrganizationId
from outbound.passwords import Argon2Hasher
from persistence.database import Database
from server.settings import Settings
from server.wiring.access import people_of
from server.wiring.base import CLOCK, open_bus


@asynccontextmanager
async def keeping_people(settings: Settings) -> AsyncIterator[PasswordUseCases]:
    """Build what the command line needs to let people in."""
    database = Database(settings.needed_database_url, pool_size=2)
    people = people_of(database, Argon2Hasher(), public_url=settings.public_url)
    try:
        yield people.passwords
    finally:
        await database.close()


@asynccontextmanager
async def setting_up(settings: Settings) -> AsyncIterator[SetupUseCases]:
    """Build what the command line needs to set things up."""
    database = Database(settings.needed_database_url, pool_size=2)
    try:
        yield SetupUseCases(database=database, clock=CLOCK)
    finally:
        await database.close()


@asynccontextmanager
async def burying(
    settings: Settings, organization: str
) -> AsyncIterator[tuple[DeadLetterUseCases, OrganizationId]]:
    """Build what the command line needs for the dead letters of an organization."""
    database = Database(settings.needed_database_url, pool_size=2)
    try:
        setup = SetupUseCases(database=database, clock=CLOCK)
        found = await setup.organization_named(organization)
        async with open_bus(settings) as bus:
            policies = Policies(database=database, clock=CLOCK)
            yield (
                DeadLetterUseCases(database=database, bus=bus, clock=CLOCK, policies=policies),
                found.id,
            )
    finally:
        await database.close()
