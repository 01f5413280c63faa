"""Metrics, as the API shows them: what there is, how it went over time, and endpoints."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.failures import Invalid
from domain.telemetry.kinds import MetricType
from domain.telemetry.rollups import Rollup
from graph.choices import said_nothing
from graph.context import Info
from graph.scalars import BigInt
from graph.windows import (
    MAX_SPAN,
    Environment,
    Release,
    Since,
    TheService,
    Until,
    hour_of,
    window_of,
)
from persistence.database import Reading
from persistence.pages import size_of
from persistence.telemetry import rollups, series
from persistence.telemetry.series import STEPS, MetricBucket
from persistence.telemetry.window import Window

MAX_POINTS = 500
MAX_ROLLUP_SPAN = timedelta(days=366)
HOUR = timedelta(hours=1)
DEFAULT_ITEMS = 50
MAX_ITEMS = 100

Most = Annotated[int, strawberry.argument(description="At most so many, 1 to 100.")]


@strawberry.input
class MetricFilter:
    """Which samples of a metric: all fields together."""

    endpoint: str | None = strawberry.field(default=UNSET, description="Only of this endpoint.")
    release: str | None = strawberry.field(default=UNSET, description="Only of this release.")
    environment: str | None = strawberry.field(
        default=UNSET, description="Only of this environment, e.g. production."
    )
    unit: str | None = strawberry.field(
        default=UNSET, description="Only in this unit; the most common when not said."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


@strawberry.type
class MetricPoint:
    """A metric within one step of time."""

    at: datetime = strawberry.field(description="When the step began.")
    count: BigInt = strawberry.field(description="How many values there were.")
    avg: float = strawberry.field(description="Their mean.")
    min: float = strawberry.field(description="The least.")
    max: float = strawberry.field(description="The greatest.")
    p50: float = strawberry.field(description="Half of them are no greater.")
    p90: float = strawberry.field(description="Nine of ten are no greater.")
    p95: float = strawberry.field(description="19 of 20 are no greater.")
    p99: float = strawberry.field(description="99 of 100 are no greater.")


@strawberry.type
class MetricSeries:
    """A metric over time."""

    name: str = strawberry.field(description="What the metric is called.")
    unit: str | None = strawberry.field(
        description="What it is measured in, such as ms; null when there is no sample."
    )
    points: list[MetricPoint] = strawberry.field(
        description="Its steps, oldest first; those without a sample are left out."
    )


@strawberry.type
class Metric:
    """A metric that a service measures."""

    name: str = strawberry.field(description="What it is called.")
    metric_type: MetricType = strawberry.field(description="What it measures.")
    unit: str = strawberry.field(description="What it is measured in, such as ms.")
    values: BigInt = strawberry.field(description="How many values of it came in.")
    last_hour: datetime = strawberry.field(description="The last hour in which one did.")


@strawberry.type
class EndpointPerformance:
    """How one endpoint of a service answers."""

    path: str = strawberry.field(description="The route or task, as the SDK names it.")
    method: str | None = strawberry.field(description="How it was asked, such as GET.")
    requests: BigInt = strawberry.field(description="How many answers were measured.")
    failures: BigInt = strawberry.field(description="How many of them failed.")
    avg: float = strawberry.field(description="How long they took on average, in ms.")
    p50: float = strawberry.field(description="Half were no slower, in ms.")
    p90: float = strawberry.field(description="Nine of ten were no slower, in ms.")
    p95: float = strawberry.field(description="19 of 20 were no slower, in ms.")
    p99: float = strawberry.field(description="99 of 100 were no slower, in ms.")
    max: float = strawberry.field(description="The slowest, in ms.")


@strawberry.type
class MetricQueries:
    """What can be asked about metrics."""

    @strawberry.field
    async def metrics(
        self,
        info: Info,
        service: TheService,
        since: Since,
        until: Until = None,
        first: Most = DEFAULT_ITEMS,
    ) -> list[Metric]:
        """The metrics that a service measures, those with the most values first; up to a year."""
        window = window_of(info, service, hour_of(since), until, MAX_ROLLUP_SPAN)
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await rollups.known(db, window, _most(first))
        return [
            Metric(
                name=one.name,
                metric_type=one.metric_type,
                unit=one.unit,
                values=BigInt(one.values),
                last_hour=one.last_hour,
            )
            for one in found
        ]

    @strawberry.field
    async def metric_series(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="The metric, such as response_time.")],
        service: TheService,
        since: Since,
        bucket: Annotated[MetricBucket, strawberry.argument(description="How long each step is.")],
        until: Until = None,
        where: Annotated[
            MetricFilter | None, strawberry.argument(description="Which of its samples.")
        ] = None,
    ) -> MetricSeries:
        """A metric over time, in at most 500 steps.

        Steps of an hour or a day are kept for a year, and their percentiles are true within two
        percent. Shorter steps, and those of one endpoint or release, are read of the samples.
        """
        chosen = where or MetricFilter()
        step = STEPS[bucket]
        is_rolled_up = step >= HOUR and chosen.endpoint is None and chosen.release is None
        only = {"name": name, "environment": chosen.environment, "unit": chosen.unit}
        if is_rolled_up:
            window = window_of(info, service, hour_of(since), until, MAX_ROLLUP_SPAN, **only)
        else:
            only |= {"endpoint_path": chosen.endpoint, "release": chosen.release}
            window = window_of(info, service, since, until, MAX_SPAN, **only)
        if (window.until - window.since) / step > MAX_POINTS:
            raise Invalid(
                f"That is more than {MAX_POINTS} steps; take longer ones.", field="bucket"
            )
        async with info.context.house.database.reading(info.context.scope) as db:
            unit, points = await _series(db, window, step, is_rolled_up=is_rolled_up)
        return MetricSeries(name=name, unit=unit, points=points)

    @strawberry.field
    async def endpoint_performance(
        self,
        info: Info,
        service: TheService,
        since: Since,
        until: Until = None,
        release: Release = None,
        environment: Environment = None,
        first: Most = DEFAULT_ITEMS,
    ) -> list[EndpointPerformance]:
        """How the endpoints of a service answer, those that were asked most first."""
        window = window_of(info, service, since, until, release=release, environment=environment)
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await series.endpoints(db, window, _most(first))
        return [_endpoint(one) for one in found]


def _most(first: int) -> int:
    return size_of(first, default=DEFAULT_ITEMS, maximum=MAX_ITEMS, field="first")


async def _series(
    db: Reading, window: Window, step: timedelta, *, is_rolled_up: bool
) -> tuple[str | None, list[MetricPoint]]:
    """Return a metric in one unit: the one that was asked for, or the most common."""
    source = rollups if is_rolled_up else series
    unit = window.only["unit"] or await source.unit_of(db, window)
    if unit is None:
        return None, []
    window = replace(window, only={**window.only, "unit": unit})
    if not is_rolled_up:
        return unit, [_point(one) for one in await series.series(db, window, step)]
    steps: dict[datetime, Rollup] = {}
    for hour, rollup in await rollups.in_window(db, window):
        at = hour if step == HOUR else hour.replace(hour=0)
        steps[at] = steps[at].merged(rollup) if at in steps else rollup
    return unit, [_rolled_up(at, rollup) for at, rollup in steps.items()]


def _rolled_up(at: datetime, rollup: Rollup) -> MetricPoint:
    return MetricPoint(
        at=at,
        count=BigInt(rollup.count),
        avg=rollup.total / rollup.count,
        min=rollup.least,
        max=rollup.most,
        p50=rollup.percentile(0.5),
        p90=rollup.percentile(0.9),
        p95=rollup.percentile(0.95),
        p99=rollup.percentile(0.99),
    )


def _point(one: series.Point) -> MetricPoint:
    return MetricPoint(
        at=one.at,
        count=BigInt(one.count),
        avg=one.avg,
        min=one.min,
        max=one.max,
        p50=one.p50,
        p90=one.p90,
        p95=one.p95,
        p99=one.p99,
    )


def _endpoint(one: series.Endpoint) -> EndpointPerformance:
    return EndpointPerformance(
        path=one.path,
        method=one.method,
        requests=BigInt(one.requests),
        failures=BigInt(one.failures),
        avg=one.avg,
        p50=one.p50,
        p90=one.p90,
        p95=one.p95,
        p99=one.p99,
        max=one.max,
    )
