"""Feeds: what every live feed is made of, whatever it tells of.

A feed is a file of its own: which entries it wants, and how it shows them (docs/feeds.md).
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from enum import Enum
from typing import Annotated, Any, Self, TypeAlias, TypeVar

import strawberry

from application.feed import FeedBatch
from domain.failures import Invalid, NotFound
from domain.feed import FeedEntry
from domain.ids import OrganizationId
from domain.viewers import Viewer
from graph.context import Context
from graph.cursors import FeedCursor
from graph.ids import organization_id
from graph.live.feeds import Feed
from graph.sharing import Shareable

Shown = TypeVar("Shown", bound=Shareable)

AfterPlace: TypeAlias = Annotated[
    FeedCursor | None,
    strawberry.argument(description="Go on after this place; from now when left out."),
]
WhoseFeed: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Whose feed; may be left out by who has only one."),
]


@strawberry.enum
class FeedBatchKind(Enum):
    """What a batch asks of its reader."""

    CHANGES = strawberry.enum_value("changes", description="Apply the changes.")
    RESYNC = strawberry.enum_value(
        "resync",
        description="Changes are missing here: load what you show anew, then go on.",
    )


@strawberry.type
class Batch(Shareable):
    """What every feed sends: what happened since the batch before."""

    entries: strawberry.Private[tuple[FeedEntry, ...]]
    kind: FeedBatchKind = strawberry.field(description="What to do with it.")
    cursor: FeedCursor = strawberry.field(
        description="The place right after this batch: after a break, go on `after` it."
    )
    omitted: int = strawberry.field(
        description="How many changes were left out, a later one of the same thing being here."
    )

    def sharing_key(self) -> Hashable:
        """Return what tells this batch from others: the same places hold the same changes."""
        positions = tuple(entry.position for entry in self.entries)
        return (type(self).__name__, self.cursor, self.kind, self.omitted, positions)

    @classmethod
    def showing(
        cls, batch: FeedBatch, organization: OrganizationId, *, is_stale: bool = False, **more: Any
    ) -> Self:
        """Show a batch; one that is stale tells its reader to load anew instead."""
        must_reload = batch.resync or is_stale
        return cls(
            kind=FeedBatchKind.RESYNC if must_reload else FeedBatchKind.CHANGES,
            cursor=FeedCursor(organization=organization, position=batch.position),
            omitted=batch.omitted + len(batch.entries) * must_reload,
            entries=() if must_reload else batch.entries,
            **more,
        )


def place_of(entry: FeedEntry) -> FeedCursor:
    """Return the place right after an entry."""
    return FeedCursor(organization=entry.organization_id, position=entry.position)


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


def batches_of(
    _context: Context,
    organization: OrganizationId,
    after: FeedCursor | None,
    wanted: Callable[[FeedEntry], bool],
    show: Callable[[FeedBatch, OrganizationId], Shown],
    *,
    read: Callable[[Context], Awaitable[None]] | None = None,
    refine: Callable[[Context, Shown], Awaitable[Shown | None]] | None = None,
) -> AsyncGenerator[Shown]:
    """Show what follows a place of an organization's feed, to who may still see it.

    A `wanted` that knows more than an entry says (which teams are mine) keeps it up to date by the
    entries themselves, in their order. `read` reads it from the database: before the first entry,
    and where entries are missing. `refine` looks at what is to be shown under the rights of the
    viewer, and may take out what does not fit, or all of it.
    """
    return Feed(organization, after, wanted, show, read, refine)
