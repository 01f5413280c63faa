"""The live timeline of an error: each entry that is added to it."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from application.feed import FeedBatch
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId
from graph import ids
from graph.activities import ErrorActivity, activities_of
from graph.context import Info
from graph.error_feed import activities_in, error_shown
from graph.errors import Error
from graph.feed import AfterPlace, Batch, batches_of
from graph.one_error_feed import home_of


@strawberry.type
class ErrorActivityBatch(Batch):
    """What was added to a timeline; nothing is ever left out but with the word to load it anew."""

    @strawberry.field
    async def activities(self, info: Info) -> list[ErrorActivity]:
        """The new entries, oldest first."""
        ids = [id_ for entry in self.entries for id_ in activities_in(entry)]
        return await activities_of(info, ids)

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error as it is now; null when nothing was added, or when it is gone."""
        return await error_shown(info, self.entries[-1].subject_id) if self.entries else None


@strawberry.type
class ActivitySubscriptions:
    """What can be watched of timelines."""

    @strawberry.subscription
    async def activity_added(
        self,
        info: Info,
        error_id: Annotated[strawberry.ID, strawberry.argument(description="Whose timeline.")],
        after: AfterPlace = None,
    ) -> AsyncGenerator[ErrorActivityBatch]:
        """Each entry that is added to an error's timeline, once and in order.

        When the error itself is gone, it is asked to be loaded anew: there is none any more.
        """
        error = ids.error_id(error_id, field="errorId")
        chosen = await home_of(info.context, error, after)

        def wanted(entry: FeedEntry) -> bool:
            if entry.subject_id != error:
                return entry.kind is FeedKind.MANY_CHANGED and "service_id" in entry.payload
            return bool(activities_in(entry)) or entry.kind is FeedKind.ERROR_REMOVED

        return batches_of(info.context, chosen, after, wanted, _show)


def _show(batch: FeedBatch, organization: OrganizationId) -> ErrorActivityBatch:
    # All of it is of one error: what is left out is no earlier word of what is here.
    is_gone = not all(map(activities_in, batch.entries))
    return ErrorActivityBatch.showing(batch, organization, is_stale=is_gone or batch.omitted > 0)
