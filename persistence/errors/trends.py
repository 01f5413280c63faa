"""Trends: how often errors happened over time, told apart by one thing, with what was released."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.ids import ServiceId
from persistence.database import Reading, raw_of
from persistence.errors.stats import COLUMNS, ROLLUPS, Asked, Dimension, tenants_of

MOST_RELEASES = 50
_DAY_SECONDS = 86_400


class Trend(NamedTuple):
    """One line of a chart; the key is None for everything that has no line of its own."""

    key: str | None
    events: Sequence[int]
    new_errors: Sequence[int]


class Released(NamedTuple):
    """That a service met a release for the first time."""

    service_id: ServiceId
    release: str
    at: datetime


# Each hour, or day, falls into the last step that began before or with it.
_TREND = f"""
WITH fitting AS (
    SELECT width_bucket(begins_at, $11::timestamptz[]) AS step, {{column}} AS key,
        sum(occurrence_count) AS events, sum(new_error_count) AS new_errors
    FROM {ROLLUPS} GROUP BY 1, 2
), leaders AS (
    SELECT key FROM fitting GROUP BY key ORDER BY sum(events) DESC, key LIMIT $12
)
SELECT step, l.key, sum(events)::bigint AS events, sum(new_errors)::bigint AS new_errors
FROM fitting f LEFT JOIN leaders l ON l.key = f.key GROUP BY 1, 2
"""  # noqa: S608 constants
_RELEASED = f"""
SELECT service_id, release, first_seen_at FROM release_sightings r
WHERE organization_id = ANY ($1::uuid[]) AND first_seen_at >= $2 AND first_seen_at < $3
    AND ($4::uuid[] IS NULL OR service_id = ANY ($4))
ORDER BY first_seen_at DESC, service_id, release LIMIT {MOST_RELEASES}
"""  # noqa: S608 constants


async def trends_of(
    db: Reading, asked: Asked, steps: Sequence[datetime], by: Dimension | None, most: int
) -> list[Trend]:
    """Return the lines of a chart, the most frequent first and what is left together at the end.

    Each has a figure for every step, zeros too.
    """
    wanted = _TREND.format(column="''" if by is None else COLUMNS[by])
    # Steps that are days of UTC are made of rows that are.
    by_day = not any(step.timestamp() % _DAY_SECONDS for step in steps)
    spans = await tenants_of(db, asked.reach), *asked.own_spans(by_day=by_day)
    rows = await (await raw_of(db)).fetch(wanted, *spans, *asked.values(), list(steps), most)
    events: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(steps))
    new_errors: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(steps))
    for row in rows:
        events[row["key"]][row["step"] - 1] = row["events"]
        new_errors[row["key"]][row["step"] - 1] = row["new_errors"]
    found = [Trend(key, events[key], new_errors[key]) for key in events]
    return sorted(found, key=lambda one: (one.key is None, -sum(one.events), one.key or ""))


async def released_in(db: Reading, asked: Asked) -> list[Released]:
    """Return the newest releases that were met first in a period, newest first."""
    whole = await tenants_of(db, asked.reach), asked.since, asked.until
    rows = await (await raw_of(db)).fetch(_RELEASED, *whole, asked.places()[0])
    return [Released(ServiceId(row[0]), row[1], row[2]) for row in rows]
