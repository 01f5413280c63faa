"""Attachments by service and the event id of what they came with."""

from strawberry.dataloader import DataLoader

from domain.attachments import Attachment
from graph.loaders.batch import batched
from persistence.attachments import Of, of_many
from persistence.database import Database, Scope
from persistence.reach import reach_of

__all__ = ["Of", "loader_of"]


def loader_of(database: Database, scope: Scope) -> DataLoader[Of, list[Attachment]]:
    """Return the loader of what is attached to events and reports, oldest first."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, wanted: of_many(db, wanted, reach), [])
