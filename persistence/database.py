"""The database: transactions that carry the caller, and the types that keep readers reading.

`Reading` and `Writing` are SQLAlchemy connections inside a transaction. A writer may read; a
reader may not write: mypy refuses it and so does PostgreSQL. Each transaction first says on whose
behalf it runs (row-level security shows it nothing otherwise), with literals, because Citus passes
on only those.

The hot paths (inbox, digest) speak asyncpg itself: `raw_*` lends such connections. Compiled reads
say it within the statement (`in_scope`), so that they go to the database and back once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, NewType, TypeAlias

import asyncpg
import orjson
from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.ids import OrganizationId, UserId
from domain.viewers import Viewer
from persistence.readers import READS_AT_ONCE, Readers

Reading = NewType("Reading", AsyncConnection)
Writing = NewType("Writing", Reading)
RawConnection: TypeAlias = (
    "asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
)

APPLICATION_ROLE = "tocsin_app"
STATEMENT_TIMEOUT_SECONDS = 30

# What is raised when the database is away, not when a statement is wrong.
_AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


# What is raised when two transactions met: the same work may succeed at the next try.
_MET = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)


def is_away(error: BaseException) -> bool:
    """Say whether the database could not be reached, so that later is the right time to try."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    while cause is not None:
        # A value that asyncpg cannot encode is an InterfaceError too, but one of ours.
        if isinstance(cause, _AWAY) and not isinstance(cause, ValueError):
            return True
        cause = cause.__cause__
    return False


def is_passing(error: BaseException) -> bool:
    """Say whether the same work may succeed at the next try, as the database is or was."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return is_away(error) or isinstance(cause, _MET)


_SETTINGS = ("tocsin.organizations", "tocsin.scope", "tocsin.caller")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """On whose behalf a transaction runs: the organizations it may see, or the whole system."""

    organizations: frozenset[OrganizationId] = frozenset()
    user: UserId | None = None
    is_system: bool = False

    def statement(self) -> str:
        """Return the SET LOCAL statements of a transaction (all values are UUIDs: no quoting)."""
        return ";".join(
            f"SET LOCAL {setting} = '{value}'"
            for setting, value in zip(_SETTINGS, self.values(), strict=True)
        )

    def of_all(self) -> "Scope":
        """Return the same without the person: what all who may see as much are shown alike.

        Members are their own colleagues; who belongs nowhere is the only one who sees themselves.
        """
        is_known = bool(self.organizations) or self.is_system
        return replace(self, user=None) if is_known else self

    def values(self) -> tuple[str, str, str]:
        """Return what a statement `in_scope` binds after its own values."""
        listed = ",".join(sorted(str(id_) for id_ in self.organizations))
        return listed, "system" if self.is_system else "member", str(self.user or "")


SYSTEM = Scope(is_system=True)

# To plan a statement over many partitions takes longer than to run it. Parallel workers would take
# the cores that other requests wait for.
_PLANNED_ONCE = {"plan_cache_mode": "force_generic_plan", "max_parallel_workers_per_gather": "0"}


def in_scope(statement: str, bound: int) -> str:
    """Return a SELECT of one value that says first on whose behalf it runs, to its own end.

    `bound` is how many values the statement binds itself; those of the scope come after them. CASE
    keeps the order: what follows THEN is not begun before. Were it, nothing would be seen.
    """
    said = " AND ".join(
        f"set_config('{setting}', ${bound + place}::text, true) IS NOT NULL"
        for place, setting in enumerate(_SETTINGS, 1)
    )
    return f"SELECT CASE WHEN {said} THEN ({statement}) END"


def scope_of_viewer(viewer: Viewer) -> Scope:
    """Return what a viewer may see: their organizations, or all of them for a system admin."""
    return Scope(
        organizations=viewer.organizations, user=viewer.user, is_system=viewer.is_system_admin
    )


def note_access_changed(db: Writing) -> None:
    """Note that with this transaction somebody may do or see something else than before."""
    db.info[_ACCESS] = True


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


# Under which a connection remembers what is to be told after its commit.
_ACCESS = "tocsin_access_changed"


class Database:
    """One PostgreSQL database, as the restricted application role."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        reads_at_once: int = READS_AT_ONCE,
        role: str | None = APPLICATION_ROLE,
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
            # It takes a lateral piece of a list for one that nothing joins.
            enable_from_linting=False,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": self._settings, "timeout": 10},
        )
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()
        self._readers = Readers(self._reader, most=pool_size, turns=reads_at_once)
        # Called after each commit by which somebody may do or see something else than before.
        self.access_changed: list[Callable[[], None]] = []

    async def close(self) -> None:
        """Close every connection."""
        self._readers.close()
        if self._pool is not None:
            await asyncio.wait_for(self._pool.close(), timeout=10)
            self._pool = None
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self, scope: Scope) -> AsyncIterator[Reading]:
        """Open a transaction that cannot write."""
        async with self._engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True)
            async with connection.begin():
                await _say(connection, scope)
                yield Reading(connection)

    @asynccontextmanager
    async def writing(self, scope: Scope) -> AsyncIterator[Writing]:
        """Open a transaction that commits when its block ends without an exception."""
        async with self._engine.begin() as connection:
            await _say(connection, scope)
            connection.info.pop(_ACCESS, None)
            yield Writing(Reading(connection))
            is_access_changed = connection.info.pop(_ACCESS, False)
        if is_access_changed:
            for heard in self.access_changed:
                heard()

    @asynccontextmanager
    async def raw_reading(
        self, scope: Scope, *, is_planned_once: bool = False
    ) -> AsyncIterator[RawConnection]:
        """Open a read-only transaction on the driver itself: three round trips in all.

        What `is_planned_once` is planned without its values, and that plan is used for all of them.
        """
        settings = _PLANNED_ONCE.items() if is_planned_once else ()
        planning = "".join(f";SET LOCAL {name} = {value}" for name, value in settings)
        async with self._lend() as connection:
            await connection.execute(f"BEGIN READ ONLY;{scope.statement()}{planning}")
            try:
                yield connection
            finally:
                await _end(connection, "ROLLBACK")

    async def read_value(self, scope: Scope, statement: str, values: Sequence[object]) -> Any:
        """Return the one value that a statement `in_scope` reads, planned once for all values.

        Every list of the dashboard comes by here: one round trip, and no more than it needs.
        """
        return await self._readers.value(statement, (*values, *scope.values()))

    @asynccontextmanager
    async def raw_writing(self, scope: Scope) -> AsyncIterator[RawConnection]:
        """Open a writing transaction on the driver itself; it commits when its block ends well."""
        async with self._lend() as connection:
            await connection.execute(f"BEGIN;{scope.statement()}")
            try:
                yield connection
            except BaseException:
                await _end(connection, "ROLLBACK")
                raise
            await connection.execute("COMMIT")

    @asynccontextmanager
    async def own_connection(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """Open a connection for one user alone: the system's statements, each committed."""
        settings = {**self._settings, "tocsin.scope": "system"}
        connection = await asyncpg.connect(
            self.url, server_settings=settings, timeout=5, command_timeout=STATEMENT_TIMEOUT_SECONDS
        )
        try:
            yield connection
        finally:
            connection.terminate()

    async def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """Return the pool of driver connections, opened when it is first asked for."""
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self.url,
                    # None is kept open for its own sake: while the database is away, the driver
                    # would try again every second, with a stack trace each time.
                    min_size=0,
                    max_size=self._pool_size,
                    server_settings=self._settings,
                    timeout=10,
                    command_timeout=STATEMENT_TIMEOUT_SECONDS,
                    max_inactive_connection_lifetime=60,
                    reset=_stay,
                )
            return self._pool

    async def _reader(self) -> "asyncpg.Connection[asyncpg.Record]":
        settings = {**self._settings, **_PLANNED_ONCE, "default_transaction_read_only": "on"}
        return await asyncpg.connect(
            self.url,
            server_settings=settings,
            timeout=10,
            command_timeout=STATEMENT_TIMEOUT_SECONDS,
        )

    @asynccontextmanager
    async def _lend(self) -> AsyncIterator[RawConnection]:
        pool = self._pool or await self.pool()
        # Not by the pool's own timeout: it makes a task of each wait.
        async with asyncio.timeout(10):
            connection = await pool.acquire()
        try:
            yield connection
        finally:
            await pool.release(connection)


async def _stay(_connection: object) -> None:
    """Leave a session as it is when it is given back: a transaction of ours sets nothing beyond it.

    It saves the fourth of four round trips. (The driver still rolls back what was left open.)
    """


async def _end(connection: RawConnection, statement: str) -> None:
    # A connection that is gone has ended its transaction, and must not hide why we are here.
    with suppress(OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError):
        if not connection.is_closed():
            await connection.execute(statement)


async def _say(connection: AsyncConnection, scope: Scope) -> None:
    # One simple query for all of it, on the driver: SQLAlchemy would prepare each by itself.
    await connection.exec_driver_sql("SELECT 1")
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is None:
        raise RuntimeError("The connection is gone.")
    await driver.execute(scope.statement())


async def raw_of(db: Reading) -> RawConnection:
    """Return the driver's connection under a transaction, for what only the driver can do."""
    raw = await db.get_raw_connection()
    connection: RawConnection = raw.driver_connection  # type: ignore[assignment]
    return connection


def sqlalchemy_url(url: str) -> URL:
    """Return a plain PostgreSQL address in the form that SQLAlchemy wants."""
    return make_url(url).set(drivername="postgresql+asyncpg")
