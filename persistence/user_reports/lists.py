"""User reports as they are read: with the error that their event belongs to by now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, func, select, text

from domain.ids import ErrorId, OrganizationId, ServiceId, UserReportId
from domain.report_queue import UNFINISHED
from domain.user_reports import (
    ReporterType,
    ReportPriority,
    ReportStatus,
    ReportType,
    UserReport,
)
from persistence.database import Reading
from persistence.errors.families import merged_ids
from persistence.occurrences import event_ids, occurrences
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.user_reports.criteria import ERROR, Criteria, belongs_to, is_overdue
from persistence.user_reports.tables import user_reports

KEYSET = Keyset("rp", "created_at")

# A report may come before its event, so who it is about is looked up when it is read.
ROWS = user_reports.outerjoin(
    event_ids,
    and_(
        event_ids.c.organization_id == user_reports.c.organization_id,
        event_ids.c.service_id == user_reports.c.service_id,
        event_ids.c.event_id == user_reports.c.associated_event_id,
    ),
).outerjoin(
    occurrences,
    and_(
        occurrences.c.organization_id == event_ids.c.organization_id,
        occurrences.c.id == event_ids.c.occurrence_id,
        occurrences.c.occurred_at == event_ids.c.occurred_at,
    ),
)
_COLUMNS = (
    *user_reports.c,
    ERROR.label("error_id"),
    occurrences.c.id.label("occurrence_id"),
)
_PLAIN = tuple(
    name
    for name in UserReport.__dataclass_fields__
    if name
    not in {
        "id",
        "organization_id",
        "service_id",
        "report_type",
        "priority",
        "reporter_type",
        "status",
    }
)


async def page_of(db: Reading, reach: Reach, criteria: Criteria, page: Page) -> Found[UserReport]:
    """Return one page of the reports of a reach, newest first."""
    criteria = await _whole(db, reach, criteria)
    asked = (
        of_reach(reach)
        .where(*criteria.conditions(), *page.conditions(KEYSET, user_reports))
        .order_by(*page.order(KEYSET, user_reports))
        .limit(one_more())
    )
    rows = await db.execute(asked, {**reach.values(), **page.values()})
    reports = [report_in(row) for row in rows.mappings()]
    return found_on(page, [(Place(report.created_at, report.id), report) for report in reports])


async def count(db: Reading, reach: Reach, criteria: Criteria) -> int:
    """Return how many reports of a reach fit the criteria."""
    criteria = await _whole(db, reach, criteria)
    asked = (
        select(func.count())
        .select_from(ROWS)
        .where(reach.condition(user_reports), *criteria.conditions())
    )
    return int((await db.execute(asked, reach.values())).scalar_one())


async def counts(
    db: Reading, reach: Reach, criteria: Criteria, now: datetime
) -> tuple[dict[ReportStatus, int], int]:
    """Return how many reports fit the criteria, by status, and how many of them are overdue."""
    criteria = await _whole(db, reach, criteria)
    overdue = func.count().filter(is_overdue(now))
    asked = (
        select(user_reports.c.status, func.count().label("n"), overdue.label("overdue"))
        .select_from(ROWS)
        .where(reach.condition(user_reports), *criteria.conditions())
        .group_by(user_reports.c.status)
    )
    rows = (await db.execute(asked, reach.values())).mappings().all()
    by_status = {ReportStatus(row["status"]): int(row["n"]) for row in rows}
    return by_status, sum(int(row["overdue"]) for row in rows)


async def unfinished_of(db: Reading, errors: Sequence[ErrorId], reach: Reach) -> dict[ErrorId, int]:
    """Return how many reports of each of these errors are not finished; none where there are 0."""
    asked = (
        select(ERROR.label("error"), func.count().label("n"))
        .select_from(ROWS)
        .where(reach.condition(user_reports), belongs_to(errors))
        .where(user_reports.c.status.in_([status.value for status in UNFINISHED]))
        .group_by(text("error"))
    )
    rows = await db.execute(asked, reach.values())
    return {ErrorId(row["error"]): int(row["n"]) for row in rows.mappings()}


async def by_ids(
    db: Reading, ids: Sequence[UserReportId], reach: Reach
) -> dict[UserReportId, UserReport]:
    """Return the reports of these ids that the caller may see."""
    rows = await db.execute(of_reach(reach).where(user_reports.c.id.in_(ids)), reach.values())
    return {(found := report_in(row)).id: found for row in rows.mappings()}


def of_reach(reach: Reach) -> Select[Any]:
    """Return the statement that reads the reports of a reach."""
    return select(*_COLUMNS).select_from(ROWS).where(reach.condition(user_reports))


async def _whole(db: Reading, reach: Reach, criteria: Criteria) -> Criteria:
    """Look up what is merged into the error: its reports are the primary's too."""
    if criteria.error is None:
        return criteria
    return replace(criteria, merged=await merged_ids(db, criteria.error, reach))


def report_in(row: RowMapping) -> UserReport:
    """Return the report that a row of it holds."""
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return UserReport(
        id=UserReportId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        service_id=ServiceId(row["service_id"]),
        report_type=ReportType(row["report_type"]),
        priority=ReportPriority(row["priority"]),
        reporter_type=ReporterType(row["reporter_type"]),
        status=ReportStatus(row["status"]),
        **values,
    )
