"""Services by id."""

from strawberry.dataloader import DataLoader

from domain.ids import ServiceId
from domain.services import Service
from graph.loaders.batch import batched_raw
from persistence.database import Database, Scope
from persistence.reach import reach_of
from persistence.services import loaded


def loader_of(database: Database, scope: Scope) -> DataLoader[ServiceId, Service | None]:
    """Return the loader of services, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched_raw(database, scope, lambda db, ids: loaded(db, ids, reach), None)
