"""Occurrences by id, without their bodies."""

from strawberry.dataloader import DataLoader

from domain.ids import OccurrenceId
from domain.occurrences import Occurrence
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.occurrence_rows import by_ids
from persistence.reach import reach_of


def loader_of(database: Database, scope: Scope) -> DataLoader[OccurrenceId, Occurrence | None]:
    """Return the loader of occurrences, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: by_ids(db, ids, reach), None)
