"""Stats: what an overview says of a period, read from rollups and never from occurrences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from domain.crowds import size_told_by
from domain.errors import CATEGORY, ErrorStatus
from domain.ids import ErrorId, OrganizationId, ServiceId
from domain.levels import LogLevel, Severity
from domain.report_queue import UNFINISHED
from persistence.database import Reading, raw_of
from persistence.reach import Reach

# What stands where is counted no further: more than anybody works off.
MOST_COUNTED = 10_000
# The busiest errors are looked for among so many of a period, and at least so many of each hour.
_EPOCH, _DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
_LOOKED_AT, _OF_EACH_HOUR, _COMPARED = 1_500, 3, 100


_Span: TypeAlias = tuple[bool, datetime, datetime, bool]
Spans: TypeAlias = tuple[list[bool], list[datetime], list[datetime], list[bool]]


class Dimension(StrEnum):
    """What occurrences can be told apart by."""

    SEVERITY = "severity"
    LEVEL = "level"
    ERROR_TYPE = "error_type"
    SERVICE = "service"
    ENVIRONMENT = "environment"
    ORGANIZATION = "organization"


COLUMNS: Mapping[Dimension, str] = {
    **{dimension: dimension.value for dimension in Dimension},
    Dimension.SERVICE: "service_id::text",
    Dimension.ORGANIZATION: "organization_id::text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which occurrences of which whole hours; what is None does not matter."""

    reach: Reach
    since: datetime
    until: datetime
    services: tuple[ServiceId, ...] | None = None
    environments: tuple[str, ...] | None = None
    severities: tuple[Severity, ...] | None = None
    levels: tuple[LogLevel, ...] | None = None
    error_types: tuple[str, ...] | None = None

    @property
    def before(self) -> datetime:
        """When the period before began, which is as long."""
        return self.since - (self.until - self.since)

    @property
    def is_by_error(self) -> bool:
        """Whether more than the place is asked for: crowds do not know it."""
        return any(asked is not None for asked in (self.severities, self.levels, self.error_types))

    @property
    def is_narrowed(self) -> bool:
        """Whether not all occurrences of the period are meant."""
        return self.is_by_error or self.services is not None or self.environments is not None

    def spans(self) -> Spans:
        """Return the rows of the period and the one before: whole days, and hours around them."""
        return _columns(
            [*_split(self.before, self.since, False), *_split(self.since, self.until, True)]
        )

    def own_spans(self, *, by_day: bool) -> Spans:
        """Return the rows of the period alone: its hours, or whole days and hours around them."""
        whole = [(False, self.since, self.until, True)]
        return _columns(_split(self.since, self.until, True) if by_day else whole)

    def places(self) -> list[object]:
        """Return the values of the filter's first two names: the place."""
        return [_listed(self.services), _listed(self.environments)]

    def values(self) -> list[object]:
        """Return the values of the filter's five names."""
        asked = self.severities, self.levels, self.error_types
        return [*self.places(), *map(_listed, asked)]


class Figures(NamedTuple):
    """What a period comes to; errors and users are told from crowds, and None where none knows."""

    events: int = 0
    new_errors: int = 0
    regressed_errors: int = 0
    resolved_errors: int = 0
    errors: int | None = None
    users: int | None = None
    sessions: int = 0
    crashed_sessions: int = 0


class Share(NamedTuple):
    """The part of a period's occurrences with one value of a dimension."""

    key: str
    events: int
    new_errors: int
    events_before: int


def places(first: int, of: str = "", environment: str = "environment") -> str:
    """Return the condition on the place, whose two values are the `first` and the next."""
    return f"""(${first}::uuid[] IS NULL OR {of}service_id = ANY (${first}))
    AND (${first + 1}::text[] IS NULL OR {environment} = ANY (${first + 1}))"""


def fits(first: int, of: str = "", environment: str = "environment") -> str:
    """Return the condition of the whole filter, whose five values begin with the `first`."""
    columns = enumerate(("severity", "level", "error_type"), first + 2)
    others = (f"(${n}::text[] IS NULL OR {of}{name} = ANY (${n}))" for n, name in columns)
    return " AND ".join((places(first, of, environment), *others))


_FITS_ERROR = fits(4, "e.", "coalesce(e.environment, '')")
_WITHIN = "organization_id = ANY ($1::uuid[]) AND hour >= $2 AND hour < $3"
# The rows of a period: of whole days where they are, of hours at its ends. Each span is looked up
# by itself (OFFSET holds them apart): joined, all rows there are would be read for each question.
_SPANNED = """unnest($2::bool[], $3::timestamptz[], $4::timestamptz[], $5::bool[])
    AS s (days, since, until, is_in) CROSS JOIN LATERAL (
        SELECT * FROM {table}
        WHERE organization_id = ANY ($1::uuid[]) AND is_day = s.days
            AND begins_at >= s.since AND begins_at < s.until AND {condition}
        OFFSET 0
    ) r"""
ROLLUPS = _SPANNED.format(table="error_rollups", condition=fits(6))
_CROWDS = _SPANNED.format(table="error_crowds", condition=places(6))
_COUNTED = f"""
SELECT s.is_in, sum(occurrence_count)::bigint AS events,
    sum(new_error_count)::bigint AS new_errors, sum(regressed_error_count)::bigint AS regressed
FROM {ROLLUPS} GROUP BY 1
"""  # noqa: S608 constants
_MET = f"""
SELECT s.is_in, bit_count(bit_or(errors)) AS errors, bit_count(bit_or(users)) AS users
FROM {_CROWDS} GROUP BY 1
"""  # noqa: S608 constants
_RESOLVED = f"""
SELECT r.resolved_at >= $9 AS is_in, count(*) AS resolved FROM resolutions r
WHERE r.organization_id = ANY ($1::uuid[]) AND r.resolved_at >= $2 AND r.resolved_at < $3
    AND ($10 OR EXISTS (
        SELECT FROM errors e
        WHERE e.organization_id = r.organization_id AND e.id = r.error_id AND {_FITS_ERROR}
    ))
GROUP BY 1
"""  # noqa: S608 constants
_SESSIONS = f"""
SELECT hour >= $6 AS is_in, sum(quantity)::bigint AS sessions,
    coalesce(sum(quantity) FILTER (WHERE status = 'crashed'), 0)::bigint AS crashed
FROM session_hours WHERE {_WITHIN} AND {places(4)} GROUP BY 1
"""  # noqa: S608 constants
_SHARES = f"""
SELECT {{column}} AS key,
    coalesce(sum(occurrence_count) FILTER (WHERE is_in), 0)::bigint AS events,
    coalesce(sum(new_error_count) FILTER (WHERE is_in), 0)::bigint AS new_errors,
    coalesce(sum(occurrence_count) FILTER (WHERE NOT is_in), 0)::bigint AS before
FROM {ROLLUPS} GROUP BY 1 ORDER BY events DESC, before DESC, key LIMIT $11
"""  # noqa: S608 constants
# Only what is asked for is named, so that one index holds all that is counted.
_STANDING = """
SELECT s.status, (SELECT count(*) FROM (
    SELECT FROM errors e
    WHERE e.organization_id = ANY ($1::uuid[]) AND e.merged_into_id IS NULL
        AND e.status_category = s.category AND e.status = s.status
        AND e.severity = ANY ($4::text[]) {narrowed}
    LIMIT $5
) found) AS quantity
FROM unnest($2::text[], $3::text[]) AS s (status, category)
"""
_NARROWED = {
    "services": "AND e.service_id = ANY ({}::uuid[])",
    "environments": "AND coalesce(e.environment, '') = ANY ({}::text[])",
    "levels": "AND e.level = ANY ({}::text[])",
    "error_types": "AND e.error_type = ANY ({}::text[])",
}
_REPORTS = """
SELECT count(*) FROM (
    SELECT FROM user_reports WHERE organization_id = ANY ($1::uuid[])
        AND status = ANY ($2::text[]) AND ($3::uuid[] IS NULL OR service_id = ANY ($3))
    LIMIT $4
) found
"""
_BUSIEST = f"""
WITH hours AS (
    SELECT hour FROM generate_series($2::timestamptz, $3::timestamptz - interval '1 hour',
        interval '1 hour') AS g (hour)
), picked AS (
    SELECT own.organization_id, own.error_id, sum(own.occurrence_count) AS seen
    FROM unnest($1::uuid[]) AS o (id) CROSS JOIN hours CROSS JOIN LATERAL (
        SELECT organization_id, error_id, occurrence_count FROM error_hours h
        WHERE h.organization_id = o.id AND h.hour = hours.hour
        ORDER BY magnitude DESC, error_id LIMIT $9
    ) own
    GROUP BY 1, 2
), compared AS (
    SELECT p.organization_id, p.error_id FROM picked p
    JOIN errors e ON e.organization_id = p.organization_id AND e.id = p.error_id
    WHERE e.merged_into_id IS NULL AND {_FITS_ERROR}
    ORDER BY p.seen DESC LIMIT $10
)
SELECT c.error_id, sum(h.occurrence_count)::bigint AS quantity FROM compared c
JOIN error_hours h ON h.organization_id = c.organization_id AND h.error_id = c.error_id
WHERE h.hour >= $2 AND h.hour < $3
GROUP BY 1 ORDER BY quantity DESC, c.error_id LIMIT $11
"""  # noqa: S608 constants


async def tenants_of(db: Reading, reach: Reach) -> list[OrganizationId]:
    """Return the organizations of a reach by name: all that there are, where none is named."""
    if reach.organizations is not None:
        return list(reach.organizations)
    rows = await (await raw_of(db)).fetch("SELECT id FROM organizations")
    return [OrganizationId(row["id"]) for row in rows]


async def figures_of(db: Reading, asked: Asked) -> tuple[Figures, Figures]:
    """Return what a period comes to, and what the one before came to."""
    raw = await raw_of(db)
    whole = await tenants_of(db, asked.reach), asked.before, asked.until
    told: dict[bool, Figures] = {True: Figures(), False: Figures()}

    def note(is_in: bool, **figures: int) -> None:
        told[is_in] = told[is_in]._replace(**figures)

    spans = whole[0], *asked.spans()
    for row in await raw.fetch(_COUNTED, *spans, *asked.values()):
        counted = {"events": row["events"], "new_errors": row["new_errors"]}
        note(row["is_in"], **counted, regressed_errors=row["regressed"])
    everything = not asked.is_narrowed
    for row in await raw.fetch(_RESOLVED, *whole, *asked.values(), asked.since, everything):
        note(row["is_in"], resolved_errors=row["resolved"])
    if asked.is_by_error:
        return told[True], told[False]
    for is_in in told:
        note(is_in, errors=0, users=0)
    for row in await raw.fetch(_MET, *spans, *asked.places()):
        errors, users = size_told_by(row["errors"]), size_told_by(row["users"])
        note(row["is_in"], errors=errors, users=users)
    for row in await raw.fetch(_SESSIONS, *whole, *asked.places(), asked.since):
        note(row["is_in"], sessions=row["sessions"], crashed_sessions=row["crashed"])
    return told[True], told[False]


async def shares_of(db: Reading, asked: Asked, of: Dimension, most: int) -> list[Share]:
    """Return the most frequent values of a dimension in a period, with the period before."""
    wanted = _SHARES.format(column=COLUMNS[of])
    spans = await tenants_of(db, asked.reach), *asked.spans()
    rows = await (await raw_of(db)).fetch(wanted, *spans, *asked.values(), most)
    return [Share(row["key"], row["events"], row["new_errors"], row["before"]) for row in rows]


async def standing_of(db: Reading, asked: Asked) -> dict[ErrorStatus, int]:
    """Return how many errors stand at each status now, each counted no further than ten thousand.

    Every severity is named: the index has it between what is asked for.
    """
    asked_for = {name: value for name in _NARROWED if (value := getattr(asked, name)) is not None}
    narrowed = " ".join(
        _NARROWED[name].format(f"${place}") for place, name in enumerate(asked_for, 6)
    )
    rows = await (await raw_of(db)).fetch(
        _STANDING.format(narrowed=narrowed),
        await tenants_of(db, asked.reach),
        [status.value for status in ErrorStatus],
        [CATEGORY[status].value for status in ErrorStatus],
        [severity.value for severity in asked.severities or Severity],
        MOST_COUNTED,
        *map(list, asked_for.values()),
    )
    return {ErrorStatus(row["status"]): row["quantity"] for row in rows}


async def open_reports_of(db: Reading, asked: Asked) -> int:
    """Return how many user reports are not finished, counted no further than ten thousand."""
    tenants = await tenants_of(db, asked.reach)
    statuses = [status.value for status in UNFINISHED]
    services = _listed(asked.services)
    raw = await raw_of(db)
    return int(await raw.fetchval(_REPORTS, tenants, statuses, services, MOST_COUNTED))


async def busiest_of(db: Reading, asked: Asked, most: int) -> list[tuple[ErrorId, int]]:
    """Return the errors that happened most in a period, and how often.

    They are looked for among the busiest of each hour: their counts are exact, and who was never
    among those could not have come to much.
    """
    tenants = await tenants_of(db, asked.reach)
    hours = max(1, (asked.until - asked.since) // timedelta(hours=1))
    of_each = max(_OF_EACH_HOUR, _LOOKED_AT // (hours * max(1, len(tenants))))
    if asked.is_narrowed:
        of_each *= 5
    rows = await (await raw_of(db)).fetch(
        _BUSIEST, tenants, asked.since, asked.until, *asked.values(), of_each, _COMPARED, most
    )
    return [(ErrorId(row["error_id"]), row["quantity"]) for row in rows]


def _listed(chosen: tuple[object, ...] | None) -> list[object] | None:
    return None if chosen is None else list(chosen)


def _columns(spans: Sequence[_Span]) -> Spans:
    days, since, until, is_in = zip(*spans, strict=True)
    return list(days), list(since), list(until), list(is_in)


def _split(
    since: datetime,
    until: datetime,
    is_in: bool,
) -> list[_Span]:
    """Return the whole days of UTC between two hours, and the hours before and after them."""
    first = -(-(since - _EPOCH) // _DAY) * _DAY + _EPOCH
    last = (until - _EPOCH) // _DAY * _DAY + _EPOCH
    if first >= last:
        return [(False, since, until, is_in)]
    return [(False, since, first, is_in), (True, first, last, is_in), (False, last, until, is_in)]
