"""The database: one pool, transactions that carry the caller, and the types that keep readers reading.

`Reading` and `Writing` are SQLAlchemy connections inside a transaction. A writer may read; a reader
may not write: mypy refuses it and so does PostgreSQL. Each transaction first says on whose behalf it
runs (row-level security shows it nothing otherwise), with literals, because Citus passes on only
those.

The hot paths (inbox, digest, compiled reads) speak asyncpg itself: `raw_*` lends such connections.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NewType, TypeAlias

import asyncpg
import orjson
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.ids import OrganizationId, UserId
from domain.viewers import Viewer

Reading = NewType("Reading", AsyncConnection)
Writing = NewType("Writing", Reading)
RawConnection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

APPLICATION_ROLE = "tocsin_app"
STATEMENT_TIMEOUT_SECONDS = 30

# What asyncpg and the driver raise when the database is away, not when a statement is wrong.
AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """On whose behalf a transaction runs: the organizations it may see, or the whole system."""

    organizations: frozenset[OrganizationId] = frozenset()
    user: UserId | None = None
    is_system: bool = False

    def statement(self) -> str:
        """Return the SET LOCAL statements that open a transaction (values are UUIDs: no quoting)."""
        listed = ",".join(sorted(str(id_) for id_ in self.organizations))
        return (
            f"SET LOCAL tocsin.organizations = '{listed}';"
            f"SET LOCAL tocsin.scope = '{'system' if self.is_system else 'member'}';"
            f"SET LOCAL tocsin.caller = '{self.user or ''}'"
        )


SYSTEM = Scope(is_system=True)


def scope_of_viewer(viewer: Viewer) -> Scope:
    """Return what a viewer may see: their organizations, or everything for a system administrator."""
    return Scope(
        organizations=viewer.organizations, user=viewer.user, is_system=viewer.is_system_admin
    )


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


class Database:
    """One PostgreSQL database, as the restricted application role."""

    def __init__(
        self, url: str, *, pool_size: int = 10, role: str | None = APPLICATION_ROLE
    ) -> None:
        self.url = url
        self._settings = {
            "application_name": "tocsin",
            "timezone": "UTC",
            "jit": "off",
            "statement_timeout": str(STATEMENT_TIMEOUT_SECONDS * 1000),
            "idle_in_transaction_session_timeout": "60000",
        }
        if role is not None:
            self._settings["role"] = role
        self._pool_size = pool_size
        self._engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": self._settings, "timeout": 10},
        )
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await asyncio.wait_for(self._pool.close(), timeout=10)
            self._pool = None
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self, scope: Scope) -> AsyncIterator[Reading]:
        """A transaction that sees one moment and cannot write."""
        async with self._engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True)
            async with connection.begin():
                await _say(connection, scope)
                yield Reading(connection)

    @asynccontextmanager
    async def writing(self, scope: Scope) -> AsyncIterator[Writing]:
        """A transaction that commits when its block ends without an exception."""
        async with self._engine.begin() as connection:
            await _say(connection, scope)
            yield Writing(Reading(connection))

    @asynccontextmanager
    async def raw_reading(self, scope: Scope) -> AsyncIterator[RawConnection]:
        """A read-only transaction on the driver itself: three round trips in all."""
        async with self._lend() as connection:
            await connection.execute(f"BEGIN READ ONLY;{scope.statement()}")
            try:
                yield connection
            finally:
                await _end(connection, "ROLLBACK")

    @asynccontextmanager
    async def raw_writing(self, scope: Scope) -> AsyncIterator[RawConnection]:
        """A writing transaction on the driver itself; it commits when its block ends well."""
        async with self._lend() as connection:
            await connection.execute(f"BEGIN;{scope.statement()}")
            try:
                yield connection
            except BaseException:
                await _end(connection, "ROLLBACK")
                raise
            await connection.execute("COMMIT")

    @asynccontextmanager
    async def _lend(self) -> AsyncIterator[RawConnection]:
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self.url,
                        min_size=1,
                        max_size=self._pool_size,
                        server_settings=self._settings,
                        timeout=10,
                        command_timeout=STATEMENT_TIMEOUT_SECONDS,
                        max_inactive_connection_lifetime=60,
                    )
        async with self._pool.acquire(timeout=10) as connection:
            yield connection


async def _end(connection: RawConnection, statement: str) -> None:
    if not connection.is_closed():
        await connection.execute(statement)


async def _say(connection: AsyncConnection, scope: Scope) -> None:
    # One simple query for all of it, on the driver: SQLAlchemy would prepare each by itself.
    await connection.exec_driver_sql("SELECT 1")
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    await driver.execute(scope.statement())


async def raw_of(db: Reading) -> RawConnection:
    """Return the driver's connection under a transaction, for what only the driver can do."""
    raw = await db.get_raw_connection()
    connection: RawConnection = raw.driver_connection  # type: ignore[assignment]
    return connection


def sqlalchemy_url(url: str) -> URL:
    """Return a plain PostgreSQL address in the form that SQLAlchemy wants."""
    return make_url(url).set(drivername="postgresql+asyncpg")
