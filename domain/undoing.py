"""Undoing: a decision about an error is taken back, as if it had not been made (FLW-04).

It is no move: nobody sets an error to *new* or *recurring* by hand, but who has just moved one by
mistake gets back all that the move changed. What was there is what the audit log says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.errors import ErrorStatus, Priority, ResolutionKind, StatusCategory
from domain.failures import Conflict
from domain.ids import ResolutionId, UserId
from domain.ignoring import IgnoreCondition
from domain.levels import Severity
from domain.release_order import ResolvedIn
from domain.triage import Standing

WINDOW = timedelta(minutes=15)
UNDOABLE = frozenset(
    {
        "error.status_changed",
        "error.opened",
        "error.resolved",
        "error.closed",
        "error.ignored",
        "error.severity_changed",
        "error.priority_changed",
    }
)

_NOTHING = "You have decided nothing about this error last that could be undone."


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """What was decided about an error last, as the audit log has it, and when it happened last."""

    action: str
    by: UserId | None
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    error_seen_at: datetime


def undone(error: Standing, last: LastDecision | None, *, by: UserId, at: datetime) -> Standing:
    """Return the error as it stood before the last decision, if that was this person's just now."""
    if last is None or last.action not in UNDOABLE or last.by != by:
        raise Conflict(_NOTHING)
    if at - last.at > WINDOW:
        minutes = int(WINDOW.total_seconds()) // 60
        raise Conflict(f"A decision can be undone for {minutes} minutes.")
    if any(getattr(error, name) != value for name, value in _read(last.after).items()):
        raise Conflict("The error has changed since.")
    after = error.but(**_read(last.before))
    was_reopened = error.category is not StatusCategory.RESOLVED is after.category
    if was_reopened and last.error_seen_at > last.at:
        # Had it not been opened, this would have been a regression.
        raise Conflict("The error has happened since.")
    return after


def _read(told: Mapping[str, Any]) -> dict[str, object]:
    return {name: None if value is None else _OF[name](value) for name, value in told.items()}


_OF: Mapping[str, Callable[[Any], object]] = {
    "status": ErrorStatus,
    "severity": Severity,
    "priority": Priority,
    "resolved_at": datetime.fromisoformat,
    "resolved_by": lambda text: UserId(UUID(text)),
    "resolution_kind": ResolutionKind,
    "resolution_id": lambda text: ResolutionId(UUID(text)),
    "resolved_in": ResolvedIn.of_json,
    "ignored_until": datetime.fromisoformat,
    "ignore_condition": IgnoreCondition.of_json,
    "first_response_at": datetime.fromisoformat,
    "response_due_at": datetime.fromisoformat,
    "resolve_due_at": datetime.fromisoformat,
}
