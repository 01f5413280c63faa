"""Web vitals, as the API shows them: what pages and releases feel like to people."""

from typing import Annotated, Self

import strawberry
from strawberry import UNSET

from domain.telemetry import Vital, rating_of
from domain.telemetry.kinds import DeviceType, PerformanceRating
from graph.choices import said_nothing
from graph.context import Info
from graph.scalars import BigInt
from graph.windows import Since, TheService, Until, window_of
from persistence.pages import size_of
from persistence.telemetry.vitals import PageVitals, VitalFigures, VitalsGrouping, summed_up

DEFAULT_GROUPS = 20
MAX_GROUPS = 100


@strawberry.input
class WebVitalFilter:
    """Which page views: all fields together."""

    page: str | None = strawberry.field(default=UNSET, description="Only of this page.")
    release: str | None = strawberry.field(default=UNSET, description="Only of this release.")
    environment: str | None = strawberry.field(
        default=UNSET, description="Only of this environment, e.g. production."
    )
    device: DeviceType | None = strawberry.field(
        default=UNSET, description="Only as seen on such a device."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


@strawberry.type
class WebVitalFigures:
    """One vital over many page views."""

    vital: Vital = strawberry.field(description="What was measured.")
    count: BigInt = strawberry.field(description="How often it was measured.")
    p75: float = strawberry.field(
        description="Three of four are no worse: in milliseconds, CLS without a unit."
    )
    rating: PerformanceRating | None = strawberry.field(
        description="What the 75th percentile is worth by the public thresholds."
    )
    good: BigInt = strawberry.field(description="How many were good.")
    needs_improvement: BigInt = strawberry.field(description="How many were neither.")
    poor: BigInt = strawberry.field(description="How many were poor.")

    @classmethod
    def of(cls, vital: Vital, figures: VitalFigures) -> Self:
        """Show one vital; what has no threshold is not rated."""
        rating = rating_of(vital, figures.p75)
        between = figures.count - figures.good - figures.poor if rating else 0
        return cls(
            vital=vital,
            count=BigInt(figures.count),
            p75=figures.p75,
            rating=rating,
            good=BigInt(figures.good),
            needs_improvement=BigInt(between),
            poor=BigInt(figures.poor),
        )


@strawberry.type
class WebVitals:
    """The web vitals of one page, or of one release."""

    name: str | None = strawberry.field(description="The page or the release, if it was said.")
    views: BigInt = strawberry.field(description="How many page views they were measured in.")
    vitals: list[WebVitalFigures] = strawberry.field(description="Those that were measured.")

    @classmethod
    def of(cls, found: PageVitals) -> Self:
        """Show the vitals of a page or a release."""
        return cls(
            name=found.name or None,
            views=BigInt(found.views),
            vitals=[WebVitalFigures.of(vital, one) for vital, one in found.figures.items()],
        )


@strawberry.type
class WebVitalQueries:
    """What can be asked about web vitals."""

    @strawberry.field
    async def web_vitals(
        self,
        info: Info,
        service: TheService,
        since: Since,
        until: Until = None,
        by: Annotated[
            VitalsGrouping, strawberry.argument(description="What they are summed up by.")
        ] = VitalsGrouping.PAGE,
        where: Annotated[
            WebVitalFilter | None, strawberry.argument(description="Which page views.")
        ] = None,
        first: Annotated[
            int, strawberry.argument(description="At most so many, 1 to 100.")
        ] = DEFAULT_GROUPS,
    ) -> list[WebVitals]:
        """What pages or releases feel like, the most seen first; vitals are kept for 30 days."""
        wanted = where or WebVitalFilter()
        window = window_of(
            info,
            service,
            since,
            until,
            page=wanted.page,
            release=wanted.release,
            environment=wanted.environment,
            device_type=wanted.device and wanted.device.value,
        )
        most = size_of(first, default=DEFAULT_GROUPS, maximum=MAX_GROUPS, field="first")
        async with info.context.house.database.reading(info.context.scope) as db:
            return [WebVitals.of(found) for found in await summed_up(db, window, by, most)]
