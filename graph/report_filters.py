"""Which user reports a list or a live queue is about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import strawberry
from strawberry import UNSET

from domain.failures import Invalid
from domain.feed import FeedEntry, FeedKind
from domain.user_reports import ReporterType, ReportPriority, ReportStatus, ReportType
from domain.viewers import Viewer
from graph.choices import said_nothing
from graph.context import Context
from graph.ids import error_id, service_id, user_id
from graph.texts import text_of
from persistence.user_reports.criteria import Criteria

LONGEST_LIST = 100
MAX_SEARCH = 200
_MOST_WORDS = 10
REPORT_KINDS = frozenset({FeedKind.REPORT_NEW, FeedKind.REPORT_CHANGED})

Choice = TypeVar("Choice")


@strawberry.input
class UserReportFilter:
    """Which reports: all fields together, any of the values of each.

    Of each field 100 values are taken at most.
    """

    status: list[ReportStatus] | None = strawberry.field(
        default=UNSET, description="Only those that stand at one of these; none fit an empty list."
    )
    report_type: list[ReportType] | None = strawberry.field(
        default=UNSET, description="Only those about one of these."
    )
    priority: list[ReportPriority] | None = strawberry.field(
        default=UNSET, description="Only those that press so much."
    )
    reporter_type: list[ReporterType] | None = strawberry.field(
        default=UNSET, description="Only those of people who say to be one of these."
    )
    service: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Only those about one of these services."
    )
    error: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those that belong to this error."
    )
    assignee: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Only those that one of these users has."
    )
    is_mine: bool | None = strawberry.field(
        default=UNSET, description="True: only those that the viewer has."
    )
    is_assigned: bool | None = strawberry.field(
        default=UNSET, description="Only those that somebody has, or only those that nobody has."
    )
    is_linked: bool | None = strawberry.field(
        default=UNSET, description="Only those that belong to an error, or only the others."
    )
    is_overdue: bool | None = strawberry.field(
        default=UNSET,
        description="Only those that ought to be finished by now, or only the others.",
    )
    search: str | None = strawberry.field(
        default=UNSET,
        description="Only those with all these words in the title, the text or the reporter.",
    )
    received_since: datetime | None = strawberry.field(
        default=UNSET, description="Only those that came at this moment or later."
    )
    received_until: datetime | None = strawberry.field(
        default=UNSET, description="Only those that came before this moment."
    )
    organization: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those of this organization."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)

    def criteria(self, context: Context) -> Criteria:
        """Return the filter as it is read by."""
        assignees = _ids(self.assignee, "assignee", user_id)
        if self.is_mine:
            mine = (context.viewer.user,)
            assignees = mine if assignees is None or mine[0] in assignees else ()
        return Criteria(
            statuses=_choice(self.status, "status"),
            types=_choice(self.report_type, "reportType"),
            priorities=_choice(self.priority, "priority"),
            reporter_types=_choice(self.reporter_type, "reporterType"),
            services=_ids(self.service, "service", service_id),
            error=None if self.error is None else error_id(self.error, field="error"),
            assignees=assignees,
            is_assigned=self.is_assigned,
            is_linked=self.is_linked,
            words=_words(self.search),
            since=self.received_since,
            until=self.received_until,
            is_overdue=None if self.is_overdue is None else (self.is_overdue, context.now),
        )


@strawberry.input
class UserReportQueueFilter:
    """Which changes of the queue: all fields together, any of the values of each.

    A report that fitted before a change and does not after it comes as LEFT, so that a filtered
    list stays true. Of each field 100 values are taken at most.
    """

    status: list[ReportStatus] | None = strawberry.field(
        default=None, description="Only of reports that stand at one of these."
    )
    report_type: list[ReportType] | None = strawberry.field(
        default=None, description="Only of reports about one of these."
    )
    priority: list[ReportPriority] | None = strawberry.field(
        default=None, description="Only of reports that press so much."
    )
    service: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only of reports about one of these services."
    )
    is_mine: bool | None = strawberry.field(
        default=None, description="True: only of reports that the viewer has."
    )
    is_assigned: bool | None = strawberry.field(
        default=None, description="Only of reports that somebody has, or only that nobody has."
    )

    def fits(self, viewer: Viewer) -> Callable[[Mapping[str, object]], bool]:
        """Return what the words of a report must keep."""
        rules: Mapping[str, frozenset[str]] = {
            key: frozenset(str(value) for value in values)
            for key, values in (
                ("status", _choice(self.status, "status")),
                ("report_type", _choice(self.report_type, "reportType")),
                ("priority", _choice(self.priority, "priority")),
                ("service_id", _ids(self.service, "service", service_id)),
                ("assigned_to", (viewer.user,) if self.is_mine else None),
            )
            if values is not None
        }
        is_assigned = self.is_assigned
        return lambda words: (
            all(words.get(key) in allowed for key, allowed in rules.items())
            and (is_assigned is None or (words.get("assigned_to") is not None) == is_assigned)
        )


class ReportSieve:
    """Says of each entry whether it is wanted, and whether the report has left what is shown."""

    def __init__(self, where: UserReportQueueFilter | None, viewer: Viewer) -> None:
        self._fits = (where or UserReportQueueFilter()).fits(viewer)

    def __call__(self, entry: FeedEntry) -> bool:
        """Say whether an entry is wanted."""
        if entry.kind is FeedKind.MANY_CHANGED:
            return True
        return is_of_reports(entry) and (self._fits(entry.payload) or self.has_left(entry))

    def has_left(self, entry: FeedEntry) -> bool:
        """Say whether a report fitted before and does so no more."""
        before = entry.payload.get("before")
        if not isinstance(before, dict) or self._fits(entry.payload):
            return False
        return self._fits({**entry.payload, **before})


def is_of_reports(entry: FeedEntry) -> bool:
    """Say whether an entry is a change of a user report at all."""
    return entry.kind in REPORT_KINDS


def _choice(values: Sequence[Choice] | None, field: str) -> tuple[Choice, ...] | None:
    if values is not None and len(values) > LONGEST_LIST:
        raise Invalid(f"At most {LONGEST_LIST} values are taken.", field=field)
    return None if values is None else tuple(values)


def _ids(
    values: Sequence[strawberry.ID] | None, field: str, read: Callable[..., Choice]
) -> tuple[Choice, ...] | None:
    chosen = _choice(values, field)
    return None if chosen is None else tuple(read(id_, field=field) for id_ in chosen)


def _words(search: str | None) -> tuple[str, ...]:
    words = text_of(search or "", field="search", maximum=MAX_SEARCH).split()
    if len(words) > _MOST_WORDS:
        raise Invalid(f"At most {_MOST_WORDS} words are taken.", field="search")
    return tuple(words)
