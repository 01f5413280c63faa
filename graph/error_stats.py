"""Stats of errors, as the API shows them: what a period came to, beside the one before (STA-06)."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from domain.errors import ErrorStatus
from domain.ids import ErrorId
from graph.context import Info
from graph.error_links import LazyError, error_at
from graph.ids import organization_id, service_id, shown
from graph.organizations import Organization, organization_of
from graph.periods import ErrorStatsFilter, StatsPeriod, asked_of
from graph.scalars import BigInt
from graph.services import Service, service_of
from persistence.errors import stats
from persistence.errors.stats import Asked, Dimension, Figures
from persistence.pages import size_of
from persistence.projection.declared import ORGANIZATION, SERVICE

MAX_SHARES = 50
MAX_TOP = 20

Where = Annotated[
    ErrorStatsFilter | None, strawberry.argument(description="Which occurrences are counted.")
]
Period = Annotated[
    StatsPeriod | None,
    strawberry.argument(description="Which hours; the last 24 when not said."),
]


@strawberry.type
class ErrorFigures:
    """What one period came to."""

    events: BigInt = strawberry.field(description="How many occurrences there were, exactly.")
    errors: BigInt | None = strawberry.field(
        description="How many different errors happened, from a sketch: exact for a few, within"
        " some three percent for many. Null where severity, level or type is asked for."
    )
    new_errors: BigInt = strawberry.field(description="How many errors happened the first time.")
    resolved_errors: BigInt = strawberry.field(
        description="How often one was resolved, by people, rules or releases."
    )
    regressed_errors: BigInt = strawberry.field(
        description="How often one came back after it was resolved."
    )
    affected_users: BigInt | None = strawberry.field(
        description="How many different users met any error, from a sketch: exact for a few, within"
        " some three percent for many. Null where severity, level or type is asked for."
    )
    crash_free_sessions: float | None = strawberry.field(
        description="The share of sessions that did not crash, 0 to 1. Null where no session was"
        " reported, or severity, level or type is asked for."
    )

    @classmethod
    def of(cls, found: Figures) -> Self:
        """Show figures."""
        return cls(
            events=BigInt(found.events),
            errors=None if found.errors is None else BigInt(found.errors),
            new_errors=BigInt(found.new_errors),
            resolved_errors=BigInt(found.resolved_errors),
            regressed_errors=BigInt(found.regressed_errors),
            affected_users=None if found.users is None else BigInt(found.users),
            crash_free_sessions=(
                1 - found.crashed_sessions / found.sessions if found.sessions else None
            ),
        )


@strawberry.type
class ErrorShare:
    """The part of the occurrences with one value of what they are told apart by."""

    dimension: strawberry.Private[Dimension]
    key: str = strawberry.field(
        description="The value: the id of a service or organization, and empty where no environment"
        " was said."
    )
    events: BigInt = strawberry.field(description="How many occurrences in the period.")
    new_errors: BigInt = strawberry.field(description="How many errors happened the first time.")
    events_before: BigInt = strawberry.field(description="How many in the period before.")

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that the value is, where they are told apart by service."""
        return await service_keyed(info, self.dimension, self.key)

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization that the value is, where they are told apart by organization."""
        if self.dimension is not Dimension.ORGANIZATION:
            return None
        return await organization_of(info, organization_id(self.key))


@strawberry.type
class ErrorStatusCount:
    """How many errors stand at a status now."""

    status: ErrorStatus = strawberry.field(description="Where they stand.")
    count: int = strawberry.field(description="How many; 10,000 means that many or more.")


@strawberry.type
class BusyError:
    """An error that happened much in a period."""

    error_key: strawberry.Private[ErrorId]
    events: BigInt = strawberry.field(description="How often it happened in the period, exactly.")

    @strawberry.field
    async def error(self, info: Info) -> LazyError | None:
        """The error."""
        return await error_at(info, self.error_key)


@strawberry.type
class ErrorStats:
    """What a period came to, read from hourly rollups.

    What is deleted or merged later still counts as it came. The running hour counts as far as it
    has come, so the period before is ahead by what is missing of it.
    """

    asked: strawberry.Private[Asked]
    since: datetime = strawberry.field(description="When the period began.")
    until: datetime = strawberry.field(description="When it ends; it may have an hour to go.")
    current: ErrorFigures = strawberry.field(description="What the period came to.")
    previous: ErrorFigures = strawberry.field(
        description="What the period before came to, which is as long."
    )

    @strawberry.field
    async def shares(
        self,
        info: Info,
        by: Annotated[Dimension, strawberry.argument(description="What tells them apart.")],
        first: Annotated[int, strawberry.argument(description="At most so many, 1 to 50.")] = 10,
    ) -> list[ErrorShare]:
        """The occurrences told apart by one thing, the most frequent first."""
        most = size_of(first, default=10, maximum=MAX_SHARES, field="first")
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await stats.shares_of(db, self.asked, by, most)
        return [
            ErrorShare(
                dimension=by,
                key=key_shown(by, one.key),
                events=BigInt(one.events),
                new_errors=BigInt(one.new_errors),
                events_before=BigInt(one.events_before),
            )
            for one in found
        ]

    @strawberry.field
    async def statuses(self, info: Info) -> list[ErrorStatusCount]:
        """How many errors stand where now, whenever they happened, in the order of their life."""
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await stats.standing_of(db, self.asked)
        return [ErrorStatusCount(status=status, count=found[status]) for status in ErrorStatus]

    @strawberry.field
    async def top_errors(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description="At most so many, 1 to 20.")] = 5,
    ) -> list[BusyError]:
        """The errors that happened most in the period, the busiest first.

        They are looked for among the busiest of each hour.
        """
        most = size_of(first, default=5, maximum=MAX_TOP, field="first")
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await stats.busiest_of(db, self.asked, most)
        return [BusyError(error_key=id_, events=BigInt(events)) for id_, events in found]

    @strawberry.field
    async def open_reports(self, info: Info) -> int:
        """How many user reports are not finished now; 10,000 means that many or more."""
        async with info.context.house.database.reading(info.context.scope) as db:
            return await stats.open_reports_of(db, self.asked)


@strawberry.type
class ErrorStatsQueries:
    """What can be asked about the figures of a period."""

    @strawberry.field
    async def error_stats(
        self, info: Info, where: Where = None, period: Period = None
    ) -> ErrorStats:
        """What the errors of a period come to, beside the period before."""
        asked = asked_of(info, where, period)
        async with info.context.house.database.reading(info.context.scope) as db:
            current, previous = await stats.figures_of(db, asked)
        return ErrorStats(
            asked=asked,
            since=asked.since,
            until=asked.until,
            current=ErrorFigures.of(current),
            previous=ErrorFigures.of(previous),
        )


def key_shown(by: Dimension | None, key: str) -> str:
    """Return a value as a client may ask for it: a service or organization by its id."""
    nouns = {Dimension.SERVICE: SERVICE, Dimension.ORGANIZATION: ORGANIZATION}
    return str(shown(nouns[by], UUID(key))) if by in nouns else key


async def service_keyed(info: Info, by: Dimension | None, key: str | None) -> Service | None:
    """Return the service that a value is, if they are told apart by service."""
    if by is not Dimension.SERVICE or not key:
        return None
    return await service_of(info, service_id(key))
