"""Hours: how often each error happened in each hour."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from domain.ids import ErrorId
from persistence.database import Reading
from persistence.errors.tables import error_hours
from persistence.reach import Reach


async def counts_since(
    db: Reading, ids: Sequence[ErrorId], first: datetime, reach: Reach
) -> Mapping[ErrorId, Mapping[datetime, int]]:
    """Return the counts of each error by hour, from the first hour on; zeros are left out."""
    rows = await db.execute(
        select(error_hours.c.error_id, error_hours.c.hour, error_hours.c.occurrence_count)
        .where(reach.condition(error_hours), error_hours.c.error_id.in_(ids))
        .where(error_hours.c.hour >= first),
        reach.values(),
    )
    found: dict[ErrorId, dict[datetime, int]] = defaultdict(dict)
    for row in rows:
        found[ErrorId(row.error_id)][row.hour] = row.occurrence_count
    return found
