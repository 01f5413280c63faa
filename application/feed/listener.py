"""One listener's way through the feed: from the table first, then live, without a seam.

Until it has caught up it reads pages at its own pace. The page that reaches what the hub knows and
the step into the live feed happen without an await between them, so nothing can fall in between.
"""

from typing import Self

from application.feed.pending import FeedBatch, FeedCounts, Pending
from application.feed.reader import HubClosed, PatientReader
from application.feed.watch import Watch, continues


class Listener:
    """An endless iterator of batches; it ends when the hub is closed."""

    def __init__(
        self, watch: Watch, pending: Pending, reader: PatientReader, counts: FeedCounts
    ) -> None:
        self._watch = watch
        self._pending = pending
        self._reader = reader
        self._counts = counts
        self._cursor = 0

    @property
    def position(self) -> int:
        """The cursor after the last batch, at first the one to start from."""
        return self._cursor

    def begin(self, after: int | None) -> None:
        """Start after a position, or at what is known now."""
        self._cursor = self._pending.position = self._watch.known if after is None else after
        if self._cursor == self._watch.known:
            self._go_live()

    def __aiter__(self) -> Self:
        """Iterate over batches."""
        return self

    async def __anext__(self) -> FeedBatch:
        """Return what is new, as soon as anything is; to give up while waiting loses nothing."""
        try:
            while not self._pending.is_ended:
                batch = self._pending.take() if self._is_live else await self._catch_up()
                if batch is not None:
                    self._cursor = batch.position
                    self._counts.delivered += len(batch.entries)
                    return batch
                if self._is_live:
                    await self._pending.arrival()
        except HubClosed:
            pass
        raise StopAsyncIteration

    @property
    def settled(self) -> int:
        """Up to where nothing waits to be taken: what is not wanted counts as taken at once."""
        return self._cursor if self._pending.has_news else self._pending.position

    @property
    def known(self) -> int:
        """Up to where this process knows the feed."""
        return self._watch.known

    async def news(self) -> bool:
        """Wait, once live, until something can be taken; False when the listener has ended."""
        await self._pending.arrival()
        return not self._pending.is_ended

    def take(self) -> FeedBatch | None:
        """Take what waits at this moment, None when nothing does."""
        if (batch := self._pending.take()) is not None:
            self._cursor = batch.position
            self._counts.delivered += len(batch.entries)
        return batch

    @property
    def waiting(self) -> int:
        """How many changes can be taken at this moment."""
        return self._pending.waiting

    @property
    def _is_live(self) -> bool:
        return self._pending in self._watch.live

    def _go_live(self) -> None:
        self._watch.live.add(self._pending)

    async def _catch_up(self) -> FeedBatch | None:
        if self._pending.position < self._watch.known:
            return await self._next_page()
        if self._pending.position > self._watch.known:
            # Either its message is still on its way to this process, or it is no cursor of ours.
            extent = await self._reader.head(self._watch.organization)
            if self._pending.position > extent.newest:
                return self._reload()
        # Asked once more: while we read, the hub may have gone past us.
        if self._pending.position >= self._watch.known:
            self._go_live()
        return None

    async def _next_page(self) -> FeedBatch | None:
        page = await self._reader.after(self._watch.organization, self._pending.position)
        if not continues(self._pending.position, page):
            return self._reload()
        wanted = self._pending.sifted(page)
        if self._pending.position >= self._watch.known:
            self._go_live()
        if not wanted:
            return None
        return FeedBatch(entries=tuple(wanted), position=self._pending.position)

    def _reload(self) -> FeedBatch | None:
        self._pending.resync(self._watch.known)
        self._go_live()
        return self._pending.take()
