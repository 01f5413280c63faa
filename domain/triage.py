"""Triage: an error as far as people decide about it, and what each decision makes of it.

Thousands may be decided about at once, so this carries nothing of what happened. A decision
returns the error as it is afterwards, or raises the refusal; who writes it down is not asked here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import CATEGORY, ErrorStatus, Priority, ResolutionKind, StatusCategory, must_move
from domain.failures import Conflict, IllegalMove
from domain.ids import (
    ErrorId,
    ErrorTypeId,
    OrganizationId,
    ResolutionId,
    ServiceId,
    TeamId,
    UserId,
)
from domain.ignoring import IgnoreCondition
from domain.levels import LogLevel, Severity
from domain.release_order import ResolvedIn
from domain.response_targets import Targets

# What quiet resolves: nobody is at work on these.
RESOLVED_BY_QUIET = (ErrorStatus.NEW, ErrorStatus.OPEN, ErrorStatus.RECURRING)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an error stands.

    Without slots: what it holds is then one dictionary, and to copy that takes a twentieth of the
    time of `dataclasses.replace`. A decision about ten thousand errors copies each several times.
    """

    id: ErrorId
    organization_id: OrganizationId
    service_id: ServiceId
    status: ErrorStatus
    level: LogLevel
    severity: Severity
    priority: Priority | None = None
    error_type_id: ErrorTypeId
    error_type: str
    environment: str | None = None
    created_at: datetime
    occurrence_count: int = 1
    users_affected_count: int = 0
    assigned_to: UserId | None = None
    team_id: TeamId | None = None
    assignment_due_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: UserId | None = None
    resolution_kind: ResolutionKind | None = None
    resolution_id: ResolutionId | None = None
    resolved_in: ResolvedIn | None = None
    ignored_until: datetime | None = None
    ignore_condition: IgnoreCondition | None = None
    first_response_at: datetime | None = None
    response_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    updated_at: datetime
    merged_into_id: ErrorId | None = None

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Standing":
        """Return how an error stands, of all that is known of it."""
        own = object.__new__(cls)
        own.__dict__.update(values)
        return own

    def but(self, **changed: Any) -> "Standing":
        """Return the same with some of it changed."""
        copy = Standing.of(self.__dict__)
        copy.__dict__.update(changed)
        if len(copy.__dict__) != len(self.__dict__):
            raise TypeError(f"An error has no such thing: {', '.join(changed)}.")
        return copy

    @property
    def category(self) -> StatusCategory:
        """The pile of triage that it lies on."""
        return CATEGORY[self.status]

    def must_stand_alone(self) -> None:
        """Refuse what is done to an error that is merged into another: do it to that one."""
        if self.merged_into_id is not None:
            raise Conflict("This error is merged into another: change that one.")

    def touched(self, at: datetime, *, is_response: bool) -> "Standing":
        """Note when it was changed, and when somebody acted on it: only the first time counts."""
        if is_response and self.first_response_at is None:
            return self.but(updated_at=at, first_response_at=at)
        return self.but(updated_at=at)

    def moved(self, to: ErrorStatus) -> "Standing":
        """Set the status by hand; leaving a pile takes along what belonged to it."""
        must_move(self.status, to)
        after = self if CATEGORY[to] is StatusCategory.RESOLVED else self._unresolved()
        return after.but(status=to, ignored_until=None, ignore_condition=None)

    def closed(self, *, is_test_open: bool) -> "Standing":
        """Put it out of sight; not while a test of its resolution is owed."""
        after = self.moved(ErrorStatus.CLOSED)
        if is_test_open:
            raise IllegalMove(
                "An error with an untested resolution", self.status, ErrorStatus.CLOSED
            )
        return after

    def resolved(
        self,
        id_: ResolutionId,
        *,
        kind: ResolutionKind,
        resolved_in: ResolvedIn | None,
        at: datetime,
        by: UserId | None,
    ) -> "Standing":
        """Say that it is mended."""
        must_move(self.status, ErrorStatus.RESOLVED)
        return self.but(
            status=ErrorStatus.RESOLVED,
            ignored_until=None,
            ignore_condition=None,
            resolved_at=at,
            resolved_by=by,
            resolution_kind=kind,
            resolution_id=id_,
            resolved_in=resolved_in,
        )

    def auto_resolved(self, id_: ResolutionId, *, at: datetime) -> "Standing":
        """Say that it went away by itself."""
        if self.status not in RESOLVED_BY_QUIET:
            raise IllegalMove("An error", self.status, ErrorStatus.AUTO_RESOLVED)
        return self.but(
            status=ErrorStatus.AUTO_RESOLVED,
            resolved_at=at,
            resolution_kind=ResolutionKind.AUTO,
            resolution_id=id_,
        )

    def reopened(self, targets: Targets, *, at: datetime) -> "Standing":
        """Say that it needs work again; what is promised begins anew."""
        if self.category is StatusCategory.UNRESOLVED:
            raise IllegalMove("An error", self.status, ErrorStatus.OPEN)
        was_resolved = self.category is StatusCategory.RESOLVED
        after = self.moved(ErrorStatus.OPEN)
        if not was_resolved:
            return after
        return after.but(resolve_due_at=targets.due(at, self.level)[1])

    def ignored(self, *, until: datetime | None, condition: IgnoreCondition | None) -> "Standing":
        """Say that it may happen; one that is ignored already is now so on other terms."""
        after = self if self.status is ErrorStatus.IGNORED else self.moved(ErrorStatus.IGNORED)
        return after.but(
            status=ErrorStatus.IGNORED, ignored_until=until, ignore_condition=condition
        )

    def matters(self, severity: Severity, targets: Targets) -> "Standing":
        """Set how much it matters; its targets are those of the new severity, from the same day."""
        response, resolve = targets.due(self.created_at, self.level)
        return self.but(severity=severity, response_due_at=response, resolve_due_at=resolve)

    def _unresolved(self) -> "Standing":
        return self.but(
            resolved_at=None,
            resolved_by=None,
            resolution_kind=None,
            resolution_id=None,
            resolved_in=None,
        )


_OWN = (ResolvedIn, IgnoreCondition)
_TOLD = (
    "status",
    "severity",
    "priority",
    "error_type",
    "assigned_to",
    "team_id",
    "assignment_due_at",
    "resolved_at",
    "resolved_by",
    "resolution_kind",
    "resolution_id",
    "resolved_in",
    "ignored_until",
    "ignore_condition",
    "first_response_at",
    "response_due_at",
    "resolve_due_at",
)


def told(before: Standing, after: Standing) -> tuple[dict[str, object], dict[str, object]]:
    """Return the fields in which an error stands differently, for the audit log."""
    was, now = before.__dict__, after.__dict__
    changed = [name for name in _TOLD if was[name] != now[name]]
    return (
        {name: _plain(was[name]) for name in changed},
        {name: _plain(now[name]) for name in changed},
    )


def _plain(value: object) -> object:
    return value.as_json() if isinstance(value, _OWN) else value
