"""Severity levels: what each rung of the ladder promises (ERR-04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.levels import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityLevel:
    """One rung: its label, how soon somebody must respond, and whether it wakes people."""

    severity: Severity
    label: str
    description: str
    response_target: timedelta
    pages: bool


DEFAULT_SEVERITY_LEVELS: Mapping[Severity, SeverityLevel] = {
    severity: SeverityLevel(
        severity=severity,
        label=label,
        description=description,
        response_target=timedelta(minutes=minutes),
        pages=pages,
    )
    for severity, label, description, minutes, pages in (
        (Severity.EMERGENCY, "Emergency", "Escalate at once.", 5, True),
        (Severity.CRITICAL, "Critical", "System down, data loss.", 15, True),
        (Severity.HIGH, "High", "Feature broken, blocking.", 60, False),
        (Severity.MEDIUM, "Medium", "Degraded, a workaround exists.", 240, False),
        (Severity.LOW, "Low", "Minor, cosmetic.", 1440, False),
    )
}
