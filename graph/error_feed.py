"""The live feed of errors: what changes, as the viewer may see it at that moment."""

from collections.abc import AsyncGenerator, Hashable
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from application.feed import FeedBatch
from domain.feed import FeedEntry
from domain.ids import ActivityId, ErrorId, OccurrenceId, OrganizationId
from graph.activities import ErrorActivity, activities_of
from graph.context import Info
from graph.cursors import FeedCursor
from graph.errors import Error
from graph.feed import AfterPlace, Batch, WhoseFeed, batches_of, place_of, watched
from graph.feed_filters import (
    KINDS,
    ErrorChangeKind,
    ErrorFeedFilter,
    ErrorSieve,
    asks_to_reload,
)
from graph.ids import shown
from graph.occurrences import Occurrence
from persistence.projection.declared import ERROR


@strawberry.type
class ErrorChange:
    """One change of one error."""

    entry: strawberry.Private[FeedEntry]
    kind: ErrorChangeKind = strawberry.field(description="What happened.")
    cursor: FeedCursor = strawberry.field(description="The place right after this change.")
    at: datetime = strawberry.field(description="When it happened.")
    error_id: strawberry.ID = strawberry.field(description="The error that it happened to.")
    count: int = strawberry.field(
        description="How many occurrences are in this change; 0 when it is none of an occurrence."
    )

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error as it is now; null when it is gone or no longer for the viewer to see."""
        return await error_shown(info, self.entry.subject_id)

    @strawberry.field
    async def merged_into(self, info: Info) -> Error | None:
        """The error that it was merged into by this change, and by which it is shown from now."""
        into = self.entry.payload.get("merged_into")
        return await error_shown(info, UUID(into)) if isinstance(into, str) else None

    @strawberry.field
    async def occurrence(self, info: Info) -> Occurrence | None:
        """The latest occurrence, when the change is one."""
        return await occurrence_shown(info, self.entry)

    @strawberry.field
    async def activities(self, info: Info) -> list[ErrorActivity]:
        """What its timeline tells of this change: who did what, and how it was before."""
        return await activities_of(info, activities_in(self.entry))

    @classmethod
    def of(cls, entry: FeedEntry, kind: ErrorChangeKind | None = None) -> Self:
        """Show an entry of the feed, as what it is to this watcher."""
        count = entry.payload.get("count")
        return cls(
            entry=entry,
            kind=kind or KINDS[entry.kind],
            cursor=place_of(entry),
            at=entry.at,
            error_id=shown(ERROR, entry.subject_id),
            count=count if isinstance(count, int) else 0,
        )


@strawberry.type
class ErrorFeedBatch(Batch):
    """What happened since the batch before; the first is empty and says where the feed begins."""

    left: strawberry.Private[frozenset[int]] = frozenset()

    @strawberry.field
    def changes(self) -> list[ErrorChange]:
        """The changes, in order."""
        return [
            ErrorChange.of(entry, ErrorChangeKind.LEFT if entry.position in self.left else None)
            for entry in self.entries
        ]

    def sharing_key(self) -> Hashable:
        """Return what tells it from others: what has left depends on who filters."""
        return (super().sharing_key(), self.left)


def shown_by(sieve: ErrorSieve, batch: FeedBatch, organization: OrganizationId) -> ErrorFeedBatch:
    """Show a batch as it passed a sieve; one that tells of the viewer's teams asks to load anew."""
    return ErrorFeedBatch.showing(
        batch,
        organization,
        is_stale=asks_to_reload(batch),
        left=frozenset(
            entry.position
            for entry in batch.entries
            if sieve.shown_as(entry) is ErrorChangeKind.LEFT
        ),
    )


@strawberry.type
class ErrorFeedSubscriptions:
    """What can be watched of errors."""

    @strawberry.subscription
    async def error_feed(
        self,
        info: Info,
        where: Annotated[
            ErrorFeedFilter | None, strawberry.argument(description="Only changes that fit.")
        ] = None,
        after: AfterPlace = None,
        organization: WhoseFeed = None,
    ) -> AsyncGenerator[ErrorFeedBatch]:
        """Every change of the organization's errors, once and in order, from where one left off."""
        chosen = watched(info.context.viewer, organization, after)
        sieve = ErrorSieve(where, info.context.viewer, chosen)

        def show(batch: FeedBatch, organization: OrganizationId) -> ErrorFeedBatch:
            return shown_by(sieve, batch, organization)

        return batches_of(info.context, chosen, after, sieve, show, read=sieve.read)


async def error_shown(info: Info, id_: UUID) -> Error | None:
    """Return an error as it is now, if the viewer may see it."""
    found = await info.context.loaders.errors.load(ErrorId(id_))
    return None if found is None else Error.of(found)


async def occurrence_shown(info: Info, entry: FeedEntry) -> Occurrence | None:
    """Return the occurrence that an entry names, if the viewer may see it."""
    id_ = entry.payload.get("occurrence_id")
    if not isinstance(id_, str):
        return None
    found = await info.context.loaders.occurrences.load(OccurrenceId(UUID(id_)))
    return None if found is None else Occurrence.of(found)


def activities_in(entry: FeedEntry) -> list[ActivityId]:
    """Return the entries of the timeline that an entry of the feed names."""
    ids = entry.payload.get("activities")
    return [ActivityId(UUID(id_)) for id_ in ids] if isinstance(ids, list) else []
