"""The newest occurrences of errors, by error and how many are wanted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from strawberry.dataloader import DataLoader

from domain.ids import ErrorId
from domain.occurrences import Occurrence
from graph.loaders.batch import batched
from persistence.database import Database, Reading, Scope
from persistence.occurrence_rows import latest_of
from persistence.reach import Reach, reach_of

Wanted = tuple[ErrorId, int]


def loader_of(database: Database, scope: Scope) -> DataLoader[Wanted, list[Occurrence]]:
    """Return the loader of the newest occurrences of each error, newest first."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, keys: _read(db, keys, reach), [])


async def _read(
    db: Reading, keys: Sequence[Wanted], reach: Reach
) -> Mapping[Wanted, list[Occurrence]]:
    wanted: dict[int, list[ErrorId]] = defaultdict(list)
    for error, most in keys:
        wanted[most].append(error)
    found: dict[Wanted, list[Occurrence]] = {}
    for most, errors in wanted.items():
        latest = await latest_of(db, errors, most, reach)
        found.update({(error, most): newest for error, newest in latest.items()})
    return found
