"""Runs a file of `migrations/sql`: the shape is written in SQL, where a reviewer can read it."""

from pathlib import Path

from alembic import op
from sqlalchemy.util import await_only

_SQL = Path(__file__).parent / "sql"


def run_sql(name: str) -> None:
    """Run every statement of a file on the driver: SQLAlchemy would prepare, and so allow one."""
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        raise RuntimeError("The migration has no connection.")
    await_only(driver.execute((_SQL / name).read_text()))
