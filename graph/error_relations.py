"""How an error belongs together with others; it is a part of every error."""

from typing import Annotated

import strawberry

from application.similar import similar_to
from domain.ids import ErrorId
from graph.context import Info
from graph.error_links import (
    ErrorDuplicate,
    ErrorMerge,
    Escalation,
    LazyError,
    SimilarError,
    error_at,
)
from graph.scalars import BigInt
from persistence.merges.records import of_error
from persistence.pages import size_of
from persistence.reach import reach_of

MAX_SIMILAR = 20


@strawberry.type
class ErrorRelations:
    """What leads from an error to others."""

    key: strawberry.Private[ErrorId]
    merged_key: strawberry.Private[ErrorId | None]
    merged_count: int = strawberry.field(
        description="How many other errors are merged into it; its figures are of all of them."
    )

    @strawberry.field
    async def merged_into(self, info: Info) -> LazyError | None:
        """The error that it is taken for, if it was merged; its own figures stand since then."""
        return None if self.merged_key is None else await error_at(info, self.merged_key)

    @strawberry.field
    async def merged_errors(self, info: Info) -> list[LazyError]:
        """The errors that are merged into it, as they were then, 500 at most."""
        found = await info.context.loaders.relations.merged.load(self.key)
        shown = [await error_at(info, each.id) for each in found]
        return [each for each in shown if each is not None]

    @strawberry.field
    async def merges(self, info: Info) -> list[ErrorMerge]:
        """Every merge that it is or was part of, newest first, 200 at most."""
        context = info.context
        async with context.house.database.reading(context.scope) as db:
            found = await of_error(db, self.key, reach_of(context.scope))
        return [ErrorMerge.of(each) for each in found]

    @strawberry.field
    async def duplicate_of(self, info: Info) -> ErrorDuplicate | None:
        """Of which error it is a duplicate, if it is one."""
        found = await info.context.loaders.relations.duplicate_of.load(self.key)
        return None if found is None else ErrorDuplicate.of(found)

    @strawberry.field
    async def duplicates(self, info: Info) -> list[ErrorDuplicate]:
        """The errors that are the same as this, newest first, 200 at most."""
        found = await info.context.loaders.relations.duplicates.load(self.key)
        return [ErrorDuplicate.of(each) for each in found]

    @strawberry.field
    async def occurrence_count_with_duplicates(self, info: Info) -> BigInt:
        """How often it and its duplicates happened, together."""
        found = await info.context.loaders.relations.with_duplicates.load(self.key)
        return BigInt((found or {}).get("occurrence_count", 0))

    @strawberry.field
    async def users_affected_count_with_duplicates(self, info: Info) -> BigInt:
        """How many users it and its duplicates have met; who met several counts for each."""
        found = await info.context.loaders.relations.with_duplicates.load(self.key)
        return BigInt((found or {}).get("users_affected_count", 0))

    @strawberry.field
    async def similar(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description="How many, 1 to 20.")] = 5,
    ) -> list[SimilarError]:
        """The errors that are most like it, best first, with why; looked for by what it began as.

        Compared are the type of the exception, the frames and the words of the first message.
        """
        most = size_of(first, default=0, maximum=MAX_SIMILAR, field="first")
        error = await info.context.loaders.errors.load(self.key)
        if error is None:
            return []
        context = info.context
        found = await similar_to(context.house.database, context.scope, error, first=most)
        return [
            SimilarError(
                error_key=each.error.id,
                score=each.likeness.score,
                reasons=list(each.likeness.reasons),
            )
            for each in found
        ]

    @strawberry.field
    async def escalations(self, info: Info) -> list[Escalation]:
        """Who was called to it, newest first, 100 at most."""
        found = await info.context.loaders.relations.escalations.load(self.key)
        return [Escalation.of(each) for each in found]

    @strawberry.field
    async def open_escalation(self, info: Info) -> Escalation | None:
        """The highest call that nobody has acknowledged; of two equal ones the newer."""
        found = await info.context.loaders.relations.escalations.load(self.key)
        open_ = [each for each in found if each.is_open]
        return Escalation.of(max(open_, key=lambda one: one.level.rank)) if open_ else None
