"""The hourly counts of errors, by error and first hour."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from strawberry.dataloader import DataLoader

from domain.ids import ErrorId
from graph.loaders.batch import batched
from persistence.database import Database, Reading, Scope
from persistence.errors.hours import counts_since
from persistence.reach import Reach, reach_of

Since = tuple[ErrorId, datetime]


def loader_of(database: Database, scope: Scope) -> DataLoader[Since, Mapping[datetime, int]]:
    """Return the loader of what was counted in each hour from the first; zeros are left out."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, keys: _read(db, keys, reach), {})


async def _read(
    db: Reading, keys: Sequence[Since], reach: Reach
) -> Mapping[Since, Mapping[datetime, int]]:
    wanted: dict[datetime, list[ErrorId]] = defaultdict(list)
    for error, first in keys:
        wanted[first].append(error)
    found: dict[Since, Mapping[datetime, int]] = {}
    for first, errors in wanted.items():
        counted = await counts_since(db, errors, first, reach)
        found.update({(error, first): hours for error, hours in counted.items()})
    return found
