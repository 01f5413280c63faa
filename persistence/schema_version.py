"""The schema's version, for processes that only compare it and need not know how to change it."""

from pathlib import Path
from typing import cast

from persistence.database import RawConnection

_SQL = Path(__file__).parent.parent / "migrations" / "sql"


def newest() -> str:
    """Return the version that this code needs: each is named as the file that makes it."""
    return max(path.stem for path in _SQL.glob("[0-9]*.sql"))


async def current_of(db: RawConnection) -> str | None:
    """Return the version of the database behind a connection, or None where there is none."""
    if await db.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    return cast("str | None", await db.fetchval("SELECT version_num FROM alembic_version"))
