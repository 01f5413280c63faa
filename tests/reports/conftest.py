"""What the tests of reports may ask for."""

from collections.abc import AsyncIterator

import pytest

from persistence.database import Database
from tests.desks import Desk, a_desk
from tests.house import Tenant


@pytest.fixture
async def desk(tenant: Tenant, database: Database) -> AsyncIterator[Desk]:
    """A desk of this test's own."""
    async with a_desk(tenant, database) as opened:
        yield opened
