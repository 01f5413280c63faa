"""The timeline of each user report: rows that are added and never changed."""

from collections.abc import Sequence

from sqlalchemy import Index, RowMapping, Table, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.ids import ReportActivityId, UserReportId
from domain.report_queue import MAX_NOTES, ReportActivity, ReportActivityKind
from persistence.database import Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    organization_column,
    part_of,
    text_column,
    uuid_column,
)

KEYSET = Keyset("ra", "created_at")

user_report_activities = Table(
    "user_report_activities",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("user_report_id"),
    text_column("kind"),
    uuid_column("actor_id", nullable=True),
    text_column("body", nullable=True),
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    *created_columns(mutable=False),
    part_of("user_report_id", "user_reports"),
    names_user("actor_id"),
    at_most("kind", 50),
    at_most("body", MAX_NOTES),
    Index(None, "organization_id", "user_report_id", text("created_at DESC"), text("id DESC")),
)

_FIELDS = tuple(ReportActivity.__dataclass_fields__)


async def add(db: Writing, activities: Sequence[ReportActivity]) -> None:
    """Append to the timelines of reports."""
    if activities:
        rows = [{name: getattr(one, name) for name in _FIELDS} for one in activities]
        await db.execute(insert(user_report_activities), rows)


async def page_of(
    db: Reading, report: UserReportId, page: Page, reach: Reach
) -> Found[ReportActivity]:
    """Return a page of a report's timeline, newest first."""
    table = user_report_activities
    rows = await db.execute(
        select(table)
        .where(reach.condition(table), table.c.user_report_id == report)
        .where(*page.conditions(KEYSET, table))
        .order_by(*page.order(KEYSET, table))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_activity(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.created_at, each.id), each) for each in found])


async def by_ids(
    db: Reading, ids: Sequence[ReportActivityId], reach: Reach
) -> dict[ReportActivityId, ReportActivity]:
    """Return the entries of these ids."""
    table = user_report_activities
    wanted = reach.condition(table), table.c.id.in_(ids)
    rows = await db.execute(select(table).where(*wanted), reach.values())
    return {(found := _activity(row)).id: found for row in rows.mappings()}


async def count_of(db: Reading, report: UserReportId, reach: Reach) -> int:
    """Return how many entries a report's timeline has."""
    table = user_report_activities
    asked = select(func.count()).select_from(table)
    found = await db.execute(
        asked.where(reach.condition(table), table.c.user_report_id == report), reach.values()
    )
    return int(found.scalar_one())


def _activity(row: RowMapping) -> ReportActivity:
    values = {name: row[name] for name in _FIELDS}
    return ReportActivity(**{**values, "kind": ReportActivityKind(row["kind"])})
