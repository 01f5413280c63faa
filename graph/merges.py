"""Merging and unmerging errors over the API."""

from typing import Annotated

import strawberry

from domain.ids import ErrorId
from domain.merges import MAX_REASON
from graph.context import Info
from graph.errors import Error
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_id
from graph.scalars import BigInt
from graph.texts import text_of

Primary = Annotated[strawberry.ID, strawberry.argument(description="The error that stays.")]
Others = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="The errors that are merged into it, at most 100."),
]


@strawberry.type
class MergePreview:
    """What merging would make of the primary; nothing was changed."""

    joining: int = strawberry.field(
        description="How many errors would join it, with all that are merged into them."
    )
    occurrence_count: BigInt = strawberry.field(description="How often it would have happened.")
    users_affected_count: BigInt = strawberry.field(
        description="How many users it would have met; who met several counts once."
    )
    sessions_affected_count: BigInt = strawberry.field(
        description="How many sessions it would have been in."
    )


@strawberry.type
class MergeErrorsSuccess:
    """They are one error now."""

    error: Error = strawberry.field(description="The primary as it is now.")


MergeErrorsResult = Annotated[
    MergeErrorsSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("MergeErrorsResult", description="The primary, or why nothing was merged."),
]


@strawberry.type
class UnmergeErrorsSuccess:
    """They are errors of their own again."""

    error: Error = strawberry.field(description="The primary as it is now.")
    unmerged: list[Error] = strawberry.field(description="Those that were set apart.")


UnmergeErrorsResult = Annotated[
    UnmergeErrorsSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UnmergeErrorsResult", description="The errors, or why they are still one."),
]


@strawberry.type
class MergeQueries:
    """What can be tried of merges."""

    @strawberry.field
    async def preview_merge(self, info: Info, primary: Primary, errors: Others) -> MergePreview:
        """Say what merging would give; for who may triage."""
        found = await info.context.house.merging.merges.preview(
            error_id(primary, field="primary"), _ids(errors), by=info.context.viewer
        )
        return MergePreview(
            joining=found.members - 1,
            occurrence_count=BigInt(found.occurrences),
            users_affected_count=BigInt(found.users),
            sessions_affected_count=BigInt(found.sessions),
        )


@strawberry.type
class MergeMutations:
    """What can be merged and set apart."""

    @strawberry.mutation
    async def merge_errors(
        self,
        info: Info,
        primary: Primary,
        errors: Others,
        reason: Annotated[
            str | None, strawberry.argument(description="Why, in at most 1,000 characters.")
        ] = None,
    ) -> MergeErrorsResult:
        """Take errors of one service for one, for what was and what will come; can be undone.

        A second time changes nothing. A merged error is in no list, and leads to the primary.
        """
        after = await info.context.house.merging.merges.merge(
            error_id(primary, field="primary"),
            _ids(errors),
            reason=None if reason is None else text_of(reason, field="reason", maximum=MAX_REASON),
            by=info.context.viewer,
        )
        return MergeErrorsSuccess(error=Error.of(after))

    @strawberry.mutation
    async def unmerge_errors(
        self,
        info: Info,
        primary: Primary,
        errors: Annotated[
            list[strawberry.ID],
            strawberry.argument(description="The errors that are set apart, at most 100."),
        ],
    ) -> UnmergeErrorsResult:
        """Give errors back all that was theirs, and all that came since of their kind."""
        after, apart = await info.context.house.merging.merges.unmerge(
            error_id(primary, field="primary"), _ids(errors), by=info.context.viewer
        )
        return UnmergeErrorsSuccess(
            error=Error.of(after), unmerged=[Error.of(each) for each in apart]
        )


def _ids(texts: list[strawberry.ID]) -> list[ErrorId]:
    return [error_id(text, field="errors") for text in texts[:1_000]]
