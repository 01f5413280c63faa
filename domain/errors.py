"""Errors: the group that people triage; each of its events is an occurrence.

An error moves between statuses by hand, and by its own occurrences: one that comes back after it
was resolved is *recurring*, one that is ignored stays muted. Every other move is refused here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.failures import Conflict, IllegalMove
from domain.ids import ErrorId, OrganizationId, ResolutionId, ServiceId, TeamId, UserId
from domain.levels import SEVERITY_OF_LEVEL, LogLevel, Severity


class ErrorStatus(StrEnum):
    """Where an error stands in its life."""

    NEW = "new"
    OPEN = "open"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    FIXING = "fixing"
    RESOLVED = "resolved"
    AUTO_RESOLVED = "auto_resolved"
    IGNORED = "ignored"
    RECURRING = "recurring"
    CLOSED = "closed"


class StatusCategory(StrEnum):
    """The three piles of triage: needs a person, is done, or is muted."""

    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"
    MUTED = "muted"


class Verdict(StrEnum):
    """What one more occurrence means for its error."""

    NEW = "new"
    AGAIN = "again"
    REGRESSED = "regressed"
    MUTED = "muted"


class Priority(StrEnum):
    """In what order people mean to work on errors, whatever their severity."""

    P0 = "p0"
    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"


class ResolutionKind(StrEnum):
    """How an error came to be resolved."""

    MANUAL = "manual"
    AUTO = "auto"
    RELEASE = "release"
    API = "api"


CATEGORY: Mapping[ErrorStatus, StatusCategory] = {
    ErrorStatus.NEW: StatusCategory.UNRESOLVED,
    ErrorStatus.OPEN: StatusCategory.UNRESOLVED,
    ErrorStatus.INVESTIGATING: StatusCategory.UNRESOLVED,
    ErrorStatus.IDENTIFIED: StatusCategory.UNRESOLVED,
    ErrorStatus.FIXING: StatusCategory.UNRESOLVED,
    ErrorStatus.RECURRING: StatusCategory.UNRESOLVED,
    ErrorStatus.RESOLVED: StatusCategory.RESOLVED,
    ErrorStatus.AUTO_RESOLVED: StatusCategory.RESOLVED,
    ErrorStatus.CLOSED: StatusCategory.RESOLVED,
    ErrorStatus.IGNORED: StatusCategory.MUTED,
}

_WORKING = frozenset(
    {
        ErrorStatus.OPEN,
        ErrorStatus.INVESTIGATING,
        ErrorStatus.IDENTIFIED,
        ErrorStatus.FIXING,
        ErrorStatus.RESOLVED,
        ErrorStatus.IGNORED,
    }
)

# Recurring, new and auto_resolved are the work of occurrences and recoveries, never of a person.
MOVES: Mapping[ErrorStatus, frozenset[ErrorStatus]] = {
    ErrorStatus.NEW: _WORKING,
    ErrorStatus.OPEN: _WORKING - {ErrorStatus.OPEN},
    ErrorStatus.INVESTIGATING: _WORKING - {ErrorStatus.INVESTIGATING},
    ErrorStatus.IDENTIFIED: _WORKING - {ErrorStatus.IDENTIFIED},
    ErrorStatus.FIXING: _WORKING - {ErrorStatus.FIXING},
    ErrorStatus.RECURRING: _WORKING,
    ErrorStatus.RESOLVED: frozenset({ErrorStatus.CLOSED, ErrorStatus.OPEN}),
    ErrorStatus.AUTO_RESOLVED: frozenset({ErrorStatus.CLOSED, ErrorStatus.OPEN}),
    ErrorStatus.CLOSED: frozenset({ErrorStatus.OPEN}),
    ErrorStatus.IGNORED: frozenset({ErrorStatus.OPEN, ErrorStatus.RESOLVED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """One thing that goes wrong in a service, however often it happens."""

    id: ErrorId
    organization_id: OrganizationId
    service_id: ServiceId
    service_name: str
    number: int
    fingerprint: str
    fingerprint_version: int
    error_type: str
    title: str
    message: str
    culprit: str
    level: LogLevel
    severity: Severity
    status: ErrorStatus
    priority: Priority | None = None
    platform: str
    component: str | None = None
    file_path: str | None = None
    line_number: int | None = None
    column_number: int | None = None
    endpoint_path: str | None = None
    environment: str | None = None
    first_release: str | None = None
    last_release: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    occurrence_count: int = 1
    users_affected_count: int = 0
    sessions_affected_count: int = 0
    correlation_id: UUID | None = None
    calendar_context: Mapping[str, object] | None = None
    assigned_to: UserId | None = None
    resolved_at: datetime | None = None
    resolved_by: UserId | None = None
    resolution_kind: ResolutionKind | None = None
    resolution_id: ResolutionId | None = None
    resolved_in: Mapping[str, object] | None = None
    regression_count: int = 0
    regressed_at: datetime | None = None
    team_id: TeamId | None = None
    assignment_due_at: datetime | None = None
    ignored_until: datetime | None = None
    ignore_condition: Mapping[str, object] | None = None
    first_response_at: datetime | None = None
    response_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    merged_into_id: ErrorId | None = None
    merged_count: int = 0
    created_at: datetime
    updated_at: datetime

    @property
    def status_category(self) -> StatusCategory:
        """The pile of triage that the error lies on."""
        return CATEGORY[self.status]

    @property
    def short_id(self) -> str:
        """The name that people say: the service's, and the number that no other error has."""
        # Only ASCII letters are raised, as PostgreSQL does it in every locale.
        return f"{self.service_name.encode().upper().decode()}-{self.number}"

    def must_stand_alone(self) -> None:
        """Refuse what is done to an error that is merged into another: do it to that one."""
        if self.merged_into_id is not None:
            raise Conflict(f"{self.short_id} is merged into another error.")


def must_move(before: ErrorStatus, to: ErrorStatus) -> None:
    """Refuse a change of status by hand that makes no sense."""
    if to not in MOVES[before]:
        raise IllegalMove("An error", before, to)


def verdict_on(status: ErrorStatus) -> Verdict:
    """Say what one more occurrence means for an error that stands at `status`."""
    category = CATEGORY[status]
    if category is StatusCategory.RESOLVED:
        return Verdict.REGRESSED
    return Verdict.MUTED if category is StatusCategory.MUTED else Verdict.AGAIN


def severity_for(level: LogLevel, type_default: Severity) -> Severity:
    """Return what a new error is worth: by its level, or by its type where that says little.

    "error" is what sources say when they were not asked; then the type of error knows better.
    """
    return type_default if level is LogLevel.ERROR else SEVERITY_OF_LEVEL[level]
