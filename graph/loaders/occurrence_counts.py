"""How many occurrences of errors are kept, by error."""

from collections.abc import Mapping, Sequence

from strawberry.dataloader import DataLoader

from domain.ids import ErrorId
from graph.loaders.batch import batched
from persistence.database import Database, Reading, Scope
from persistence.occurrence_rows import count_of
from persistence.reach import Reach, reach_of


def loader_of(database: Database, scope: Scope) -> DataLoader[ErrorId, int]:
    """Return the loader of how many occurrences of each error are kept."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: _read(db, ids, reach), 0)


async def _read(db: Reading, ids: Sequence[ErrorId], reach: Reach) -> Mapping[ErrorId, int]:
    return {id_: await count_of(db, id_, reach) for id_ in ids}
