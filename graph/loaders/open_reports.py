"""How many user reports of errors are not finished, by error."""

from strawberry.dataloader import DataLoader

from domain.ids import ErrorId
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.reach import reach_of
from persistence.user_reports.lists import unfinished_of


def loader_of(database: Database, scope: Scope) -> DataLoader[ErrorId, int]:
    """Return the loader of how many reports of each error are not finished."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: unfinished_of(db, ids, reach), 0)
