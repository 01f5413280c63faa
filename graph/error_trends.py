"""Trends of errors, as the API shows them: lines of a chart without gaps, and what was released."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import strawberry

from domain.failures import Invalid
from domain.ids import ServiceId
from graph.context import Info
from graph.error_stats import Period, Where, key_shown, service_keyed
from graph.periods import asked_of, steps_of, zone_named
from graph.scalars import BigInt
from graph.services import Service, service_of
from persistence.errors import trends
from persistence.errors.stats import Dimension
from persistence.occurrence_details import FrequencyUnit
from persistence.pages import size_of
from persistence.reach import Breadth, Reach

MAX_STEPS = 750
MAX_SERIES = 20


@strawberry.type
class ErrorTrendSeries:
    """One line of a chart: a figure for every step, zeros too."""

    dimension: strawberry.Private[Dimension | None]
    key: str | None = strawberry.field(
        description="The value that it is of: the id of a service or organization, and empty where"
        " no environment was said or nothing tells them apart. Null for all values without a line"
        " of their own."
    )
    events: list[BigInt] = strawberry.field(description="How many occurrences, step by step.")
    new_errors: list[BigInt] = strawberry.field(
        description="How many errors happened the first time, step by step."
    )
    total: BigInt = strawberry.field(description="How many occurrences in all.")

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that the value is, where they are told apart by service."""
        return await service_keyed(info, self.dimension, self.key)


@strawberry.type
class ReleaseMark:
    """That a service met a release for the first time."""

    service_key: strawberry.Private[ServiceId]
    release: str = strawberry.field(description="The release.")
    at: datetime = strawberry.field(description="When it was met first.")

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that met it."""
        return await service_of(info, self.service_key)


@strawberry.type
class ErrorTrends:
    """A chart of a period: steps, lines and marks."""

    bucket: FrequencyUnit = strawberry.field(description="How long a step is.")
    steps: list[datetime] = strawberry.field(
        description="When each step begins, oldest first; the figures of a line are in their order."
    )
    series: list[ErrorTrendSeries] = strawberry.field(
        description="The lines, the most frequent first; what has no line of its own is the last."
    )
    releases: list[ReleaseMark] = strawberry.field(
        description="The releases that were met first in the period, newest first, 50 at most."
    )


@strawberry.type
class ErrorTrendQueries:
    """What can be asked about the course of errors."""

    @strawberry.field
    async def error_trends(
        self,
        info: Info,
        where: Where = None,
        period: Period = None,
        bucket: Annotated[
            FrequencyUnit, strawberry.argument(description="How long a step is.")
        ] = FrequencyUnit.HOUR,
        group_by: Annotated[
            Dimension | None,
            strawberry.argument(description="What has lines of its own; one line when not said."),
        ] = None,
        limit: Annotated[
            int, strawberry.argument(description="At most so many lines and the rest, 1 to 20.")
        ] = 8,
        time_zone: Annotated[
            str | None,
            strawberry.argument(
                description="Whose days, such as Europe/Berlin; the organization's else."
            ),
        ] = None,
    ) -> ErrorTrends:
        """How often errors happened over a period, in at most 750 steps.

        The first step is whole: a day that the period begins in counts from its beginning.
        """
        most = size_of(limit, default=8, maximum=MAX_SERIES, field="limit")
        asked = asked_of(info, where, period)
        zone = zone_named(time_zone or await _own_zone(info, asked.reach))
        steps = steps_of(asked.since, asked.until, bucket, zone)
        if len(steps) > MAX_STEPS:
            raise Invalid(f"At most {MAX_STEPS} steps are answered; take days.", field="bucket")
        asked = replace(asked, since=steps[0])
        async with info.context.house.database.reading(info.context.scope) as db:
            lines = await trends.trends_of(db, asked, steps, group_by, most)
            released = await trends.released_in(db, asked)
        return ErrorTrends(
            bucket=bucket,
            steps=steps,
            series=[_series(one, group_by) for one in lines],
            releases=[
                ReleaseMark(service_key=one.service_id, release=one.release, at=one.at)
                for one in released
            ],
        )


async def _own_zone(info: Info, reach: Reach) -> str:
    """Return the time zone of the organization that is asked about; several have none in common."""
    if reach.breadth is not Breadth.ONE:
        return "UTC"
    found = await info.context.loaders.organizations.load((reach.organizations or ())[0])
    return found.timezone if found else "UTC"


def _series(line: trends.Trend, by: Dimension | None) -> ErrorTrendSeries:
    return ErrorTrendSeries(
        dimension=by,
        key=None if line.key is None else key_shown(by, line.key),
        events=[BigInt(each) for each in line.events],
        new_errors=[BigInt(each) for each in line.new_errors],
        total=BigInt(sum(line.events)),
    )
