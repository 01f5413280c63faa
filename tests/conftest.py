"""What every test may ask for: a real database, migrated once, and makers of what is in it."""

import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from application.clock import Clock
from persistence import schema
from persistence.database import Database
from server.embedded import EmbeddedPostgres
from tests.house import Tenant, a_tenant

# How long an example takes is the machine's business: a test that hangs has its own limit.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

CLOCK = Clock(now=lambda: datetime.now(UTC), randomness=secrets.token_bytes)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server for the whole run: DATABASE_URL's, or an embedded one of our own."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-tests-") as directory:
        Path(directory).chmod(0o755)
        with EmbeddedPostgres(Path(directory) / "data", durable=False) as address:
            yield address.url


@pytest.fixture(scope="session")
async def template_database(postgres_url: str) -> AsyncIterator[str]:
    """The name of a migrated database that others are cloned from."""
    name = f"tocsin_template_{uuid4().hex[:8]}"
    await _execute(postgres_url, f'CREATE DATABASE "{name}"')
    await schema.upgrade(database_named(postgres_url, name))
    yield name
    await _execute(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
async def database_url(postgres_url: str, template_database: str) -> AsyncIterator[str]:
    """The owner's address of a migrated database of this test module's own."""
    name = f"tocsin_test_{uuid4().hex[:8]}"
    await _execute(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
    yield database_named(postgres_url, name)
    await _execute(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
async def database(database_url: str) -> AsyncIterator[Database]:
    """The module's database, as the restricted role of the application."""
    opened = Database(database_url, pool_size=5)
    yield opened
    await opened.close()


@pytest.fixture
async def tenant(database: Database) -> Tenant:
    """An organization of this test's own, with an owner, a service and a key."""
    return await a_tenant(database, CLOCK)


def database_named(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    head, _, query = url.partition("?")
    base = head.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
