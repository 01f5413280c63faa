"""The schema's version: create, upgrade and compare.

Migrations run as the owner of the database, one process at a time, and give up on a lock that they
cannot get soon: waiting for it would queue every reader behind them.
"""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.failures import Failure
from persistence import all_tables
from persistence.database import sqlalchemy_url
from persistence.schema_version import current_of, newest

__all__ = ["UpgradeFailed", "current", "current_of", "differences", "newest", "upgrade"]

LOCK_TIMEOUT_SECONDS = 5
_UPGRADE_LOCK = 0x70C51
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


class UpgradeFailed(Failure):
    """The schema could not be brought to the newest version; the message is for a person."""


async def upgrade(owner_url: str) -> tuple[str | None, str]:
    """Bring the database to the newest version; return the version before and after."""
    try:
        return await _upgraded(owner_url)
    except DBAPIError as error:
        said = str(error.orig).partition(": ")[2] or str(error.orig)
        raise UpgradeFailed(f"The schema cannot be upgraded: {said}") from error


async def _upgraded(owner_url: str) -> tuple[str | None, str]:
    engine = create_async_engine(
        sqlalchemy_url(owner_url),
        poolclass=NullPool,
        connect_args={"server_settings": {"timezone": "UTC", "tocsin.scope": "system"}},
    )
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_lock({_UPGRADE_LOCK})")
            await connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
            await connection.commit()
            before = await connection.run_sync(_upgrade)
            await connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_UPGRADE_LOCK})")
            await connection.commit()
    finally:
        await engine.dispose()
    return before, newest()


def _upgrade(connection: Connection) -> str | None:
    before = MigrationContext.configure(connection).get_current_revision()
    connection.commit()
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.exec_driver_sql("GRANT SELECT ON alembic_version TO tocsin_app")
    connection.commit()
    return before


async def current(url: str) -> str | None:
    """Return the version of a database, or None where there is no Tocsin schema yet."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await current_of(connection)
    finally:
        await connection.close()


async def differences(owner_url: str) -> list[str]:
    """Return how a migrated database differs from the tables in the code."""
    engine = create_async_engine(sqlalchemy_url(owner_url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_differences)
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[str]:
    known = set(all_tables.metadata.tables)

    def ours(_obj: object, name: str | None, type_: str, _reflected: bool, _to: object) -> bool:
        return type_ != "table" or name in known

    context = MigrationContext.configure(
        connection,
        opts={"compare_type": True, "compare_server_default": False, "include_object": ours},
    )
    return [repr(difference) for difference in compare_metadata(context, all_tables.metadata)]
