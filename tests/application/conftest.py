"""Fixtures of the hub: a table in memory, a bus that can be told to lie, and a hub between."""

import pytest

from tests.application.feed_doubles import Bus, Table
from tests.application.hubs import a_hub


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def bus() -> Bus:
    return Bus(is_honest=True)


@pytest.fixture
async def hub(table, bus):
    async with a_hub(table, bus) as hub:
        yield hub
