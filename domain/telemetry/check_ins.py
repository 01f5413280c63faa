"""Check-ins: what a scheduled job says when it begins and ends, and what it wants to be held to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.failures import Invalid
from domain.ids import MonitorId, OrganizationId, ServiceId, uuid_in
from domain.telemetry.kinds import CheckInStatus, ScheduleKind
from domain.telemetry.reading import (
    MAX_DURATION_MS,
    NAME,
    document_of,
    mapping_of,
    moment_of,
    number_of,
    text_of,
    whole_of,
)

MAX_MINUTES = 40_320  # four weeks
MAX_THRESHOLD = 720
MAX_TIMEZONE = 64
INTERVAL_UNITS = frozenset({"year", "month", "week", "day", "hour", "minute"})

_NO_ID = UUID(int=0)
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9_-]+")
_CRONTAB = re.compile(r"@[a-z]+|\S+( \S+){4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a job should run: a crontab line, or every so many of a unit."""

    kind: ScheduleKind
    value: str
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorConfig:
    """What a job wants to be held to; what is None keeps its default."""

    schedule: Schedule
    timezone: str | None = None
    checkin_margin_minutes: int | None = None
    max_runtime_minutes: int | None = None
    failure_issue_threshold: int | None = None
    recovery_threshold: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One report of a job; one that names no run ends the latest that is under way."""

    slug: str
    check_in_id: UUID | None
    status: CheckInStatus
    environment: str | None
    duration_ms: float | None
    at: datetime
    config: MonitorConfig | None
    ends_latest: bool = False

    @property
    def is_final(self) -> bool:
        """Whether the run is over."""
        return self.status is not CheckInStatus.IN_PROGRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """A scheduled job that says when it runs."""

    id: MonitorId
    organization_id: OrganizationId
    service_id: ServiceId
    slug: str
    name: str
    config: MonitorConfig | None
    is_active: bool
    last_check_in_at: datetime | None
    last_status: CheckInStatus | None
    created_at: datetime


def read_check_in(
    payload: bytes,
    *,
    received_at: datetime,
    sent_at: datetime | None,
    ends_latest: bool = False,
) -> CheckIn:
    """Return a check-in, or raise Invalid when it does not say of what or how it went.

    `ends_latest` is said by a door that made up an id for a sender who named none.
    """
    body = document_of(payload)
    slug = slug_of(body.get("monitor_slug"))
    if slug is None:
        raise Invalid("A check-in must name its monitor.", field="monitor_slug")
    try:
        status = CheckInStatus(text_of(body.get("status")) or "")
    except ValueError:
        raise Invalid("The status is none of a check-in.", field="status") from None
    named = uuid_in(body.get("check_in_id"))
    check_in_id = None if named == _NO_ID else named
    is_final = status is not CheckInStatus.IN_PROGRESS
    seconds = number_of(body.get("duration"))
    duration = None if seconds is None else round(seconds * 1000, 3)
    return CheckIn(
        slug=slug,
        check_in_id=check_in_id,
        status=status,
        environment=text_of(body.get("environment")),
        duration_ms=duration if duration is not None and 0 <= duration <= MAX_DURATION_MS else None,
        at=moment_of(body.get("timestamp"), received_at, sent_at),
        config=_config_of(mapping_of(body.get("monitor_config"))),
        ends_latest=is_final and (ends_latest or check_in_id is None),
    )


def slug_of(said: Any) -> str | None:
    """Return the name of a monitor as it is stored: lower case, and nothing that must be quoted."""
    text = text_of(said, 4 * NAME)
    slug = _NOT_IN_SLUGS.sub("-", (text or "").lower()).strip("-")[:NAME]
    return slug or None


def _config_of(said: Mapping[str, Any]) -> MonitorConfig | None:
    schedule = _schedule_of(mapping_of(said.get("schedule")))
    if schedule is None:
        return None
    return MonitorConfig(
        schedule=schedule,
        timezone=text_of(said.get("timezone"), MAX_TIMEZONE),
        checkin_margin_minutes=whole_of(said.get("checkin_margin"), most=MAX_MINUTES),
        max_runtime_minutes=whole_of(said.get("max_runtime"), least=1, most=MAX_MINUTES),
        failure_issue_threshold=whole_of(
            said.get("failure_issue_threshold"), least=1, most=MAX_THRESHOLD
        ),
        recovery_threshold=whole_of(said.get("recovery_threshold"), least=1, most=MAX_THRESHOLD),
    )


def _schedule_of(said: Mapping[str, Any]) -> Schedule | None:
    """Return a schedule that can be kept; one that makes no sense changes nothing."""
    if said.get("type") == ScheduleKind.CRONTAB.value:
        line = " ".join((text_of(said.get("value"), NAME) or "").split())
        return Schedule(kind=ScheduleKind.CRONTAB, value=line) if _CRONTAB.fullmatch(line) else None
    if said.get("type") == ScheduleKind.INTERVAL.value:
        value, unit = whole_of(said.get("value"), least=1, most=MAX_MINUTES), said.get("unit")
        if value is not None and unit in INTERVAL_UNITS:
            return Schedule(kind=ScheduleKind.INTERVAL, value=str(value), unit=unit)
    return None
