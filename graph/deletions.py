"""Deleting errors over the API: what it removes is said first."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_id, organization_id
from graph.scalars import BigInt
from persistence.merges.deleting import Removed

Ids = Annotated[list[strawberry.ID], strawberry.argument(description="The errors, at most 100.")]


@strawberry.type
class RemovedErrors:
    """What deleting errors removes, with all that is merged into them."""

    errors: int = strawberry.field(description="How many errors.")
    occurrence_count: BigInt = strawberry.field(description="How often they have happened.")
    kept_occurrences: int = strawberry.field(
        description="How many of these occurrences are stored, counted up to 100,000."
    )
    hashes: int = strawberry.field(description="How many kinds of events lead to them.")
    user_reports: int = strawberry.field(
        description="How many user reports are linked to them; these stay, without the link."
    )

    @classmethod
    def of(cls, removed: Removed) -> "RemovedErrors":
        """Show what is removed."""
        return cls(
            errors=removed.errors,
            occurrence_count=BigInt(removed.occurrences),
            kept_occurrences=removed.kept,
            hashes=removed.hashes,
            user_reports=removed.reports,
        )


@strawberry.type
class DeleteErrorsSuccess:
    """The errors are gone; their occurrences and attachments follow within minutes."""

    removed: RemovedErrors = strawberry.field(description="What was removed.")


DeleteErrorsResult = Annotated[
    DeleteErrorsSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("DeleteErrorsResult", description="What was removed, or why nothing was."),
]


@strawberry.type
class StopDiscardingSuccess:
    """Such events are taken again."""

    hashes: int = strawberry.field(description="How many kinds of events that are.")


StopDiscardingResult = Annotated[
    StopDiscardingSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("StopDiscardingResult", description="That they are taken, or why not."),
]


@strawberry.type
class DeletionQueries:
    """What can be asked before something is deleted."""

    @strawberry.field
    async def preview_error_deletion(self, info: Info, ids: Ids) -> RemovedErrors:
        """Say what deleting errors removes; for owners, admins and devops."""
        wanted = [error_id(id_, field="ids") for id_ in ids[:1_000]]
        deletions = info.context.house.merging.deletions
        return RemovedErrors.of(await deletions.preview(wanted, by=info.context.viewer))


@strawberry.type
class DeletionMutations:
    """What can be deleted."""

    @strawberry.mutation
    async def delete_errors(
        self,
        info: Info,
        ids: Ids,
        discard_future_events: Annotated[
            bool,
            strawberry.argument(
                description="Whether events of the same kinds are dropped from now on; else they"
                " make a new error."
            ),
        ] = False,
    ) -> DeleteErrorsResult:
        """Delete errors for good, with all that is theirs; for owners, admins and devops."""
        wanted = [error_id(id_, field="ids") for id_ in ids[:1_000]]
        removed = await info.context.house.merging.deletions.delete(
            wanted, discard=discard_future_events, by=info.context.viewer
        )
        return DeleteErrorsSuccess(removed=RemovedErrors.of(removed))

    @strawberry.mutation
    async def stop_discarding(
        self,
        info: Info,
        organization: Annotated[strawberry.ID, strawberry.argument(description="Whose it was.")],
        error: Annotated[
            strawberry.ID, strawberry.argument(description="The error that was deleted.")
        ],
    ) -> StopDiscardingResult:
        """Take the events of a deleted error again; for owners, admins and devops."""
        hashes = await info.context.house.merging.deletions.stop_discarding(
            organization_id(organization, field="organization"),
            error_id(error, field="error"),
            by=info.context.viewer,
        )
        return StopDiscardingSuccess(hashes=hashes)
