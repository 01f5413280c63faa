"""Criteria: which user reports are looked for, as conditions on their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, Interval, and_, case, func, literal, not_, or_

from domain.ids import ErrorId, ServiceId, UserId
from domain.report_queue import TARGETS, UNFINISHED
from domain.user_reports import ReporterType, ReportPriority, ReportStatus, ReportType
from persistence.occurrences import occurrences
from persistence.user_reports.tables import user_reports

_ROWS = user_reports.c
# What a person said about it counts more than its event.
ERROR = case(
    (_ROWS.is_linked_by_hand, _ROWS.linked_error_id),
    else_=func.coalesce(_ROWS.linked_error_id, occurrences.c.error_id),
)
_SEARCHED = (_ROWS.title, _ROWS.description, _ROWS.reporter_name, _ROWS.reporter_email)
_PLAIN = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which reports: what is None does not matter, and an empty choice fits none.

    Each of the `words` must stand in the title, the text or the reporter's name or address.
    `overdue` is the moment at which they are, or are not.
    """

    statuses: tuple[ReportStatus, ...] | None = None
    types: tuple[ReportType, ...] | None = None
    priorities: tuple[ReportPriority, ...] | None = None
    reporter_types: tuple[ReporterType, ...] | None = None
    services: tuple[ServiceId, ...] | None = None
    error: ErrorId | None = None
    # What is merged into the error: its reports are the primary's too.
    merged: tuple[ErrorId, ...] = ()
    assignees: tuple[UserId, ...] | None = None
    is_assigned: bool | None = None
    is_linked: bool | None = None
    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    is_overdue: tuple[bool, datetime] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that were asked for."""
        found: list[ColumnElement[bool]] = []
        for column, chosen in (
            (_ROWS.status, self.statuses),
            (_ROWS.report_type, self.types),
            (_ROWS.priority, self.priorities),
            (_ROWS.reporter_type, self.reporter_types),
            (_ROWS.service_id, self.services),
            (_ROWS.assigned_to, self.assignees),
        ):
            if chosen is not None:
                found.append(column.in_(chosen))
        if self.error is not None:
            found.append(belongs_to([self.error, *self.merged]))
        if self.is_assigned is not None:
            found.append(_is(_ROWS.assigned_to.is_not(None), self.is_assigned))
        if self.is_linked is not None:
            found.append(_is(ERROR.is_not(None), self.is_linked))
        found += [_says(word) for word in self.words]
        if self.since is not None:
            found.append(_ROWS.created_at >= self.since)
        if self.until is not None:
            found.append(_ROWS.created_at < self.until)
        if self.is_overdue is not None:
            wanted, now = self.is_overdue
            found.append(_is(is_overdue(now), wanted))
        return found


def belongs_to(errors: Sequence[ErrorId]) -> ColumnElement[bool]:
    """Return the condition that reports belong to one of these errors."""
    # Only those that wait are looked up: there is an index on each half.
    waits = and_(
        _ROWS.linked_error_id.is_(None),
        _ROWS.associated_event_id.is_not(None),
        not_(_ROWS.is_linked_by_hand),
        occurrences.c.error_id.in_(errors),
    )
    return or_(_ROWS.linked_error_id.in_(errors), waits)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Return the condition that reports ought to be finished and are not."""
    allowed = case(
        *(
            (_ROWS.priority == priority.value, literal(time, Interval))
            for priority, time in TARGETS.items()
        ),
        else_=literal(timedelta(0), Interval),
    )
    due = func.coalesce(_ROWS.due_at, _ROWS.created_at + allowed)
    moment = literal(now, DateTime(timezone=True))
    return and_(_ROWS.status.in_([status.value for status in UNFINISHED]), due < moment)


def _is(condition: ColumnElement[bool], wanted: bool) -> ColumnElement[bool]:
    return condition if wanted else not_(condition)


def _says(word: str) -> ColumnElement[bool]:
    pattern = f"%{word.translate(_PLAIN)}%"
    return or_(*(column.ilike(pattern, escape="\\") for column in _SEARCHED))
