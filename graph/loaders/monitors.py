"""Monitors and their runs: by id, the newest, a page of them, and how many there are."""

from collections.abc import Mapping, Sequence

from strawberry.dataloader import DataLoader

from domain.ids import CheckInId, MonitorId
from domain.telemetry import Monitor
from domain.telemetry.runs import Run
from graph.loaders.batch import batched
from persistence.database import Database, Reading, Scope
from persistence.pages import Found, Page
from persistence.reach import Reach, reach_of
from persistence.telemetry import monitor_rows

Wanted = tuple[MonitorId, Page]


def loader_of(database: Database, scope: Scope) -> DataLoader[MonitorId, Monitor | None]:
    """Return the loader of monitors by id."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: monitor_rows.by_ids(db, ids, reach), None)


def runs_loader_of(database: Database, scope: Scope) -> DataLoader[CheckInId, Run | None]:
    """Return the loader of runs by id."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: monitor_rows.runs_by_ids(db, ids, reach), None)


def latest_loader_of(database: Database, scope: Scope) -> DataLoader[MonitorId, Run | None]:
    """Return the loader of the newest run of each monitor."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: monitor_rows.latest_runs(db, ids, reach), None)


def counts_loader_of(database: Database, scope: Scope) -> DataLoader[MonitorId, int]:
    """Return the loader of how many runs of each monitor are kept."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: monitor_rows.run_counts(db, ids, reach), 0)


def pages_loader_of(database: Database, scope: Scope) -> DataLoader[Wanted, Found[Run] | None]:
    """Return the loader of pages of runs, newest first."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, keys: _pages(db, keys, reach), None)


async def _pages(db: Reading, keys: Sequence[Wanted], reach: Reach) -> Mapping[Wanted, Found[Run]]:
    return {
        (monitor, page): await monitor_rows.run_page(db, monitor, page, reach)
        for monitor, page in keys
    }
