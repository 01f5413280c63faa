"""Feeds: what a subscription is of, as its resolver says it with `graph.feed.batches_of`.

A resolver runs once for each subscriber, when they come and when their rights change. What it
returns is run once for all who ask the same and may see the same: by which places they go on, and
what a slow reader gets, is not its business.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from application.feed import FeedBatch
from domain.feed import FeedEntry
from domain.ids import OrganizationId
from graph.context import Context
from graph.cursors import FeedCursor
from graph.sharing import Shareable


class Feed(AsyncGenerator[Any]):
    """What is to be watched of an organization's feed, from where on, and how it is shown.

    For GraphQL it is a generator, as what a subscription returns must be; but nobody iterates it.
    """

    def __init__(
        self,
        organization: OrganizationId,
        after: FeedCursor | None,
        wanted: Callable[[FeedEntry], bool],
        show: Callable[[FeedBatch, OrganizationId], Shareable],
        read: Callable[[Context], Awaitable[None]] | None = None,
        refine: Callable[[Context, Any], Awaitable[Shareable | None]] | None = None,
    ) -> None:
        self.organization = organization
        self.after = None if after is None else after.position
        self.wanted = wanted
        self._show = show
        self._read = read
        self._refine = refine

    @property
    def remembers(self) -> bool:
        """Whether its filter knows more than an entry says, so must hear all of them in order."""
        return self._read is not None

    async def prepare(self, context: Context) -> None:
        """Read what its filter must know before it hears the next entry."""
        if self._read is not None:
            await self._read(context)

    async def shown(self, batch: FeedBatch, context: Context) -> Shareable | None:
        """Return what is to be shown of a batch; None when nothing of it is."""
        if batch.resync:
            await self.prepare(context)
        event = self._show(batch, self.organization)
        return event if self._refine is None else await self._refine(context, event)

    async def asend(self, _value: None) -> Any:
        """Refuse to be iterated: that is what `graph.live` is for."""
        raise TypeError("A feed is watched by Live.attach.")

    async def athrow(self, *_error: Any) -> Any:
        """End at once: there is nothing to clean up."""
        raise StopAsyncIteration
