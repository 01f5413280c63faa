"""What the tests of the GraphQL door may ask for."""

from collections.abc import AsyncIterator

import pytest

from graph.context import House
from graph.transport import GraphQLApp
from graph.transport.doorkeeper import Doorkeeper
from persistence.database import Database
from tests.conftest import CLOCK
from tests.graph.reading import Reader, seed
from tests.graph.serving import Served, a_house, serving
from tests.house import a_tenant

# Short, so that a test need not wait for what a token may to be noticed.
REMEMBERED_SECONDS = 0.2


@pytest.fixture(scope="module")
async def house(database: Database) -> AsyncIterator[House]:
    """A house over the module's database."""
    async with a_house(database) as opened:
        yield opened


@pytest.fixture(scope="module")
async def door(house: House) -> AsyncIterator[Served]:
    """The GraphQL door of the house, on a real server."""
    doorkeeper = Doorkeeper(house.access, remembered_seconds=REMEMBERED_SECONDS)
    app = GraphQLApp(house, allowed_origins=["https://dashboard.example"], doorkeeper=doorkeeper)
    async with serving(app.routes()) as served:
        yield served


@pytest.fixture(scope="module")
async def shop(database):
    tenant = await a_tenant(database, CLOCK)
    return tenant, await seed(database, tenant)


@pytest.fixture(scope="module")
async def bank(database):
    tenant = await a_tenant(database, CLOCK, name="bank")
    return tenant, await seed(database, tenant, errors=12, start=500)


@pytest.fixture(scope="module")
def reader(database, shop, bank):
    return Reader(database, shop[0].viewer)
