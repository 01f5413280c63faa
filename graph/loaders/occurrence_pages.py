"""Pages of the occurrences of errors, by error and page."""

from collections.abc import Mapping, Sequence

from strawberry.dataloader import DataLoader

from domain.ids import ErrorId
from domain.occurrences import Occurrence
from graph.loaders.batch import batched
from persistence.database import Database, Reading, Scope
from persistence.occurrence_rows import page_of
from persistence.pages import Found, Page
from persistence.reach import Reach, reach_of

Wanted = tuple[ErrorId, Page]


def loader_of(database: Database, scope: Scope) -> DataLoader[Wanted, Found[Occurrence] | None]:
    """Return the loader of pages of occurrences, newest first."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, keys: _read(db, keys, reach), None)


async def _read(
    db: Reading, keys: Sequence[Wanted], reach: Reach
) -> Mapping[Wanted, Found[Occurrence]]:
    return {(error, page): await page_of(db, error, page, reach) for error, page in keys}
