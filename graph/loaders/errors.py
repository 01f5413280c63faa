"""Errors by id."""

from strawberry.dataloader import DataLoader

from domain.errors import Error
from domain.ids import ErrorId
from graph.loaders.batch import batched_raw
from persistence.database import Database, Scope
from persistence.errors.rows import loaded
from persistence.reach import reach_of


def loader_of(database: Database, scope: Scope) -> DataLoader[ErrorId, Error | None]:
    """Return the loader of errors, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched_raw(database, scope, lambda db, ids: loaded(db, ids, reach), None)
