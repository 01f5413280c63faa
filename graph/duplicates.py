"""Duplicates over the API: errors are said to be the same, and it is taken back."""

from typing import Annotated

import strawberry

from domain.duplicates import MAX_REASON
from graph.context import Info
from graph.errors import Error
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_id
from graph.texts import text_of


@strawberry.type
class MarkDuplicateSuccess:
    """It is said."""

    primary: Error = strawberry.field(
        description="The error that it is a duplicate of: of a chain, its end."
    )
    duplicate: Error = strawberry.field(description="The duplicate.")


MarkDuplicateResult = Annotated[
    MarkDuplicateSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("MarkDuplicateResult", description="Both errors, or why not."),
]


@strawberry.type
class UnmarkDuplicateSuccess:
    """It is taken back."""

    error: Error = strawberry.field(description="The error, which is no duplicate now.")


UnmarkDuplicateResult = Annotated[
    UnmarkDuplicateSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("UnmarkDuplicateResult", description="The error, or why not."),
]


@strawberry.type
class DuplicateMutations:
    """What can be said of duplicates."""

    @strawberry.mutation
    async def mark_duplicate(
        self,
        info: Info,
        duplicate: Annotated[strawberry.ID, strawberry.argument(description="The duplicate.")],
        primary: Annotated[
            strawberry.ID, strawberry.argument(description="The error that it is the same as.")
        ],
        reason: Annotated[
            str | None, strawberry.argument(description="Why, in at most 1,000 characters.")
        ] = None,
    ) -> MarkDuplicateResult:
        """Say that an error is the same as another, of any service; both keep their figures."""
        head, other = await info.context.house.merging.duplicates.mark(
            error_id(primary, field="primary"),
            error_id(duplicate, field="duplicate"),
            reason=None if reason is None else text_of(reason, field="reason", maximum=MAX_REASON),
            by=info.context.viewer,
        )
        return MarkDuplicateSuccess(primary=Error.of(head), duplicate=Error.of(other))

    @strawberry.mutation
    async def unmark_duplicate(
        self,
        info: Info,
        duplicate: Annotated[strawberry.ID, strawberry.argument(description="The duplicate.")],
    ) -> UnmarkDuplicateResult:
        """Take back that an error is a duplicate; a second time changes nothing."""
        after = await info.context.house.merging.duplicates.unmark(
            error_id(duplicate, field="duplicate"), by=info.context.viewer
        )
        return UnmarkDuplicateSuccess(error=Error.of(after))
