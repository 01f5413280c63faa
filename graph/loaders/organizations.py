"""Organizations by id."""

from strawberry.dataloader import DataLoader

from domain.ids import OrganizationId
from domain.organizations import Organization
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.organizations import by_ids


def loader_of(database: Database, scope: Scope) -> DataLoader[OrganizationId, Organization | None]:
    """Return the loader of organizations, as far as the viewer may see them."""
    return batched(database, scope, by_ids, None)
