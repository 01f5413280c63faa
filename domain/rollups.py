"""Rollups: what happened in an hour, by what an overview is asked by (STA-03)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.ids import OrganizationId, ServiceId
from domain.levels import LogLevel, Severity


class RollupKey(NamedTuple):
    """What occurrences are counted by; the severity is that of their error when they came."""

    organization_id: OrganizationId
    hour: datetime
    service_id: ServiceId
    # Empty where none was said.
    environment: str
    error_type: str
    severity: Severity
    level: LogLevel


class CrowdKey(NamedTuple):
    """What is told apart by: who met what, in one hour of a service's environment."""

    organization_id: OrganizationId
    hour: datetime
    service_id: ServiceId
    environment: str


@dataclass(slots=True)
class RolledUp:
    """What a batch adds to a rollup."""

    occurrences: int = 0
    new_errors: int = 0
    regressed_errors: int = 0


class Crowd(NamedTuple):
    """Which errors happened, and which users met any of them, as bits (see `domain.crowds`)."""

    errors: bytes
    users: bytes
