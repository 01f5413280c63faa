"""Assignments by id."""

from strawberry.dataloader import DataLoader

from domain.assignments import Assignment
from domain.ids import AssignmentId
from graph.loaders.batch import batched
from persistence.assignments import by_ids
from persistence.database import Database, Scope
from persistence.reach import reach_of


def loader_of(database: Database, scope: Scope) -> DataLoader[AssignmentId, Assignment | None]:
    """Return the loader of assignments, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: by_ids(db, ids, reach), None)
