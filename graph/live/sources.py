"""Sources: what several streams tell of, listened to once and paced once.

All selections of the same changes get the same batches and the same loaders: what one of them loads
the others need not.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Hashable
from functools import partial

from application.feed import FeedBatch, Hub, HubClosed, Listener, folded
from graph.context import Context
from graph.cursors import FeedCursor, text_of
from graph.live.counts import LiveCounts
from graph.live.feeds import Feed
from graph.live.frames import End, Ending, Frame
from graph.live.streams import Stream
from graph.live.working import patiently
from graph.masking import masked
from graph.pacing import FULL_ENTRIES, Pace

log = logging.getLogger(__name__)

# More than that of one subject each between two batches, and everybody must load anew.
WAITING_ENTRIES = 1_024
PAGES_AT_ONCE = 8
# More selections than that are not all worked out at the same time.
FEW_STREAMS = 2

_END_OF_TIME = sys.maxsize


class Source:
    """One listener of the hub, for all who want the same changes and may see the same of them."""

    def __init__(
        self,
        *,
        key: Hashable,
        feed: Feed,
        hub: Hub,
        context_of: Callable[[], Context],
        pace: Pace,
        counts: LiveCounts,
        ended: Callable[["Source"], None],
    ) -> None:
        self.key = key
        self.feed = feed
        self.context_of = context_of
        self.streams: dict[Hashable, Stream] = {}
        # Who is live has everything up to here, and nothing of what follows.
        self.position = 0
        # Where the last frame ended; what followed it was nothing to show.
        self._told_to = 0
        self.opened = asyncio.Event()
        self._hub = hub
        self._pace = pace
        self._counts = counts
        self._ended = ended
        self._listener: Listener | None = None
        self._is_telling = False
        counts.sources += 1
        self._task = asyncio.create_task(self._run(), name="live source")

    @property
    def settled(self) -> int:
        """Up to where there is nothing more to tell at this moment."""
        if self._listener is None or self._is_telling:
            return self.position
        return self._listener.settled

    def dropped(self, stream: Stream) -> None:
        """Forget a stream; without any the source ends."""
        self.streams.pop(stream.key, None)
        if not self.streams:
            self._counts.sources -= 1
            self._task.cancel()
            self._ended(self)

    async def missing(self, position: int, feed: Feed, *, only_latest: bool) -> FeedBatch | None:
        """Read what follows a place, at most up to where this source is; None: ask again soon.

        A batch without changes only moves on. It never goes past what was told to who is live:
        who reads alone must be able to meet them.
        """
        limit, organization = self.settled, self.feed.organization
        if position > limit:
            return await self._ahead(position)
        entries, at = [], position
        for _ in range(PAGES_AT_ONCE if only_latest else 1):
            if at >= limit:
                break
            page = await self._hub.page_after(organization, at)
            if not page.is_whole:
                self._counts.resyncs += 1
                return FeedBatch(position=self.settled, resync=True)
            entries += [e for e in page.entries if e.position <= limit and feed.wanted(e)]
            at = min(page.entries[-1].position, limit)
        if at == position:
            return None
        batch = FeedBatch(entries=tuple(entries), position=at)
        return folded(batch) if only_latest else batch

    async def _ahead(self, position: int) -> FeedBatch | None:
        """Find out about a place that nobody here has heard of: it is to come, or none of ours."""
        if self._listener is not None and position <= self._listener.known:
            return None
        if position <= await self._hub.newest(self.feed.organization):
            return None
        self._counts.resyncs += 1
        return FeedBatch(position=self.settled, resync=True)

    async def _run(self) -> None:
        ending = Ending(why=End.RESTARTING)
        try:
            async with self._hub.listen(
                self.feed.organization, wanted=self.feed.wanted, pending_limit=WAITING_ENTRIES
            ) as listener:
                await patiently(self.feed.prepare, self.context_of())
                self._listener = listener
                self.position = self._told_to = listener.position
                self.opened.set()
                while await listener.news():
                    await self._gather(listener)
                    if (batch := listener.take()) is not None:
                        await self._tell(batch)
        except HubClosed:
            pass
        except Exception as error:  # the outermost line of this source's task
            request_id = self.context_of().request_id
            ending = Ending(why=End.REFUSED, errors=(masked(error, request_id),))
        self.opened.set()
        for stream in tuple(self.streams.values()):
            stream.finish(ending)

    async def _gather(self, listener: Listener) -> None:
        """Let changes gather until the next batch is due, or is full."""
        loop = asyncio.get_running_loop()
        while (wait := self._pace.wait_seconds(loop.time())) > 0:
            if not self._pace.is_busy and listener.waiting >= FULL_ENTRIES:
                return
            await asyncio.sleep(min(wait, 0.02))

    async def _tell(self, batch: FeedBatch) -> None:
        loop = asyncio.get_running_loop()
        began, worked = loop.time(), time.thread_time()
        self._is_telling = True
        first = _first_of(batch, self._told_to)
        oldest = batch.entries[0].at if batch.entries else None
        batch = folded(batch) if self._pace.is_busy else batch
        context = self.context_of()
        payloads = await self._worked_out(batch, context)
        self.position = batch.position
        self._is_telling = False
        self._counts.coalesced += batch.omitted
        self._counts.resyncs += batch.resync
        # Nothing is awaited from where the position moved up to where all frames are kept: who
        # joins then has a place behind them, and is not among those who are told.
        to = [
            (stream, self.frame(batch, payload, self._told_to, first), tuple(stream.live))
            for stream, payload in payloads.items()
        ]
        if to:
            self._told_to = batch.position
        for stream, frame, _ in to:
            stream.keep(frame, is_resync=batch.resync)
        for stream, frame, followers in to:
            await stream.tell(frame, followers)
        if oldest is not None and to:
            seconds = (context.now - oldest).total_seconds()
            self._counts.lag.note(self.feed.organization, seconds)
        self._pace.told(began, loop.time(), time.thread_time() - worked)

    async def _worked_out(self, batch: FeedBatch, context: Context) -> dict[Stream, str]:
        """Return the answer of each stream to a batch; none when nothing of it is to be shown."""
        event = await patiently(partial(self.feed.shown, batch), context)
        found: dict[Stream, str] = {}
        if event is None:
            return found
        # A stream that begins meanwhile stands before this batch, so it must have it as well.
        while missing := [each for each in self.streams.values() if each not in found]:
            if not found and len(missing) > FEW_STREAMS:
                # One goes ahead: what it finds out the others need not.
                missing = missing[:1]
            texts = await asyncio.gather(*(each.work_out(event, context) for each in missing))
            found.update(zip(missing, texts, strict=True))
        return found

    def frame(self, batch: FeedBatch, payload: str, start: int, first: int) -> Frame:
        """Return the frame of a batch, for who is where it begins."""
        place = FeedCursor(organization=self.feed.organization, position=batch.position)
        return Frame(
            payload=payload, cursor=text_of(place), start=start, first=first, end=batch.position
        )


def _first_of(batch: FeedBatch, start: int) -> int:
    """Return the first change of a batch; who is before it, but behind its start, can take it."""
    if batch.resync:
        return _END_OF_TIME
    return start + 1 if batch.omitted else batch.entries[0].position
