"""Ingest keys by id."""

from strawberry.dataloader import DataLoader

from domain.ids import IngestKeyId
from domain.services import IngestKey
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.reach import reach_of
from persistence.services import keys_by_ids


def loader_of(database: Database, scope: Scope) -> DataLoader[IngestKeyId, IngestKey | None]:
    """Return the loader of ingest keys, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: keys_by_ids(db, ids, reach), None)
