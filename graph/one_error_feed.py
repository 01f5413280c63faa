"""The live feed of one error: all that happens to it, and to what it is merged into."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from application.feed import FeedBatch
from domain.failures import NotFound
from domain.feed import FeedEntry, FeedKind
from domain.ids import ErrorId, OrganizationId
from graph.context import Context, Info
from graph.cursors import FeedCursor
from graph.error_feed import ErrorFeedBatch
from graph.feed import AfterPlace, batches_of, watched
from graph.feed_filters import asks_to_reload, is_of_errors
from graph.ids import error_id, shown
from persistence.merges import records
from persistence.projection.declared import ORGANIZATION
from persistence.reach import Reach

_ALWAYS = datetime.min.replace(tzinfo=UTC)


class OneError:
    """An error, and what it is merged into from then on: the entries that tell of them."""

    def __init__(self, error: ErrorId, organization: OrganizationId) -> None:
        self._error, self._organization = error, organization
        self._since: dict[UUID, datetime] = {error: _ALWAYS}

    async def read(self, context: Context) -> None:
        """Begin with what it is merged into now."""
        async with context.house.database.reading(context.scope) as db:
            found = await records.of_error(db, self._error, Reach((self._organization,)))
        into: dict[UUID, datetime] = {
            each.primary_error_id: each.merged_at
            for each in found
            if each.merged_error_id == self._error and each.undone_at is None
        }
        self._since = {self._error: _ALWAYS, **into}

    def __call__(self, entry: FeedEntry) -> bool:
        """Say whether an entry tells of it; each is asked about once, in order."""
        if entry.kind is FeedKind.MANY_CHANGED:
            return True
        since = self._since.get(entry.subject_id)
        if since is None or not is_of_errors(entry) or entry.at < since:
            return False
        into = entry.payload.get("merged_into")
        if isinstance(into, str):
            self._since[UUID(into)] = entry.at
        elif entry.payload.get("unmerged_from") is None:
            pass
        elif entry.subject_id == self._error:
            self._since = {self._error: _ALWAYS}
        else:
            del self._since[entry.subject_id]
        return True


@strawberry.type
class OneErrorSubscriptions:
    """What can be watched of one error."""

    @strawberry.subscription
    async def error_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which error.")],
        after: AfterPlace = None,
    ) -> AsyncGenerator[ErrorFeedBatch]:
        """Everything that happens to one error: occurrences, decisions, comments, calls, its end.

        One that is merged into another comes as REMOVED with `mergedInto`; what happens to that one
        follows, until they are set apart again.
        """
        error = error_id(id)
        chosen = await home_of(info.context, error, after)
        sieve = OneError(error, chosen)
        return batches_of(info.context, chosen, after, sieve, _show, read=sieve.read)


def _show(batch: FeedBatch, organization: OrganizationId) -> ErrorFeedBatch:
    return ErrorFeedBatch.showing(batch, organization, is_stale=asks_to_reload(batch))


async def home_of(context: Context, error: ErrorId, after: FeedCursor | None) -> OrganizationId:
    """Return whose an error is; who goes on after a place may learn that it is gone."""
    if after is not None:
        return watched(context.viewer, None, after)
    found = await context.loaders.errors.load(error)
    if found is None:
        raise NotFound("No such error.")
    return watched(context.viewer, shown(ORGANIZATION, found.organization_id), None)
