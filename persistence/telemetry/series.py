"""Samples as they are read: a metric over time, and endpoints.

A sample may sum up several values: then it weighs as many, and its mean stands for each of them
in a percentile. `metric_samples` is read only within a window, so only its days are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, func, select

from domain.telemetry.kinds import MetricType
from persistence.database import Reading
from persistence.telemetry.tables import metric_samples
from persistence.telemetry.window import Window

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a sender calls an answer that did not fail; one without a status did not either.
_FINE = ("ok", "unset", "unknown", "cancelled")


class MetricBucket(StrEnum):
    """How long each step of a series is."""

    MINUTE = "minute"
    FIVE_MINUTES = "five_minutes"
    HOUR = "hour"
    DAY = "day"


STEPS: Mapping[MetricBucket, timedelta] = {
    MetricBucket.MINUTE: timedelta(minutes=1),
    MetricBucket.FIVE_MINUTES: timedelta(minutes=5),
    MetricBucket.HOUR: timedelta(hours=1),
    MetricBucket.DAY: timedelta(days=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A metric within one step of time."""

    at: datetime
    count: int
    avg: float
    min: float
    max: float
    p50: float
    p90: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMetric:
    """A metric that a service measures."""

    name: str
    metric_type: MetricType
    unit: str
    values: int
    last_hour: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How long the answers of one endpoint took, and how many failed."""

    path: str
    method: str | None
    requests: int
    failures: int
    avg: float
    p50: float
    p90: float
    p95: float
    p99: float
    max: float


def _percentile(fraction: float) -> ColumnElement[float]:
    return func.percentile_cont(fraction).within_group(metric_samples.c.value)


async def unit_of(db: Reading, window: Window) -> str | None:
    """Return the unit in which most of the window is measured; None when there is nothing."""
    c = metric_samples.c
    wanted = select(func.mode().within_group(c.unit)).where(
        *window.conditions(metric_samples, "measured_at")
    )
    unit: str | None = (await db.execute(wanted, window.reach.values())).scalar_one()
    return unit


async def series(db: Reading, window: Window, step: timedelta) -> list[Point]:
    """Return a metric by steps of time, oldest first; steps without a sample are left out."""
    c = metric_samples.c
    at = func.date_bin(step, c.measured_at, _EPOCH)
    count = func.sum(func.coalesce(c.sample_count, 1))
    total = func.sum(func.coalesce(c.sample_sum, c.value * func.coalesce(c.sample_count, 1)))
    wanted = (
        select(
            at.label("at"),
            count.label("count"),
            (total / cast(count, Float)).label("avg"),
            func.min(func.coalesce(c.sample_min, c.value)).label("min"),
            func.max(func.coalesce(c.sample_max, c.value)).label("max"),
            _percentile(0.5).label("p50"),
            _percentile(0.9).label("p90"),
            _percentile(0.95).label("p95"),
            _percentile(0.99).label("p99"),
        )
        .where(*window.conditions(metric_samples, "measured_at"))
        .group_by(at)
        .order_by(at)
    )
    rows = await db.execute(wanted, window.reach.values())
    return [Point(**{**row, "count": int(row["count"])}) for row in rows.mappings()]


async def endpoints(db: Reading, window: Window, limit: int) -> list[Endpoint]:
    """Return the endpoints of a service, those that were asked most first."""
    c = metric_samples.c
    requests = func.count()
    method: ColumnElement[Any] = c.metadata["method"].astext
    wanted = (
        select(
            c.endpoint_path.label("path"),
            method.label("method"),
            requests.label("requests"),
            func.count().filter(c.status.not_in(_FINE)).label("failures"),
            func.avg(c.value).label("avg"),
            _percentile(0.5).label("p50"),
            _percentile(0.9).label("p90"),
            _percentile(0.95).label("p95"),
            _percentile(0.99).label("p99"),
            func.max(c.value).label("max"),
        )
        .where(*window.conditions(metric_samples, "measured_at"))
        .where(c.name == MetricType.RESPONSE_TIME.value, c.endpoint_path.is_not(None))
        .group_by(c.endpoint_path, method)
        .order_by(requests.desc(), c.endpoint_path, method)
        .limit(limit)
    )
    rows = await db.execute(wanted, window.reach.values())
    return [Endpoint(**row) for row in rows.mappings()]
