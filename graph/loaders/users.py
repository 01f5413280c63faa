"""Users by id."""

from strawberry.dataloader import DataLoader

from domain.ids import UserId
from domain.users import User
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.users import by_ids


def loader_of(database: Database, scope: Scope) -> DataLoader[UserId, User | None]:
    """Return the loader of users, as far as the viewer may see them."""
    return batched(database, scope, by_ids, None)
