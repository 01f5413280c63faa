"""What the tests of people may ask for: a house, and the owner of a tenant of its own."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from graph.context import House
from persistence.database import Database
from tests.graph.serving import a_house
from tests.house import Tenant
from tests.people.asking import Asker, as_owner


@pytest.fixture(scope="module")
async def house(database: Database) -> AsyncIterator[House]:
    """A house over the module's database."""
    async with a_house(database) as opened:
        yield opened


@pytest.fixture
def owner(house: House, tenant: Tenant) -> Asker:
    """The owner of the tenant."""
    return as_owner(house, tenant)


@pytest.fixture(scope="module")
async def owner_of_tables(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Who owns the tables, and sees all rows."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
