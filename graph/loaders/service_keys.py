"""The ingest keys of services, by service."""

from strawberry.dataloader import DataLoader

from domain.ids import ServiceId
from domain.services import IngestKey
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.reach import reach_of
from persistence.services import keys_of


def loader_of(database: Database, scope: Scope) -> DataLoader[ServiceId, list[IngestKey]]:
    """Return the loader of each service's keys, oldest first."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: keys_of(db, ids, reach), [])
