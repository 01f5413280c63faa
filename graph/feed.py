"""The live feed of errors: what changes, as the viewer may see it at that moment."""

from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import aclosing
from datetime import datetime
from enum import Enum
from typing import Annotated, Self, TypeVar
from uuid import UUID

import strawberry

from application.feed import FeedBatch
from domain.failures import Forbidden, Invalid, NotFound
from domain.feed import FeedEntry
from domain.ids import ErrorId, OccurrenceId, OrganizationId
from domain.viewers import Viewer
from graph.context import Context, Info
from graph.cursors import FeedCursor
from graph.errors import Error
from graph.failures import RESTARTING, refusal
from graph.feed_filters import KINDS, ErrorChangeKind, ErrorFeedFilter, is_of_errors
from graph.ids import organization_id, shown
from graph.occurrences import Occurrence
from graph.pacing import paced
from graph.sharing import Shareable
from persistence.projection.declared import ERROR

Batch = TypeVar("Batch")


@strawberry.enum
class FeedBatchKind(Enum):
    """What a batch asks of its reader."""

    CHANGES = strawberry.enum_value("changes", description="Apply the changes.")
    RESYNC = strawberry.enum_value(
        "resync",
        description="Changes are missing here: load what you show anew, then go on.",
    )


@strawberry.type
class ErrorChange:
    """One change of one error."""

    error_key: strawberry.Private[ErrorId]
    occurrence_key: strawberry.Private[OccurrenceId | None]
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
        found = await info.context.loaders.errors.load(self.error_key)
        return None if found is None else Error.of(found)

    @strawberry.field
    async def occurrence(self, info: Info) -> Occurrence | None:
        """The latest occurrence, when the change is one."""
        if self.occurrence_key is None:
            return None
        found = await info.context.loaders.occurrences.load(self.occurrence_key)
        return None if found is None else Occurrence.of(found)

    @classmethod
    def of(cls, entry: FeedEntry) -> Self:
        """Show an entry of the feed."""
        occurrence, count = entry.payload.get("occurrence_id"), entry.payload.get("count")
        return cls(
            error_key=ErrorId(entry.subject_id),
            occurrence_key=OccurrenceId(UUID(occurrence)) if isinstance(occurrence, str) else None,
            kind=KINDS[entry.kind],
            cursor=FeedCursor(organization=entry.organization_id, position=entry.position),
            at=entry.at,
            error_id=shown(ERROR, entry.subject_id),
            count=count if isinstance(count, int) else 0,
        )


@strawberry.type
class ErrorFeedBatch(Shareable):
    """What happened since the batch before; the first is empty and says where the feed begins."""

    entries: strawberry.Private[tuple[FeedEntry, ...]]
    kind: FeedBatchKind = strawberry.field(description="What to do with it.")
    cursor: FeedCursor = strawberry.field(
        description="The place right after this batch: after a break, go on `after` it."
    )
    omitted: int = strawberry.field(
        description="How many changes were left out, a later one of the same error being here."
    )

    @strawberry.field
    def changes(self) -> list[ErrorChange]:
        """The changes, in order."""
        return [ErrorChange.of(entry) for entry in self.entries]

    def sharing_key(self) -> Hashable:
        """Return what tells this batch from others: the same places hold the same changes."""
        positions = tuple(entry.position for entry in self.entries)
        return (self.cursor, self.kind, self.omitted, positions)

    @classmethod
    def of(cls, batch: FeedBatch, organization: OrganizationId) -> Self:
        """Show a batch of the feed."""
        return cls(
            kind=FeedBatchKind.RESYNC if batch.resync else FeedBatchKind.CHANGES,
            cursor=FeedCursor(organization=organization, position=batch.position),
            omitted=batch.omitted,
            entries=batch.entries,
        )


@strawberry.type
class FeedSubscriptions:
    """What can be watched."""

    @strawberry.subscription
    async def error_feed(
        self,
        info: Info,
        where: Annotated[
            ErrorFeedFilter | None, strawberry.argument(description="Only changes that fit.")
        ] = None,
        after: Annotated[
            FeedCursor | None,
            strawberry.argument(description="Go on after this place; from now when left out."),
        ] = None,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose feed; may be left out by who has only one."),
        ] = None,
    ) -> AsyncGenerator[ErrorFeedBatch]:
        """Every change of the organization's errors, once and in order, from where one left off."""
        chosen = watched(info.context.viewer, organization, after)
        wanted = None if where is None else where.wanted()
        return batches_of(info.context, chosen, after, wanted or is_of_errors, ErrorFeedBatch.of)


def watched(viewer: Viewer, asked: str | None, after: FeedCursor | None) -> OrganizationId:
    """Return whose feed is meant; the viewer must belong there."""
    if asked is not None:
        chosen = organization_id(asked, field="organization")
    elif after is not None:
        chosen = after.organization
    elif len(viewer.organizations) == 1:
        (chosen,) = viewer.organizations
    else:
        raise Invalid("Say whose feed: you have more than one organization.", field="organization")
    if not _may_watch(viewer, chosen):
        raise NotFound("No such organization.")
    if after is not None and after.organization != chosen:
        raise Invalid("The cursor is of another organization's feed.", field="after")
    return chosen


def _may_watch(viewer: Viewer, organization: OrganizationId) -> bool:
    return viewer.is_system_admin or organization in viewer.organizations


async def batches_of(
    context: Context,
    organization: OrganizationId,
    after: FeedCursor | None,
    wanted: Callable[[FeedEntry], bool],
    show: Callable[[FeedBatch, OrganizationId], Batch],
) -> AsyncGenerator[Batch]:
    """Show what follows a place of an organization's feed, to who may still see it."""
    position = None if after is None else after.position
    async with context.house.hub.listen(organization, after=position, wanted=wanted) as listener:
        if after is None:
            yield show(FeedBatch(position=listener.position), organization)
        async with aclosing(paced(listener)) as batches:
            async for batch in batches:
                await context.renew()
                if not _may_watch(context.viewer, organization):
                    raise Forbidden("You no longer belong to this organization.")
                yield show(batch, organization)
    # Only a process that stops ends a feed. Quietly, a client would take it for complete.
    raise refusal(RESTARTING, "The server restarts; connect again.")
