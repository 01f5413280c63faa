"""User reports as people work on them: read to be changed, and written as they then are."""

from collections.abc import Sequence

from sqlalchemy import UUID, Boolean, bindparam, case, select, update

from domain.ids import ErrorId, UserReportId
from domain.report_queue import UNFINISHED
from domain.user_reports import UserReport
from persistence.database import Reading, Writing
from persistence.reach import Reach
from persistence.user_reports.criteria import belongs_to
from persistence.user_reports.lists import ROWS, of_reach, report_in
from persistence.user_reports.tables import user_reports

_ID = UUID(as_uuid=True)
_CHANGED = (
    "status",
    "priority",
    "report_type",
    "assigned_to",
    "due_at",
    "is_linked_by_hand",
    "associated_event_id",
    "duplicate_of_id",
    "resolved_at",
    "resolution_notes",
    "updated_at",
)
_REPLACE = (
    update(user_reports)
    .where(
        user_reports.c.organization_id == bindparam("its_organization", type_=_ID),
        user_reports.c.id == bindparam("its_id", type_=_ID),
    )
    .values(
        {
            **{
                user_reports.c[name]: bindparam(f"new_{name}", type_=user_reports.c[name].type)
                for name in _CHANGED
            },
            # What the job has linked for good stays, unless a person says otherwise.
            user_reports.c.linked_error_id: case(
                (
                    bindparam("is_by_hand", type_=Boolean),
                    bindparam("new_linked_error_id", type_=_ID),
                ),
                else_=user_reports.c.linked_error_id,
            ),
        }
    )
)


async def locked(
    db: Writing, ids: Sequence[UserReportId], reach: Reach
) -> dict[UserReportId, UserReport]:
    """Return the reports of these ids that the caller may see, held until the commit."""
    asked = (
        of_reach(reach)
        .where(user_reports.c.id.in_(ids))
        .order_by(user_reports.c.organization_id, user_reports.c.id)
        .with_for_update(of=user_reports)
    )
    rows = await db.execute(asked, reach.values())
    return {(found := report_in(row)).id: found for row in rows.mappings()}


async def by_id(db: Reading, id_: UserReportId, reach: Reach) -> UserReport | None:
    """Return a report that the caller may see, or None."""
    rows = await db.execute(of_reach(reach).where(user_reports.c.id == id_), reach.values())
    row = rows.mappings().first()
    return None if row is None else report_in(row)


async def replace(db: Writing, reports: Sequence[UserReport]) -> None:
    """Write reports as they are now; their rows are held."""
    if reports:
        await db.execute(_REPLACE, [_values(report) for report in reports])


async def unfinished_of(
    db: Reading, error: ErrorId, reach: Reach, limit: int
) -> list[UserReportId]:
    """Return the reports of an error that are not finished, oldest first."""
    asked = (
        select(user_reports.c.id)
        .select_from(ROWS)
        .where(reach.condition(user_reports), belongs_to([error]))
        .where(user_reports.c.status.in_([status.value for status in UNFINISHED]))
        .order_by(user_reports.c.created_at, user_reports.c.id)
        .limit(limit)
    )
    rows = await db.execute(asked, reach.values())
    return [UserReportId(row[0]) for row in rows]


async def repeating(db: Reading, id_: UserReportId, reach: Reach, limit: int) -> list[UserReportId]:
    """Return the reports that are duplicates of one."""
    asked = (
        select(user_reports.c.id)
        .where(reach.condition(user_reports), user_reports.c.duplicate_of_id == id_)
        .order_by(user_reports.c.id)
        .limit(limit)
    )
    rows = await db.execute(asked, reach.values())
    return [UserReportId(row[0]) for row in rows]


def _values(report: UserReport) -> dict[str, object]:
    return {
        **{f"new_{name}": getattr(report, name) for name in _CHANGED},
        "its_organization": report.organization_id,
        "its_id": report.id,
        "is_by_hand": report.is_linked_by_hand,
        "new_linked_error_id": report.error_id if report.is_linked_by_hand else None,
    }
