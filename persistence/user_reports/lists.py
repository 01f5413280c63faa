"""User reports as they are read: with the error that their event belongs to by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select

from domain.ids import ErrorId, OrganizationId, ServiceId, UserReportId
from domain.user_reports import (
    ReporterType,
    ReportPriority,
    ReportStatus,
    ReportType,
    UserReport,
)
from persistence.database import Reading
from persistence.occurrences import event_ids, occurrences
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.user_reports.tables import user_reports

KEYSET = Keyset("rp", "created_at")

# A report may come before its event, so who it is about is looked up when it is read.
_ROWS = user_reports.outerjoin(
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
_ERROR = func.coalesce(user_reports.c.linked_error_id, occurrences.c.error_id)
_COLUMNS = (
    *user_reports.c,
    _ERROR.label("error_id"),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which reports: what is None does not matter, and an empty choice fits none."""

    statuses: tuple[ReportStatus, ...] | None = None
    services: tuple[ServiceId, ...] | None = None
    error: ErrorId | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that were asked for."""
        found: list[ColumnElement[bool]] = []
        if self.statuses is not None:
            found.append(user_reports.c.status.in_([status.value for status in self.statuses]))
        if self.services is not None:
            found.append(user_reports.c.service_id.in_(self.services))
        if self.error is not None:
            # Only those that wait are looked up: there is an index on each half.
            waits = and_(
                user_reports.c.linked_error_id.is_(None),
                user_reports.c.associated_event_id.is_not(None),
                occurrences.c.error_id == self.error,
            )
            found.append(or_(user_reports.c.linked_error_id == self.error, waits))
        return found


async def page_of(db: Reading, reach: Reach, criteria: Criteria, page: Page) -> Found[UserReport]:
    """Return one page of the reports of a reach, newest first."""
    asked = (
        _of(reach)
        .where(*criteria.conditions(), *page.conditions(KEYSET, user_reports))
        .order_by(*page.order(KEYSET, user_reports))
        .limit(one_more())
    )
    rows = await db.execute(asked, {**reach.values(), **page.values()})
    reports = [_report(row) for row in rows.mappings()]
    return found_on(page, [(Place(report.created_at, report.id), report) for report in reports])


async def count(db: Reading, reach: Reach, criteria: Criteria) -> int:
    """Return how many reports of a reach fit the criteria."""
    asked = (
        select(func.count())
        .select_from(_ROWS)
        .where(reach.condition(user_reports), *criteria.conditions())
    )
    return int((await db.execute(asked, reach.values())).scalar_one())


async def by_ids(
    db: Reading, ids: Sequence[UserReportId], reach: Reach
) -> dict[UserReportId, UserReport]:
    """Return the reports of these ids that the caller may see."""
    rows = await db.execute(_of(reach).where(user_reports.c.id.in_(ids)), reach.values())
    return {(found := _report(row)).id: found for row in rows.mappings()}


def _of(reach: Reach) -> Select[Any]:
    return select(*_COLUMNS).select_from(_ROWS).where(reach.condition(user_reports))


def _report(row: RowMapping) -> UserReport:
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
