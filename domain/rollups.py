"""Rollups: what happened in an hour or a day of UTC, by what an overview is asked by (STA-03)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.ids import OrganizationId, ServiceId
from domain.levels import LogLevel, Severity


class RollupKey(NamedTuple):
    """What occurrences are counted by; the severity is that of their error when they came."""

    organization_id: OrganizationId
    is_day: bool
    begins_at: datetime
    service_id: ServiceId
    # Empty where none was said.
    environment: str
    error_type: str
    severity: Severity
    level: LogLevel


class CrowdKey(NamedTuple):
    """What is told apart by: who met what, in an hour or day of a service's environment."""

    organization_id: OrganizationId
    is_day: bool
    begins_at: datetime
    service_id: ServiceId
    environment: str


@dataclass(slots=True)
class RolledUp:
    """What a batch adds to a rollup."""

    occurrences: int = 0
    new_errors: int = 0
    regressed_errors: int = 0

    def add(self, other: "RolledUp") -> None:
        """Count what another has, too."""
        self.occurrences += other.occurrences
        self.new_errors += other.new_errors
        self.regressed_errors += other.regressed_errors


class Crowd(NamedTuple):
    """Which errors happened, and which users met any of them, as bits (see `domain.crowds`)."""

    errors: bytes
    users: bytes
