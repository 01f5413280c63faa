"""Severity levels: what each rung of the ladder promises (ERR-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import Priority
from domain.levels import Severity
from domain.response_targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityLevel:
    """One rung: its label, how soon somebody must respond, and whether it wakes people."""

    severity: Severity
    label: str
    description: str
    response_target: timedelta | None
    resolve_target: timedelta | None = None
    pages: bool
    default_priority: Priority | None = None

    @property
    def targets(self) -> Targets:
        """What the rung promises."""
        return Targets(self.response_target, self.resolve_target)


DEFAULT_SEVERITY_LEVELS: Mapping[Severity, SeverityLevel] = {
    severity: SeverityLevel(
        severity=severity,
        label=label,
        description=description,
        response_target=timedelta(minutes=minutes),
        pages=pages,
        default_priority=priority,
    )
    for severity, label, description, minutes, pages, priority in (
        (Severity.EMERGENCY, "Emergency", "Escalate at once.", 5, True, Priority.P0),
        (Severity.CRITICAL, "Critical", "System down, data loss.", 15, True, Priority.P1),
        (Severity.HIGH, "High", "Feature broken, blocking.", 60, False, Priority.P2),
        (Severity.MEDIUM, "Medium", "Degraded, a workaround exists.", 240, False, Priority.P3),
        (Severity.LOW, "Low", "Minor, cosmetic.", 1440, False, Priority.P4),
    )
}
