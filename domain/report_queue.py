"""The queue of user reports: the moves of a report's life, and what its timeline tells (RPT-04).

A move returns the report as it is afterwards with the entry for its timeline; None when it is so
already. Every move that is not here is refused here, never in SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.failures import Conflict, IllegalMove, Invalid
from domain.ids import ErrorId, OrganizationId, ReportActivityId, UserId, UserReportId
from domain.user_reports import ReportPriority, ReportStatus, ReportType, UserReport

MAX_AT_ONCE = 100
MAX_NOTES = 10_000

# What is not finished: it waits for us or for the reporter.
UNFINISHED = (ReportStatus.OPEN, ReportStatus.IN_PROGRESS, ReportStatus.PENDING_INFO)
_FINISHED = frozenset(ReportStatus) - frozenset(UNFINISHED)

MOVES: Mapping[ReportStatus, frozenset[ReportStatus]] = {
    **{status: frozenset(ReportStatus) - {status} for status in UNFINISHED},
    ReportStatus.RESOLVED: frozenset({ReportStatus.OPEN, ReportStatus.CLOSED}),
    ReportStatus.CLOSED: frozenset({ReportStatus.OPEN}),
    ReportStatus.DUPLICATE: frozenset({ReportStatus.OPEN}),
}

# How long a report may wait to be finished where nobody gave it a day of its own.
TARGETS: Mapping[ReportPriority, timedelta] = {
    ReportPriority.CRITICAL: timedelta(days=1),
    ReportPriority.HIGH: timedelta(days=3),
    ReportPriority.MEDIUM: timedelta(days=7),
    ReportPriority.LOW: timedelta(days=30),
}


class ReportActivityKind(StrEnum):
    """What an entry of a report's timeline tells."""

    CREATED = "created"
    STATUS_CHANGED = "status_changed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    PRIORITY_CHANGED = "priority_changed"
    TYPE_CHANGED = "type_changed"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MARKED_DUPLICATE = "marked_duplicate"
    CONVERTED = "converted"
    COMMENTED = "commented"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportActivity:
    """One entry of a report's timeline: an internal one, which the reporter never sees."""

    id: ReportActivityId
    organization_id: OrganizationId
    user_report_id: UserReportId
    kind: ReportActivityKind
    actor_id: UserId | None
    body: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of a report, and what its timeline tells of it."""

    after: UserReport
    kind: ReportActivityKind
    data: Mapping[str, object] = field(default_factory=dict)
    body: str | None = None


def due_of(report: UserReport) -> datetime:
    """Return until when a report ought to be finished."""
    return report.due_at or report.created_at + TARGETS[report.priority]


def is_overdue(report: UserReport, at: datetime) -> bool:
    """Say whether a report ought to be finished and is not."""
    return report.status in UNFINISHED and due_of(report) < at


def moved(report: UserReport, to: ReportStatus, *, notes: str | None, at: datetime) -> Move | None:
    """Set the status by hand; what is said with it is kept when it finishes the report."""
    if to is ReportStatus.DUPLICATE:
        raise Invalid("Say of which report it is a duplicate: markReportDuplicate.", field="status")
    if report.status is to:
        return None
    _must_move(report, to)
    is_reopened = report.status in _FINISHED and to is ReportStatus.OPEN
    after = _ended(replace(report, status=to), notes, at)
    if is_reopened:
        after = replace(after, duplicate_of_id=None)
    kind = ReportActivityKind.REOPENED if is_reopened else ReportActivityKind.STATUS_CHANGED
    return Move(after, kind, _change(report.status, to), checked_notes(notes))


def assigned(report: UserReport, to: UserId | None, *, due_at: datetime | None) -> Move | None:
    """Give a report to a person, or to nobody; with a day if it has to be done by then."""
    due = due_at or report.due_at
    if report.assigned_to == to and report.due_at == due:
        return None
    data = {"before": _said(report.assigned_to), "to": _said(to)}
    if due_at is not None:
        data["due_at"] = due_at.isoformat()
    kind = ReportActivityKind.UNASSIGNED if to is None else ReportActivityKind.ASSIGNED
    return Move(replace(report, assigned_to=to, due_at=due), kind, data)


def presses(report: UserReport, priority: ReportPriority) -> Move | None:
    """Set how much a report presses."""
    if report.priority is priority:
        return None
    data = _change(report.priority, priority)
    return Move(replace(report, priority=priority), ReportActivityKind.PRIORITY_CHANGED, data)


def is_about(report: UserReport, type_: ReportType) -> Move | None:
    """Set what a report is about."""
    if report.report_type is type_:
        return None
    data = _change(report.report_type, type_)
    return Move(replace(report, report_type=type_), ReportActivityKind.TYPE_CHANGED, data)


def linked(report: UserReport, error: ErrorId) -> Move | None:
    """Say which error a report belongs to, whatever its event says."""
    if report.error_id == error and report.is_linked_by_hand:
        return None
    data = {"before": _said(report.error_id), "to": str(error)}
    after = replace(report, error_id=error, is_linked_by_hand=True)
    return Move(after, ReportActivityKind.LINKED, data)


def unlinked(report: UserReport) -> Move | None:
    """Say that a report belongs to no error, whatever its event says."""
    if report.error_id is None:
        return None
    after = replace(report, error_id=None, is_linked_by_hand=True)
    return Move(after, ReportActivityKind.UNLINKED, {"before": str(report.error_id)})


def duplicate(
    report: UserReport, of: UserReport, *, notes: str | None, at: datetime
) -> Move | None:
    """Say that another report says the same and was there first."""
    if report.id == of.id:
        raise Invalid("A report is no duplicate of itself.", field="of")
    if report.organization_id != of.organization_id:
        raise Invalid("The other report belongs to another organization.", field="of")
    if of.status is ReportStatus.DUPLICATE:
        raise Conflict("The other report is a duplicate itself: name the one that it repeats.")
    if report.status is ReportStatus.DUPLICATE and report.duplicate_of_id == of.id:
        return None
    _must_move(report, ReportStatus.DUPLICATE)
    repeats = replace(report, status=ReportStatus.DUPLICATE, duplicate_of_id=of.id)
    after = _ended(repeats, notes, at)
    data = {"of": str(of.id)}
    return Move(after, ReportActivityKind.MARKED_DUPLICATE, data, checked_notes(notes))


def commented(report: UserReport, body: str) -> Move:
    """Note something about a report for those who work on it."""
    if not body.strip():
        raise Invalid("A note says something.", field="body")
    if len(body) > MAX_NOTES:
        raise Invalid(f"At most {MAX_NOTES} characters are taken.", field="body")
    return Move(report, ReportActivityKind.COMMENTED, {}, body)


def checked_notes(notes: str | None) -> str | None:
    """Return notes as they are kept, or refuse them."""
    if notes is not None and len(notes) > MAX_NOTES:
        raise Invalid(f"At most {MAX_NOTES} characters are taken.", field="notes")
    return notes or None


def _must_move(report: UserReport, to: ReportStatus) -> None:
    if to not in MOVES[report.status]:
        raise IllegalMove("A report", report.status, to)


def _ended(report: UserReport, notes: str | None, at: datetime) -> UserReport:
    """Note when a report was finished and what came of it, or that it is not finished."""
    if report.status not in _FINISHED:
        return replace(report, resolved_at=None, resolution_notes=None)
    said = checked_notes(notes) or report.resolution_notes
    return replace(report, resolved_at=report.resolved_at or at, resolution_notes=said)


def _change(before: StrEnum, to: StrEnum) -> dict[str, object]:
    return {"before": before.value, "to": to.value}


def _said(id_: object) -> str | None:
    return None if id_ is None else str(id_)
