"""What the mutations of user reports answer."""

from typing import Annotated

import strawberry

from application.report_queue import Decided
from graph.failures import Conflict, Forbidden, IllegalMove, Invalid, NotFound, TooMany
from graph.ids import shown
from graph.user_reports import UserReport
from persistence.projection.declared import USER_REPORT


@strawberry.type
class SkippedReport:
    """A report that was left as it is."""

    id: strawberry.ID = strawberry.field(description="The report.")
    message: str = strawberry.field(description="Why, for a person to read.")


def skipped_of(decided: Decided) -> list[SkippedReport]:
    """Show what was left."""
    return [SkippedReport(id=shown(USER_REPORT, id_), message=why) for id_, why in decided.skipped]


@strawberry.type
class SetReportStatusSuccess:
    """The status is set."""

    report: UserReport = strawberry.field(description="The report as it is now.")


SetReportStatusResult = Annotated[
    SetReportStatusSuccess | NotFound | Invalid | IllegalMove | Forbidden,
    strawberry.union(
        "SetReportStatusResult", description="The report with its new status, or why it has not."
    ),
]


@strawberry.type
class AssignReportSuccess:
    """The report is given to somebody, or to nobody."""

    report: UserReport = strawberry.field(description="The report as it is now.")


AssignReportResult = Annotated[
    AssignReportSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("AssignReportResult", description="The report with who has it, or why not."),
]


@strawberry.type
class SetReportPrioritySuccess:
    """The priority is set."""

    report: UserReport = strawberry.field(description="The report as it is now.")


SetReportPriorityResult = Annotated[
    SetReportPrioritySuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "SetReportPriorityResult", description="The report with its new priority, or why not."
    ),
]


@strawberry.type
class SetReportTypeSuccess:
    """The type is set."""

    report: UserReport = strawberry.field(description="The report as it is now.")


SetReportTypeResult = Annotated[
    SetReportTypeSuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "SetReportTypeResult", description="The report with its new type, or why not."
    ),
]


@strawberry.type
class LinkReportSuccess:
    """The report belongs to the error."""

    report: UserReport = strawberry.field(description="The report as it is now.")


LinkReportResult = Annotated[
    LinkReportSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("LinkReportResult", description="The report with its error, or why not."),
]


@strawberry.type
class UnlinkReportSuccess:
    """The report belongs to no error."""

    report: UserReport = strawberry.field(description="The report as it is now.")


UnlinkReportResult = Annotated[
    UnlinkReportSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("UnlinkReportResult", description="The report without an error, or why not."),
]


@strawberry.type
class MarkReportDuplicateSuccess:
    """The report is a duplicate."""

    report: UserReport = strawberry.field(description="The report as it is now.")


MarkReportDuplicateResult = Annotated[
    MarkReportDuplicateSuccess | NotFound | Invalid | Conflict | IllegalMove | Forbidden,
    strawberry.union("MarkReportDuplicateResult", description="The duplicate, or why it is none."),
]


@strawberry.type
class CommentOnReportSuccess:
    """The note is kept."""

    report: UserReport = strawberry.field(description="The report as it is now.")


CommentOnReportResult = Annotated[
    CommentOnReportSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CommentOnReportResult", description="The report with the note, or why not."),
]


@strawberry.type
class ConvertReportToErrorSuccess:
    """The report is told as an event; its error is there within moments."""

    report: UserReport = strawberry.field(
        description="The report; its `error` is known once the event is digested."
    )
    event_id: str = strawberry.field(description="The id of the event, 32 hex digits.")


ConvertReportToErrorResult = Annotated[
    ConvertReportToErrorSuccess | NotFound | Invalid | Conflict | Forbidden | TooMany,
    strawberry.union(
        "ConvertReportToErrorResult", description="The report and its event, or why not."
    ),
]


@strawberry.type
class SetReportStatusesSuccess:
    """The statuses are set where they could be."""

    changed: int = strawberry.field(description="How many were changed.")
    reports: list[UserReport] = strawberry.field(
        description="Those that stand as was asked now, changed or not."
    )
    skipped: list[SkippedReport] = strawberry.field(description="Those that were left, and why.")


SetReportStatusesResult = Annotated[
    SetReportStatusesSuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "SetReportStatusesResult",
        description="What became of each report, or why nothing was done.",
    ),
]


@strawberry.type
class AssignReportsSuccess:
    """The reports are given where they could be."""

    changed: int = strawberry.field(description="How many were changed.")
    reports: list[UserReport] = strawberry.field(
        description="Those that stand as was asked now, changed or not."
    )
    skipped: list[SkippedReport] = strawberry.field(description="Those that were left, and why.")


AssignReportsResult = Annotated[
    AssignReportsSuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "AssignReportsResult", description="What became of each report, or why nothing was done."
    ),
]


@strawberry.type
class CloseReportsOfErrorSuccess:
    """The reports of the error are finished."""

    closed: int = strawberry.field(description="How many were finished, 500 at most.")
    remaining: int = strawberry.field(description="How many are left: ask again for those.")


CloseReportsOfErrorResult = Annotated[
    CloseReportsOfErrorSuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "CloseReportsOfErrorResult", description="How many reports were finished, or why none."
    ),
]
