"""One browser and one installation for the run, one organization for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser

from persistence.database import Database
from tests.conftest import _execute, database_named
from tests.dashboard.browsing import Tab, Window, a_browser, a_window
from tests.dashboard.shops import PASSWORD, Shop, gives_password
from tests.flows.running import Installation, an_installation

Visit = Callable[..., Awaitable[Tab]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of the whole run."""
    async with a_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
async def database_url(postgres_url: str, template_database: str) -> AsyncIterator[str]:
    """The owner's address of the run's database: each test has an organization of its own."""
    name = f"tocsin_dashboard_{uuid4().hex[:8]}"
    await _execute(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
    yield database_named(postgres_url, name)
    await _execute(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """The run's database, as the restricted role of the application."""
    opened = Database(database_url, pool_size=5)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def house(browser: Browser, database_url: str) -> AsyncIterator[Installation]:
    """Real processes; asked for after the browser, without which there is nothing to do."""
    async with an_installation(database_url) as running:
        yield running


@pytest.fixture
async def shop(house: Installation, database: Database) -> Shop:
    """An organization of the test's own, whose owner has a password."""
    tenant = await house.tenant()
    await gives_password(database, tenant.user)
    return Shop(house=house, tenant=tenant, database=database)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    """Remember that a test failed, for what is told of its pages."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
async def window(
    browser: Browser, house: Installation, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[..., Awaitable[Window]]]:
    """Opens windows: of who has signed in by `email`, or of a stranger."""
    windows: list[Window] = []
    async with AsyncExitStack() as stack:

        async def opened(email: str | None = None, **options: Any) -> Window:
            made = await stack.enter_async_context(a_window(browser, house.serve[0].url, **options))
            windows.append(made)
            if email is not None:
                await made.signs_in(email, PASSWORD)
            return made

        yield opened
        if request.node.stash.get(FAILED, False):
            for tab in (tab for made in windows for tab in made.tabs):
                print("\n", await tab.state())


@pytest.fixture
async def visit(shop: Shop, window: Callable[..., Awaitable[Window]]) -> Visit:
    """Open an address as the shop's owner, or as somebody else by `email`, and return the tab."""

    async def opened(path: str = "/", *, email: str | None = None, **options: Any) -> Tab:
        theirs = await window(email or shop.email, **options)
        return await theirs.tab(path)

    return opened
