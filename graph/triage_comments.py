"""Mutations on what is said about errors, and on what follows a resolution."""

from typing import Annotated

import strawberry

from application.triage.commenting import CommentDecision
from domain.comments import MAX_BODY
from domain.ids import CommentId
from graph.comments import ErrorComment, comment_of
from graph.context import Info
from graph.error_selection import Decided, DryRun, Errors, Key, decided
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import comment_id, resolution_id
from graph.resolutions import Resolution
from graph.texts import text_of

Body = Annotated[
    str,
    strawberry.argument(
        description="The text, in Markdown, at most 10,000 characters; @name mentions somebody."
    ),
]


@strawberry.type
class CommentOnErrorSuccess(Decided):
    """It is said."""

    @strawberry.field
    async def comment(self, info: Info) -> ErrorComment | None:
        """The comment, the first one where it was said about several errors."""
        made = self.outcome.made
        return await comment_of(info, CommentId(made[0])) if made else None


@strawberry.type
class EditErrorCommentSuccess:
    """It is said differently."""

    comment: ErrorComment = strawberry.field(description="The comment as it is now.")


@strawberry.type
class DeleteErrorCommentSuccess:
    """It is taken back."""

    comment: ErrorComment = strawberry.field(description="The comment, without its text.")


@strawberry.type
class MarkResolutionTestedSuccess:
    """The test is noted."""

    resolution: Resolution = strawberry.field(description="The resolution as it is now.")


@strawberry.type
class CompleteFollowUpsSuccess:
    """Nothing is left to do."""

    resolution: Resolution = strawberry.field(description="The resolution as it is now.")


CommentOnErrorResult = Annotated[
    CommentOnErrorSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CommentOnErrorResult", description="What was said, or why nothing was."),
]
EditErrorCommentResult = Annotated[
    EditErrorCommentSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("EditErrorCommentResult", description="The comment, or why it stays."),
]
DeleteErrorCommentResult = Annotated[
    DeleteErrorCommentSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("DeleteErrorCommentResult", description="The comment, or why it stays."),
]
MarkResolutionTestedResult = Annotated[
    MarkResolutionTestedSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("MarkResolutionTestedResult", description="The resolution, or why not."),
]
CompleteFollowUpsResult = Annotated[
    CompleteFollowUpsSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CompleteFollowUpsResult", description="The resolution, or why not."),
]


@strawberry.type
class CommentMutations:
    """What can be said about errors and their resolutions."""

    @strawberry.mutation
    async def comment_on_error(
        self,
        info: Info,
        errors: Errors,
        body: Body,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> CommentOnErrorResult:
        """Say something about errors; who says it, and who is mentioned, hears of them."""
        decision = CommentDecision(
            body=text_of(body, field="body", maximum=MAX_BODY),
            clock=info.context.house.errors.clock,
        )
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return CommentOnErrorSuccess.of(outcome)

    @strawberry.mutation
    async def edit_error_comment(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The comment.")],
        body: Body,
    ) -> EditErrorCommentResult:
        """Say something differently; only its author may."""
        comments = info.context.house.errors.comments
        text = text_of(body, field="body", maximum=MAX_BODY)
        after = await comments.edit(comment_id(id), text, by=info.context.viewer)
        return EditErrorCommentSuccess(comment=ErrorComment.of(after))

    @strawberry.mutation
    async def delete_error_comment(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The comment.")],
    ) -> DeleteErrorCommentResult:
        """Take something back; only its author may. That there was a comment stays to be seen."""
        comments = info.context.house.errors.comments
        after = await comments.delete(comment_id(id), by=info.context.viewer)
        return DeleteErrorCommentSuccess(comment=ErrorComment.of(after))

    @strawberry.mutation
    async def mark_resolution_tested(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The resolution.")],
        has_passed: Annotated[
            bool, strawberry.argument(description="Whether the test passed.")
        ] = True,
    ) -> MarkResolutionTestedResult:
        """Note that a resolution was tested; where its type asks for it, closing needs a pass."""
        follow_ups = info.context.house.errors.follow_ups
        after = await follow_ups.mark_tested(
            resolution_id(id), has_passed=has_passed, by=info.context.viewer
        )
        return MarkResolutionTestedSuccess(resolution=Resolution.of(after))

    @strawberry.mutation
    async def complete_follow_ups(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The resolution.")],
    ) -> CompleteFollowUpsResult:
        """Note that the code or the documentation was changed, as a resolution asked for."""
        follow_ups = info.context.house.errors.follow_ups
        after = await follow_ups.complete(resolution_id(id), by=info.context.viewer)
        return CompleteFollowUpsSuccess(resolution=Resolution.of(after))
