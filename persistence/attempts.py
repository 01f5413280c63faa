"""Attempts: what was tried in vain, the same for every process."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, Table, delete, select
from sqlalchemy.dialects.postgresql import insert

from domain.attempts import Attempts
from persistence.database import Writing
from persistence.tables import Column, metadata, time_column

attempts = Table(
    "attempts",
    metadata,
    Column("name", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    time_column("last_at"),
    time_column("free_at"),
    Index(None, "last_at"),
)


async def locked(db: Writing, names: Sequence[bytes], at: datetime) -> dict[bytes, Attempts]:
    """Return what is known under these names, and let nobody else count under them meanwhile."""
    fresh = [{"name": name, "failures": 0, "last_at": at, "free_at": at} for name in sorted(names)]
    await db.execute(insert(attempts).on_conflict_do_nothing(), fresh)
    rows = await db.execute(
        select(attempts)
        .where(attempts.c.name.in_(names))
        .order_by(attempts.c.name)
        .with_for_update()
    )
    return {
        bytes(row.name): Attempts(failures=row.failures, last_at=row.last_at, free_at=row.free_at)
        for row in rows
    }


async def put(db: Writing, counted: Mapping[bytes, Attempts]) -> None:
    """Write what was counted."""
    made = insert(attempts)
    same = {name: made.excluded[name] for name in ("failures", "last_at", "free_at")}
    await db.execute(
        made.on_conflict_do_update(index_elements=[attempts.c.name], set_=same),
        [
            {
                "name": name,
                "failures": counted[name].failures,
                "last_at": counted[name].last_at,
                "free_at": counted[name].free_at,
            }
            for name in sorted(counted)
        ],
    )


async def forget(db: Writing, names: Sequence[bytes]) -> None:
    """Forget what was tried under these names."""
    await db.execute(delete(attempts).where(attempts.c.name.in_(names)))


async def forget_before(db: Writing, before: datetime, most: int) -> int:
    """Forget what was tried before a moment."""
    old = select(attempts.c.name).where(attempts.c.last_at < before).limit(most)
    written = await db.execute(delete(attempts).where(attempts.c.name.in_(old)))
    return written.rowcount
