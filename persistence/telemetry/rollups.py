"""Rollups as they are stored: one row for each metric, unit, environment and hour."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from domain.ids import OrganizationId, ServiceId
from domain.telemetry.kinds import MetricType
from domain.telemetry.rollups import Rollup
from domain.telemetry.sketches import unpacked
from persistence.database import RawConnection, Reading
from persistence.telemetry.series import KnownMetric
from persistence.telemetry.tables import metric_rollups
from persistence.telemetry.window import Window


class RollupKey(NamedTuple):
    """What samples are rolled up by."""

    organization_id: OrganizationId
    service_id: ServiceId
    name: str
    hour: datetime
    unit: str
    environment: str


# Locked, because what is added to them is written back whole.
_FIND = """
SELECT * FROM metric_rollups
WHERE (organization_id, service_id, name, hour, unit, environment) IN (
    SELECT * FROM unnest(
        $1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[]
    )
)
ORDER BY organization_id, service_id, name, hour, unit, environment
FOR UPDATE
"""
_SAVE = """
INSERT INTO metric_rollups (
    organization_id, service_id, name, hour, unit, environment, metric_type, sample_count,
    sample_sum, sample_min, sample_max, sketch
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
    $8::bigint[], $9::float8[], $10::float8[], $11::float8[], $12::bytea[]
)
ON CONFLICT (organization_id, service_id, name, hour, unit, environment) DO UPDATE SET
    sample_count = excluded.sample_count, sample_sum = excluded.sample_sum,
    sample_min = excluded.sample_min, sample_max = excluded.sample_max, sketch = excluded.sketch
"""
_FORGET = """
DELETE FROM metric_rollups r USING (
    SELECT organization_id, service_id, name, hour, unit, environment FROM metric_rollups
    WHERE hour < $1 ORDER BY hour LIMIT $2
) old
WHERE (r.organization_id, r.service_id, r.name, r.hour, r.unit, r.environment)
    = (old.organization_id, old.service_id, old.name, old.hour, old.unit, old.environment)
"""


async def add(db: RawConnection, new: Mapping[RollupKey, Rollup]) -> None:
    """Add to the rollups of these keys.

    A service is digested by one process at a time, so nobody else adds the same row meanwhile.
    """
    if not new:
        return
    known = await _find(db, new.keys())
    rows = []
    for key in sorted(new):
        rollup = known[key].merged(new[key]) if key in known else new[key]
        rows.append(
            (
                *key,
                rollup.metric_type.value,
                rollup.count,
                rollup.total,
                rollup.least,
                rollup.most,
                rollup.sketch.packed(),
            )
        )
    await db.execute(_SAVE, *map(list, zip(*rows, strict=True)))


async def _find(db: RawConnection, keys: Collection[RollupKey]) -> dict[RollupKey, Rollup]:
    columns = map(list, zip(*sorted(keys), strict=True))
    return {RollupKey(*row[:6]): _rollup(row) for row in await db.fetch(_FIND, *columns)}


async def forget_before(db: RawConnection, moment: datetime, at_once: int) -> int:
    """Forget some of the rollups of hours before a moment; return how many."""
    done = await db.execute(_FORGET, moment, at_once)
    return int(done.rpartition(" ")[2])


async def in_window(db: Reading, window: Window) -> list[tuple[datetime, Rollup]]:
    """Return the rollups of a window with their hours, oldest first."""
    wanted = (
        select(metric_rollups)
        .where(*window.conditions(metric_rollups, "hour"))
        .order_by(metric_rollups.c.hour)
    )
    rows = await db.execute(wanted, window.reach.values())
    return [(row["hour"], _rollup(row)) for row in rows.mappings()]


async def unit_of(db: Reading, window: Window) -> str | None:
    """Return the unit in which most of the window is measured; None when there is nothing."""
    c = metric_rollups.c
    total = func.sum(c.sample_count)
    wanted = (
        select(c.unit)
        .where(*window.conditions(metric_rollups, "hour"))
        .group_by(c.unit)
        .order_by(total.desc(), c.unit)
        .limit(1)
    )
    unit: str | None = (await db.execute(wanted, window.reach.values())).scalar_one_or_none()
    return unit


async def known(db: Reading, window: Window, limit: int) -> list[KnownMetric]:
    """Return the metrics of a service, those that were measured most first."""
    c = metric_rollups.c
    total = func.sum(c.sample_count)
    wanted = (
        select(c.name, c.metric_type, c.unit, total.label("values"), func.max(c.hour).label("last"))
        .where(*window.conditions(metric_rollups, "hour"))
        .group_by(c.name, c.metric_type, c.unit)
        .order_by(total.desc(), c.name, c.unit)
        .limit(limit)
    )
    rows = await db.execute(wanted, window.reach.values())
    return [
        KnownMetric(
            name=row["name"],
            metric_type=MetricType(row["metric_type"]),
            unit=row["unit"],
            values=int(row["values"]),
            last_hour=row["last"],
        )
        for row in rows.mappings()
    ]


def _rollup(row: Any) -> Rollup:
    return Rollup(
        metric_type=MetricType(row["metric_type"]),
        count=row["sample_count"],
        total=row["sample_sum"],
        least=row["sample_min"],
        most=row["sample_max"],
        sketch=unpacked(row["sketch"]),
    )
