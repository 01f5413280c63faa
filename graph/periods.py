"""Periods: the whole hours that figures of errors are asked over, and the steps of a chart."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import strawberry
from strawberry import UNSET

from domain.failures import Invalid
from domain.levels import LogLevel, Severity
from graph.choices import chosen, said_nothing, texts
from graph.context import Info
from graph.ids import organization_id, service_id
from graph.windows import hour_of
from persistence.errors.stats import Asked
from persistence.occurrence_details import FrequencyUnit
from persistence.reach import reach_of

HOUR = timedelta(hours=1)
DEFAULT_HOURS = 24
MAX_HOURS = 24 * 90


@strawberry.input
class StatsPeriod:
    """So many whole hours, the last of which is the running one unless an end is said."""

    hours: int = strawberry.field(
        default=DEFAULT_HOURS, description="How many, 1 to 2,160, which are 90 days."
    )
    until: datetime | None = strawberry.field(
        default=UNSET, description="The hour of this moment is the last; the running one else."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


@strawberry.input
class ErrorStatsFilter:
    """Which occurrences are counted: all fields together, any of the values of each.

    Of each field 100 values are taken at most.
    """

    organization: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those of this organization."
    )
    service: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Only those of one of these services."
    )
    environment: list[str] | None = strawberry.field(
        default=UNSET,
        description="Only those of one of these environments; an empty text is none said.",
    )
    severity: list[Severity] | None = strawberry.field(
        default=UNSET, description="Only those whose error mattered so much when they came."
    )
    level: list[LogLevel] | None = strawberry.field(
        default=UNSET, description="Only those that were reported so loudly."
    )
    error_type: list[str] | None = strawberry.field(
        default=UNSET, description="Only those of errors of one of these types, by code."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


def asked_of(info: Info, where: ErrorStatsFilter | None, period: StatsPeriod | None) -> Asked:
    """Return what is asked for, or refuse a period without bounds."""
    where, period = where or ErrorStatsFilter(), period or StatsPeriod()
    if not 1 <= period.hours <= MAX_HOURS:
        raise Invalid(f"A period is 1 to {MAX_HOURS} hours.", field="hours")
    last = period.until or info.context.now
    if last.tzinfo is None:
        raise Invalid("Say the offset of a moment, such as Z.", field="until")
    until = hour_of(last.astimezone(ZoneInfo("UTC"))) + HOUR
    organization = where.organization
    only = None if organization is None else organization_id(organization, field="organization")
    services = None
    if where.service is not None:
        services = [service_id(id_, field="service") for id_ in where.service]
    return Asked(
        reach=reach_of(info.context.scope, only),
        since=until - period.hours * HOUR,
        until=until,
        services=chosen(services, "service"),
        environments=texts(where.environment, "environment"),
        severities=chosen(where.severity, "severity"),
        levels=chosen(where.level, "level"),
        error_types=texts(where.error_type, "errorType"),
    )


def zone_named(name: str | None) -> ZoneInfo:
    """Return the time zone of a name, or refuse one that is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):
        raise Invalid("There is no such time zone.", field="timeZone") from None


def steps_of(
    since: datetime, until: datetime, bucket: FrequencyUnit, zone: ZoneInfo
) -> list[datetime]:
    """Return when each step begins, the first with or before the period."""
    if bucket is FrequencyUnit.HOUR:
        return [since + n * HOUR for n in range((until - since) // HOUR)]
    day = since.astimezone(zone).replace(hour=0)
    days = []
    while day < until:
        days.append(day)
        # On the clock of the zone: a day may have 23 or 25 hours.
        day += timedelta(days=1)
    return days
