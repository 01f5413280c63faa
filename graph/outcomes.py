"""Ingest outcomes, as the API shows them: what became of everything that clients sent."""

from datetime import datetime, timedelta
from typing import Annotated, Self

import strawberry
from strawberry import UNSET

from domain.failures import Invalid
from domain.ids import IngestKeyId
from domain.outcomes import Outcome, OutcomeKey
from graph.choices import said_nothing
from graph.context import Info
from graph.ids import ingest_key_id, organization_id
from graph.scalars import BigInt
from graph.services import IngestKey, ingest_key_of
from persistence.inbox.outcomes import Asked, counted
from persistence.pages import size_of
from persistence.reach import reach_of

DEFAULT_LIMIT = 500
MAX_LIMIT = 2000
MAX_SPAN = timedelta(days=31)


@strawberry.type
class IngestOutcome:
    """How much of what one key's clients sent in one minute met with one outcome."""

    ingest_key: strawberry.Private[IngestKeyId]
    minute: datetime = strawberry.field(description="When the minute began.")
    outcome: Outcome = strawberry.field(description="What became of it.")
    category: str = strawberry.field(description="What it was, such as error or transaction.")
    reason: str = strawberry.field(
        description="Why, in a word; empty when there is nothing to say."
    )
    quantity: BigInt = strawberry.field(description="How much of it there was.")

    @classmethod
    def of(cls, counted: tuple[OutcomeKey, int]) -> Self:
        """Show a counter."""
        key, quantity = counted
        return cls(
            ingest_key=key.ingest_key_id,
            minute=key.minute,
            outcome=key.outcome,
            category=key.category,
            reason=key.reason,
            quantity=BigInt(quantity),
        )

    @strawberry.field
    async def key(self, info: Info) -> IngestKey | None:
        """The key that it was sent with."""
        return await ingest_key_of(info, self.ingest_key)


@strawberry.input
class IngestOutcomeFilter:
    """Which counters: all fields together."""

    since: datetime = strawberry.field(description="Only minutes from this moment on.")
    until: datetime | None = strawberry.field(
        default=UNSET, description="Only minutes before this moment; until now when not said."
    )
    organization: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those of this organization."
    )
    key: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those of this ingest key."
    )
    outcome: list[Outcome] | None = strawberry.field(
        default=UNSET, description="Only those with one of these outcomes; none fit an empty list."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


@strawberry.type
class OutcomeQueries:
    """What can be asked about what became of what clients sent."""

    @strawberry.field
    async def ingest_outcomes(
        self,
        info: Info,
        where: Annotated[
            IngestOutcomeFilter, strawberry.argument(description="Which, over at most 31 days.")
        ],
        limit: Annotated[
            int, strawberry.argument(description="At most so many, 1 to 2,000.")
        ] = DEFAULT_LIMIT,
    ) -> list[IngestOutcome]:
        """What became of what was sent, by key and minute, newest first."""
        asked = _asked(info, where, limit)
        async with info.context.house.database.reading(info.context.scope) as db:
            return [IngestOutcome.of(found) for found in await counted(db, asked)]


def _asked(info: Info, where: IngestOutcomeFilter, limit: int) -> Asked:
    until = where.until or info.context.now
    if until - where.since > MAX_SPAN:
        raise Invalid("Ask for at most 31 days at a time.", field="since")
    organization = where.organization
    only = None if organization is None else organization_id(organization, field="organization")
    return Asked(
        reach=reach_of(info.context.scope, only),
        key=None if where.key is None else ingest_key_id(where.key, field="key"),
        outcomes=None if where.outcome is None else tuple(where.outcome),
        since=where.since,
        until=until,
        limit=size_of(limit, default=DEFAULT_LIMIT, maximum=MAX_LIMIT, field="limit"),
    )
