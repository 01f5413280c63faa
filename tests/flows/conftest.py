"""One PostgreSQL for all flows, reached by TCP; a database for each module; what a module runs."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import asyncpg
import pytest

from persistence import schema
from tests.flows.servers import PostgresServer, postgres_server
from tests.servers import RedisServer, redis_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that a test may stop, if it starts it again."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
async def migrated(postgres: PostgresServer) -> str:
    """The name of a migrated database that others are cloned from."""
    name = f"template_{uuid4().hex[:8]}"
    await _execute(postgres, f"CREATE DATABASE {name}")
    await schema.upgrade(postgres.url(name))
    return name


@pytest.fixture(scope="module")
async def flow_database(postgres: PostgresServer, migrated: str) -> AsyncIterator[str]:
    """The address of a migrated database of this module's own."""
    name = f"flow_{uuid4().hex[:8]}"
    await _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated}")
    yield postgres.url(name)
    await _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A Redis that a test may kill, if it starts it again."""
    with redis_server() as server:
        yield server


async def _execute(postgres: PostgresServer, statement: str) -> None:
    connection = await asyncpg.connect(postgres.url())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
