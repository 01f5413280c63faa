"""Monitors and their runs as they are read: pages of them, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select, true, tuple_

from domain.ids import CheckInId, MonitorId, OrganizationId, ServiceId
from domain.telemetry import Monitor, MonitorConfig, Schedule
from domain.telemetry.kinds import CheckInStatus, ScheduleKind
from domain.telemetry.runs import Run
from persistence.database import Reading
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.telemetry.monitors import run_of
from persistence.telemetry.tables import check_ins, monitors

MONITORS = Keyset("mo", "created_at")
RUNS = Keyset("ci", "started_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorsAsked:
    """Which monitors are wanted; what is None does not matter."""

    reach: Reach
    service: ServiceId | None
    status: tuple[CheckInStatus, ...] | None
    page: Page

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that monitors must fit, on whatever page they stand."""
        found = [self.reach.condition(monitors)]
        if self.service is not None:
            found.append(monitors.c.service_id == self.service)
        if self.status is not None:
            found.append(monitors.c.last_status.in_(self.status))
        return found


async def page_of(db: Reading, asked: MonitorsAsked) -> Found[Monitor]:
    """Return a page of monitors, the newest first."""
    page = asked.page
    wanted = (
        select(monitors)
        .where(*asked.conditions(), *page.conditions(MONITORS, monitors))
        .order_by(*page.order(MONITORS, monitors))
        .limit(one_more())
    )
    rows = await db.execute(wanted, {**asked.reach.values(), **page.values()})
    placed = [(Place(row["created_at"], row["id"]), _monitor(row)) for row in rows.mappings()]
    return found_on(page, placed)


async def count(db: Reading, asked: MonitorsAsked) -> int:
    """Return how many monitors fit."""
    wanted = select(func.count()).select_from(monitors).where(*asked.conditions())
    return int((await db.execute(wanted, asked.reach.values())).scalar_one())


async def by_ids(db: Reading, ids: Sequence[MonitorId], reach: Reach) -> dict[MonitorId, Monitor]:
    """Return the monitors of these ids that the caller may see."""
    wanted = select(monitors).where(reach.condition(monitors), monitors.c.id.in_(ids))
    rows = await db.execute(wanted, reach.values())
    return {(found := _monitor(row)).id: found for row in rows.mappings()}


async def runs_by_ids(db: Reading, ids: Sequence[CheckInId], reach: Reach) -> dict[CheckInId, Run]:
    """Return the runs of these ids that the caller may see."""
    wanted = select(check_ins).where(reach.condition(check_ins), check_ins.c.id.in_(ids))
    rows = await db.execute(wanted, reach.values())
    return {(found := run_of(row)).id: found for row in rows.mappings()}


async def latest_runs(db: Reading, ids: Sequence[MonitorId], reach: Reach) -> dict[MonitorId, Run]:
    """Return the newest run of each of these monitors."""
    own = _runs_of_parent().order_by(*RUNS.newest_first(check_ins)).limit(1).lateral("latest")
    rows = await db.execute(
        select(own)
        .select_from(monitors.join(own, true()))
        .where(reach.condition(monitors), monitors.c.id.in_(ids)),
        reach.values(),
    )
    return {(run := run_of(row)).monitor_id: run for row in rows.mappings()}


async def run_page(db: Reading, monitor: MonitorId, page: Page, reach: Reach) -> Found[Run]:
    """Return a page of a monitor's runs, newest first."""
    own = (
        _runs_of_parent()
        .where(*page.conditions(RUNS, check_ins))
        .order_by(*page.order(RUNS, check_ins))
        .limit(one_more())
        .lateral("own_page")
    )
    rows = await db.execute(
        select(own)
        .select_from(monitors.join(own, true()))
        .where(reach.condition(monitors), monitors.c.id == monitor)
        .order_by(*page.order(RUNS, own)),
        {**reach.values(), **page.values()},
    )
    placed = [(Place(row["started_at"], row["id"]), run_of(row)) for row in rows.mappings()]
    return found_on(page, placed)


async def run_counts(db: Reading, ids: Sequence[MonitorId], reach: Reach) -> dict[MonitorId, int]:
    """Return how many runs of each of these monitors are kept."""
    key = tuple_(check_ins.c.organization_id, check_ins.c.monitor_id)
    theirs = select(monitors.c.organization_id, monitors.c.id).where(
        reach.condition(monitors), monitors.c.id.in_(ids)
    )
    rows = await db.execute(
        select(check_ins.c.monitor_id, func.count().label("n"))
        .where(key.in_(theirs))
        .group_by(check_ins.c.monitor_id),
        reach.values(),
    )
    return {MonitorId(row.monitor_id): row.n for row in rows}


def _runs_of_parent() -> Select[Any]:
    return (
        select(check_ins)
        .where(
            check_ins.c.organization_id == monitors.c.organization_id,
            check_ins.c.monitor_id == monitors.c.id,
        )
        .correlate(monitors)
    )


def _monitor(row: RowMapping) -> Monitor:
    status = row["last_status"]
    return Monitor(
        id=MonitorId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        service_id=ServiceId(row["service_id"]),
        slug=row["slug"],
        name=row["name"],
        config=_config(row),
        is_active=row["is_active"],
        last_check_in_at=row["last_check_in_at"],
        last_status=None if status is None else CheckInStatus(status),
        created_at=row["created_at"],
    )


def _config(row: RowMapping) -> MonitorConfig | None:
    if row["schedule_kind"] is None:
        return None
    return MonitorConfig(
        schedule=Schedule(
            kind=ScheduleKind(row["schedule_kind"]),
            value=row["schedule_value"],
            unit=row["schedule_unit"],
        ),
        timezone=row["timezone"],
        checkin_margin_minutes=row["checkin_margin_minutes"],
        max_runtime_minutes=row["max_runtime_minutes"],
        failure_issue_threshold=row["failure_issue_threshold"],
        recovery_threshold=row["recovery_threshold"],
    )
