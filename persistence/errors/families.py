"""Families: the errors that are merged into others, as domain objects."""

from collections.abc import Sequence

from sqlalchemy import select

from domain.errors import Error
from domain.ids import ErrorId
from persistence.database import Reading
from persistence.errors.rows import COLUMNS, error_of
from persistence.errors.tables import errors
from persistence.reach import Reach


async def merged_into(
    db: Reading, ids: Sequence[ErrorId], reach: Reach
) -> dict[ErrorId, list[Error]]:
    """Return the errors that are merged into each of these, the oldest number first."""
    rows = await db.execute(
        select(*COLUMNS)
        .where(reach.condition(errors), errors.c.merged_into_id.in_(ids))
        .order_by(errors.c.number),
        reach.values(),
    )
    found: dict[ErrorId, list[Error]] = {id_: [] for id_ in ids}
    for row in rows:
        error = error_of(row._mapping)  # noqa: SLF001 public name of SQLAlchemy
        if error.merged_into_id is not None:
            found[error.merged_into_id].append(error)
    return found


async def merged_ids(db: Reading, error: ErrorId, reach: Reach) -> tuple[ErrorId, ...]:
    """Return the ids of the errors that are merged into one."""
    rows = await db.execute(
        select(errors.c.id).where(reach.condition(errors), errors.c.merged_into_id == error),
        reach.values(),
    )
    return tuple(ErrorId(row[0]) for row in rows)
