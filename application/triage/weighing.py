"""Decisions on how much errors matter, and what they are (ERR-03, ERR-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from application.triage.changing import Done, Setting, Told
from application.triage.statuses import targets_of
from domain.activities import ActivityKind
from domain.error_types import ErrorType
from domain.errors import Priority
from domain.failures import Invalid, NotFound
from domain.ids import ErrorTypeId
from domain.levels import Severity
from domain.response_targets import Targets
from domain.triage import Standing
from persistence import error_types
from persistence.database import RawConnection, Writing, raw_of


class _Alone:
    """A decision that writes nothing beside the errors, and answers nobody."""

    is_response = False

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Write nothing more."""


@dataclass(slots=True, kw_only=True)
class SeverityDecision(_Alone):
    """Sets how much errors matter; what is promised of them follows."""

    severity: Severity
    name: str = "severity_changed"
    _targets: Mapping[Severity, Targets] = field(default_factory=dict, repr=False)

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read what is promised of each severity."""
        self._targets = await targets_of(await raw_of(db), setting.organization)

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error with its new severity."""
        if error.severity is self.severity:
            return None
        after = error.matters(self.severity, self._targets.get(self.severity, Targets()))
        data = {"before": error.severity.value, "after": self.severity.value}
        return Done(error, after, (Told(ActivityKind.SEVERITY_CHANGED, data),))


@dataclass(slots=True, kw_only=True)
class PriorityDecision(_Alone):
    """Sets when people mean to work on errors; None leaves it open."""

    priority: Priority | None
    name: str = "priority_changed"

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read nothing."""

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error with its new priority."""
        if error.priority is self.priority:
            return None
        data = {
            "before": None if error.priority is None else error.priority.value,
            "after": None if self.priority is None else self.priority.value,
        }
        after = error.but(priority=self.priority)
        return Done(error, after, (Told(ActivityKind.PRIORITY_CHANGED, data),))


@dataclass(slots=True, kw_only=True)
class TypeDecision(_Alone):
    """Says what kind of thing failed, where the program's own word was wrong."""

    type_id: ErrorTypeId
    name: str = "type_changed"
    _type: ErrorType | None = field(default=None, repr=False)

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read the type."""
        found = (await error_types.by_ids(db, [self.type_id])).get(self.type_id)
        if found is None or found.organization_id != setting.organization:
            raise NotFound("No such error type.")
        if not found.is_active:
            raise Invalid(f"The error type {found.code} is no longer used.", field="errorType")
        self._type = found

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error with its new type."""
        if self._type is None or error.error_type_id == self._type.id:
            return None
        after = error.but(error_type_id=self._type.id, error_type=self._type.code)
        data = {"before": error.error_type, "after": self._type.code}
        return Done(error, after, (Told(ActivityKind.TYPE_CHANGED, data),))
