"""Attachments by id."""

from strawberry.dataloader import DataLoader

from domain.attachments import Attachment
from domain.ids import AttachmentId
from graph.loaders.batch import batched
from persistence.attachments import by_ids
from persistence.database import Database, Scope
from persistence.reach import reach_of


def loader_of(database: Database, scope: Scope) -> DataLoader[AttachmentId, Attachment | None]:
    """Return the loader of attachments, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: by_ids(db, ids, reach), None)
