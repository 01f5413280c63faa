"""User reports by id."""

from strawberry.dataloader import DataLoader

from domain.ids import UserReportId
from domain.user_reports import UserReport
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.reach import reach_of
from persistence.user_reports.lists import by_ids


def loader_of(database: Database, scope: Scope) -> DataLoader[UserReportId, UserReport | None]:
    """Return the loader of user reports, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: by_ids(db, ids, reach), None)
