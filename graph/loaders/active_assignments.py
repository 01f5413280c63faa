"""Who has errors now, by error."""

from strawberry.dataloader import DataLoader

from domain.assignments import Assignment
from domain.ids import ErrorId
from graph.loaders.batch import batched
from persistence.assignments import active_of
from persistence.database import Database, Scope
from persistence.reach import reach_of


def loader_of(database: Database, scope: Scope) -> DataLoader[ErrorId, Assignment | None]:
    """Return the loader of the newest active assignment of each error."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: active_of(db, ids, reach), None)
