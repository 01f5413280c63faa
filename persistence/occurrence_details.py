"""Details of an error's occurrences: neighbours, the oldest, candidates, tags and frequencies."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.ids import ErrorId, OccurrenceId, OrganizationId
from domain.occurrences import Occurrence
from persistence.database import Reading, raw_of

# Tags are counted over the newest of them.
LOOKED_AT = 2_000
VALUES_OF_A_TAG = 10

# Each member's own index gives its first rows; only those few are sorted together.
_FOUND = """
WITH members AS (
    SELECT e.organization_id, e.first_seen_at, e.last_seen_at, e.id AS member FROM errors e
    WHERE e.organization_id = $1 AND e.id = $2
    UNION ALL
    SELECT e.organization_id, e.first_seen_at, e.last_seen_at, m.id FROM errors e
    JOIN errors m ON m.organization_id = e.organization_id AND m.merged_into_id = e.id
    WHERE e.organization_id = $1 AND e.id = $2 AND m.organization_id = $1
), found AS (
    SELECT own.* FROM members m
    CROSS JOIN LATERAL (
        SELECT o.id, o.occurred_at, o.tags, o.user_ref, o.url, o.trace_id, o.session_id, o.release
        FROM occurrences o
        WHERE o.organization_id = $1 AND o.error_id = m.member
            AND o.occurred_at BETWEEN m.first_seen_at AND m.last_seen_at {condition}
        ORDER BY o.occurred_at {order}, o.id {order} LIMIT {limit}
    ) own
    ORDER BY own.occurred_at {order}, own.id {order} LIMIT {limit}
)
"""
_FIRST = _FOUND + "SELECT id FROM found"  # noqa: S608 constants
_AFTER = "AND (o.occurred_at, o.id) > ($3, $4)"
_BEFORE = "AND (o.occurred_at, o.id) < ($3, $4)"
_OLDEST = _FIRST.format(condition="", order="ASC", limit=1)
_NEWER = _FIRST.format(condition=_AFTER, order="ASC", limit=1)
_OLDER = _FIRST.format(condition=_BEFORE, order="DESC", limit=1)
_NEWEST = _FOUND.format(condition="", order="DESC", limit="$3")
_PRIMARY = """
SELECT coalesce(merged_into_id, id) FROM errors WHERE organization_id = $1 AND id = $2
"""
_TAGS = f"""{_NEWEST}, pairs AS (
    SELECT t.key, t.value, count(*) AS n FROM found, jsonb_each_text(found.tags) t GROUP BY 1, 2
), ordered AS (
    SELECT *, sum(n) OVER (PARTITION BY key) AS total,
        count(*) OVER (PARTITION BY key) AS different,
        row_number() OVER (PARTITION BY key ORDER BY n DESC, value) AS place
    FROM pairs
)
SELECT key, value, n::int, total::int, different::int FROM ordered
WHERE place <= {VALUES_OF_A_TAG} ORDER BY total DESC, key, place
"""  # noqa: S608 constants
_COMPLETE = f"""{_NEWEST}
SELECT id, (user_ref IS NOT NULL)::int * 3 + (url IS NOT NULL)::int * 2
    + (trace_id IS NOT NULL)::int + (session_id IS NOT NULL)::int + (release IS NOT NULL)::int
    AS score
FROM found ORDER BY score DESC, occurred_at DESC, id DESC LIMIT $4
"""  # noqa: S608 constants
_HOURS = """
SELECT date_trunc($3, h.hour AT TIME ZONE $4) AT TIME ZONE $4 AS begins,
    sum(h.occurrence_count)::bigint AS quantity
FROM errors e
JOIN error_hours h ON h.organization_id = e.organization_id AND h.error_id = e.id
WHERE e.organization_id = $1 AND h.organization_id = $1 AND e.id = $2
    AND h.hour >= $5 AND h.hour < $6
GROUP BY 1 ORDER BY 1
"""


class FrequencyUnit(StrEnum):
    """How long a step of frequencies is."""

    HOUR = "hour"
    DAY = "day"


class TagValue(NamedTuple):
    """A value of a tag with the number of occurrences that have it."""

    key: str
    value: str
    quantity: int
    total: int
    different: int


Of = tuple[OrganizationId, ErrorId]
"""An error, and whose it is: the statements find it by its key."""


async def neighbour(db: Reading, one: Occurrence, *, is_newer: bool) -> OccurrenceId | None:
    """Return the occurrence right before or after one, of the same error or family."""
    raw = await raw_of(db)
    primary = await raw.fetchval(_PRIMARY, one.organization_id, one.error_id)
    asked = _NEWER if is_newer else _OLDER
    found = await raw.fetchval(asked, one.organization_id, primary, one.occurred_at, one.id)
    return None if found is None else OccurrenceId(found)


async def oldest(db: Reading, of: Of) -> OccurrenceId | None:
    """Return the oldest occurrence of an error that is kept."""
    found = await (await raw_of(db)).fetchval(_OLDEST, *of)
    return None if found is None else OccurrenceId(found)


async def most_complete(db: Reading, of: Of, among: int, most: int) -> list[OccurrenceId]:
    """Return those of the newest occurrences whose columns say most, best first."""
    rows = await (await raw_of(db)).fetch(_COMPLETE, *of, among, most)
    return [OccurrenceId(row["id"]) for row in rows]


async def tags_of(db: Reading, of: Of) -> list[TagValue]:
    """Return the most frequent values of each tag among the newest occurrences."""
    return [TagValue(*row) for row in await (await raw_of(db)).fetch(_TAGS, *of, LOOKED_AT)]


async def counts_by(
    db: Reading, of: Of, unit: FrequencyUnit, zone: str, since: datetime, until: datetime
) -> dict[datetime, int]:
    """Return how often an error happened in each hour or day of a zone; zeros are left out."""
    rows = await (await raw_of(db)).fetch(_HOURS, *of, unit.value, zone, since, until)
    return {row["begins"]: row["quantity"] for row in rows}
