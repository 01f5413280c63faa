"""What can be done to user reports by those who work on them (RPT-04)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from domain.ids import UserReportId
from domain.user_reports import ReportPriority, ReportStatus, ReportType
from graph.context import Info
from graph.ids import error_id, user_id, user_report_id
from graph.report_results import (
    AssignReportResult,
    AssignReportsResult,
    AssignReportsSuccess,
    AssignReportSuccess,
    CloseReportsOfErrorResult,
    CloseReportsOfErrorSuccess,
    CommentOnReportResult,
    CommentOnReportSuccess,
    ConvertReportToErrorResult,
    ConvertReportToErrorSuccess,
    LinkReportResult,
    LinkReportSuccess,
    MarkReportDuplicateResult,
    MarkReportDuplicateSuccess,
    SetReportPriorityResult,
    SetReportPrioritySuccess,
    SetReportStatusesResult,
    SetReportStatusesSuccess,
    SetReportStatusResult,
    SetReportStatusSuccess,
    SetReportTypeResult,
    SetReportTypeSuccess,
    UnlinkReportResult,
    UnlinkReportSuccess,
    skipped_of,
)
from graph.texts import text_of
from graph.user_reports import UserReport

MAX_NOTES = 10_000

Id = Annotated[strawberry.ID, strawberry.argument(description="The report.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="The reports, 100 at most.")]
To = Annotated[ReportStatus, strawberry.argument(description="The status to move to.")]
Notes = Annotated[
    str | None,
    strawberry.argument(description="What came of it, for those who work on it."),
]
Assignee = Annotated[
    strawberry.ID | None, strawberry.argument(description="Who has it now; null for nobody.")
]
DueAt = Annotated[
    datetime | None,
    strawberry.argument(description="Until when it ought to be finished; as before if null."),
]


@strawberry.type
class UserReportMutations:
    """What can be done to user reports."""

    @strawberry.mutation
    async def set_report_status(
        self, info: Info, id: Id, status: To, notes: Notes = None
    ) -> SetReportStatusResult:
        """Move a report to a status; OPEN takes up again what was finished."""
        decided = await info.context.house.report_queue.set_status(
            [user_report_id(id)], status, notes=_text(notes, "notes"), by=info.context.viewer
        )
        return SetReportStatusSuccess(report=UserReport.of(decided.reports[0]))

    @strawberry.mutation
    async def set_report_statuses(
        self, info: Info, ids: Ids, status: To, notes: Notes = None
    ) -> SetReportStatusesResult:
        """Move several reports to a status; those for which there is no such step are left."""
        decided = await info.context.house.report_queue.set_status(
            _ids(ids),
            status,
            notes=_text(notes, "notes"),
            by=info.context.viewer,
            is_single=False,
        )
        return SetReportStatusesSuccess(
            changed=decided.changed,
            reports=[UserReport.of(report) for report in decided.reports],
            skipped=skipped_of(decided),
        )

    @strawberry.mutation
    async def assign_report(
        self, info: Info, id: Id, assignee: Assignee = None, due_at: DueAt = None
    ) -> AssignReportResult:
        """Give a report to a member of its organization, or to nobody."""
        decided = await info.context.house.report_queue.assign(
            [user_report_id(id)],
            None if assignee is None else user_id(assignee, field="assignee"),
            due_at=due_at,
            by=info.context.viewer,
        )
        return AssignReportSuccess(report=UserReport.of(decided.reports[0]))

    @strawberry.mutation
    async def assign_reports(
        self, info: Info, ids: Ids, assignee: Assignee = None, due_at: DueAt = None
    ) -> AssignReportsResult:
        """Give several reports to a member of their organization, or to nobody."""
        decided = await info.context.house.report_queue.assign(
            _ids(ids),
            None if assignee is None else user_id(assignee, field="assignee"),
            due_at=due_at,
            by=info.context.viewer,
            is_single=False,
        )
        return AssignReportsSuccess(
            changed=decided.changed,
            reports=[UserReport.of(report) for report in decided.reports],
            skipped=skipped_of(decided),
        )

    @strawberry.mutation
    async def set_report_priority(
        self,
        info: Info,
        id: Id,
        priority: Annotated[
            ReportPriority, strawberry.argument(description="How much it presses.")
        ],
    ) -> SetReportPriorityResult:
        """Set how much a report presses, and with it until when it ought to be finished."""
        queue = info.context.house.report_queue
        after = await queue.set_priority(user_report_id(id), priority, by=info.context.viewer)
        return SetReportPrioritySuccess(report=UserReport.of(after))

    @strawberry.mutation
    async def set_report_type(
        self,
        info: Info,
        id: Id,
        report_type: Annotated[ReportType, strawberry.argument(description="What it is about.")],
    ) -> SetReportTypeResult:
        """Set what a report is about."""
        queue = info.context.house.report_queue
        after = await queue.set_type(user_report_id(id), report_type, by=info.context.viewer)
        return SetReportTypeSuccess(report=UserReport.of(after))

    @strawberry.mutation
    async def link_report(
        self,
        info: Info,
        id: Id,
        error: Annotated[strawberry.ID, strawberry.argument(description="The error.")],
    ) -> LinkReportResult:
        """Say which error a report belongs to, whatever event it names."""
        queue = info.context.house.report_queue
        after = await queue.link(
            user_report_id(id), error_id(error, field="error"), by=info.context.viewer
        )
        return LinkReportSuccess(report=UserReport.of(after))

    @strawberry.mutation
    async def unlink_report(self, info: Info, id: Id) -> UnlinkReportResult:
        """Say that a report belongs to no error, whatever event it names."""
        queue = info.context.house.report_queue
        after = await queue.unlink(user_report_id(id), by=info.context.viewer)
        return UnlinkReportSuccess(report=UserReport.of(after))

    @strawberry.mutation
    async def mark_report_duplicate(
        self,
        info: Info,
        id: Id,
        of: Annotated[
            strawberry.ID, strawberry.argument(description="The report that was there first.")
        ],
        notes: Notes = None,
    ) -> MarkReportDuplicateResult:
        """Say that another report says the same; reports that repeat this one then repeat that."""
        after = await info.context.house.report_queue.mark_duplicate(
            user_report_id(id),
            user_report_id(of, field="of"),
            notes=_text(notes, "notes"),
            by=info.context.viewer,
        )
        return MarkReportDuplicateSuccess(report=UserReport.of(after))

    @strawberry.mutation
    async def convert_report_to_error(self, info: Info, id: Id) -> ConvertReportToErrorResult:
        """Make an error of a report that has none: an event that says what the report says."""
        queue = info.context.house.report_queue
        after, event = await queue.convert(user_report_id(id), by=info.context.viewer)
        return ConvertReportToErrorSuccess(report=UserReport.of(after), event_id=event.hex)

    @strawberry.mutation
    async def comment_on_report(
        self,
        info: Info,
        id: Id,
        body: Annotated[
            str, strawberry.argument(description="What to note, 1 to 10,000 characters.")
        ],
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(description="A text of your own: under one key it is noted once."),
        ] = None,
    ) -> CommentOnReportResult:
        """Note something on a report's timeline; the reporter never sees it."""
        after = await info.context.house.report_queue.comment(
            user_report_id(id),
            text_of(body, field="body", maximum=MAX_NOTES),
            key=idempotency_key,
            by=info.context.viewer,
        )
        return CommentOnReportSuccess(report=UserReport.of(after))

    @strawberry.mutation
    async def close_reports_of_error(
        self,
        info: Info,
        error: Annotated[strawberry.ID, strawberry.argument(description="The error.")],
        status: Annotated[
            ReportStatus, strawberry.argument(description="RESOLVED or CLOSED.")
        ] = ReportStatus.RESOLVED,
        notes: Notes = None,
    ) -> CloseReportsOfErrorResult:
        """Finish the reports of an error, such as one that was just resolved."""
        decided, remaining = await info.context.house.report_queue.close_of(
            error_id(error, field="error"),
            status,
            notes=_text(notes, "notes"),
            by=info.context.viewer,
        )
        return CloseReportsOfErrorSuccess(closed=decided.changed, remaining=remaining)


def _ids(ids: Sequence[strawberry.ID]) -> list[UserReportId]:
    return [user_report_id(id_, field="ids") for id_ in ids]


def _text(text: str | None, field: str) -> str | None:
    return None if text is None else text_of(text, field=field, maximum=MAX_NOTES)
