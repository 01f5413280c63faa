"""Subscribers: each has a place of their own, and gets what follows it once and in order.

Who keeps up has no task and is no more than a place in a set. Who joins, or has fallen behind,
reads alone until they meet the others again; who is slow reads only the latest of each subject,
four times a second at most; and who takes nothing for half a minute is cut.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from application.feed import FeedBatch
from domain.ids import OrganizationId
from domain.viewers import Viewer
from graph.live.counts import LiveCounts
from graph.live.endings import Lasting
from graph.live.feeds import Feed
from graph.live.frames import Frame, LiveRequest, Sink
from graph.live.patience import Patience, send_patiently
from graph.live.sources import Source
from graph.live.streams import Stream
from graph.live.working import patiently
from graph.sharing import sight_of

# What is asked again so soon is on its way already.
AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Seat:
    """A stream, the source that it tells of, and the feed as it was asked for by who sits there."""

    source: Source
    stream: Stream
    feed: Feed


class Seating(Protocol):
    """Finds a subscriber's stream: of those who ask the same and may see the same."""

    counts: LiveCounts
    patience: Patience

    async def seat(self, request: LiveRequest, viewer: Viewer, own: Source | None) -> Seat:
        """Return where they belong, by the rights that they have; Refused when nowhere."""
        ...

    def gone(self, subscriber: "Subscriber") -> None:
        """Forget a subscriber."""
        ...


class Subscriber(Lasting):
    """One subscription of one client."""

    __slots__ = ("_is_slow", "_is_stale", "_is_worn", "_seating", "position", "seat")

    def __init__(
        self, seating: Seating, request: LiveRequest, viewer: Viewer, sink: Sink, seat: Seat
    ) -> None:
        super().__init__(request, viewer, sink, seating.counts)
        self.seat = seat
        self.position = 0
        self._seating = seating
        self._is_slow = self._is_stale = self._is_worn = False
        seat.stream.enter(self)

    @property
    def organization(self) -> OrganizationId:
        """Whose feed it watches."""
        return self.seat.source.feed.organization

    def begin(self, after: int | None) -> None:
        """Get everything that follows a place, or what follows this moment."""
        self._task = asyncio.create_task(self._run(after, is_new=after is None), name="subscriber")

    def take(self, frame: Frame) -> bool:
        """Send a frame at once and stand behind it, or return False."""
        if self.sink.offer(frame):
            self.position = frame.end
            return True
        self._is_slow = True
        return False

    def fall_behind(self) -> None:
        """Go on alone, from where it is."""
        if self._task is None and not self._ended:
            self._counts.fell_behind += 1
            self._task = asyncio.create_task(self._run(self.position), name="subscriber")

    def renew(self, viewer: Viewer) -> None:
        """Go on with the rights that the client has now."""
        is_same = viewer.user == self.viewer.user and sight_of(viewer) == sight_of(self.viewer)
        self.viewer = viewer
        if is_same or self._ended:
            return
        self._is_stale = True
        self.seat.stream.live.discard(self)
        self.fall_behind()

    def _leave(self) -> None:
        self.seat.stream.leave(self)
        self._seating.gone(self)

    async def _run(self, after: int | None, *, is_new: bool = False) -> None:
        try:
            await self._done(self._follow(after, is_new=is_new))
        finally:
            self._task = None

    async def _follow(self, after: int | None, *, is_new: bool) -> None:
        """Send what was missed, until those who are live are met."""
        await self._begin_alone()
        if after is not None:
            self.position = after
        elif is_new:
            self.position = self.seat.source.settled
            await self._tell(FeedBatch(position=self.position))
        while not self._ended:
            if self._is_stale:
                await self._move()
                await self._begin_alone()
            elif self._is_met():
                return
            else:
                await self._go_on()

    async def _begin_alone(self) -> None:
        """Get ready to read alone: with a filter that has heard nothing, if it remembers things.

        The one of the source has heard what those who are live have; it cannot go back.
        """
        await self.seat.source.opened.wait()
        if self._is_worn:
            await self._move()
            # By other rights it may be another source, which has just begun.
            await self.seat.source.opened.wait()
        seat = self.seat
        if seat.feed.remembers:
            self._is_worn = True
            await patiently(seat.feed.prepare, seat.source.context_of())

    def _is_met(self) -> bool:
        source = self.seat.source
        if self._is_slow and self.position < source.position:
            return False
        self._is_slow = False
        return self.seat.stream.join(self)

    async def _go_on(self) -> None:
        was_slow = self._is_slow
        batch = await self.seat.source.missing(self.position, self.seat.feed, only_latest=was_slow)
        if batch is None:
            await asyncio.sleep(AGAIN_SECONDS)
        elif batch.entries or batch.resync:
            await self._tell(batch)
            self._counts.caught_up += 1
            self._counts.coalesced += batch.omitted
        else:
            self.position = batch.position
        if was_slow:
            await asyncio.sleep(self._seating.patience.gap_seconds)

    async def _tell(self, batch: FeedBatch) -> None:
        source, context = self.seat.source, self.seat.source.context_of()
        event = await patiently(partial(self.seat.feed.shown, batch), context)
        if event is None:
            self.position = batch.position
            return
        payload = await self.seat.stream.work_out(event, context)
        frame = source.frame(batch, payload, self.position, batch.position)
        if not await send_patiently(self.sink, frame, self._seating.patience):
            self._is_slow = True
        self.position = batch.position
        self._counts.deliveries += 1

    async def _move(self) -> None:
        """Go on among those who may see what this client may see now."""
        self._is_stale = self._is_worn = False
        seat = await self._seating.seat(self.request, self.viewer, self.seat.source)
        if self._ended:
            return
        if seat.stream is not self.seat.stream:
            seat.stream.enter(self)
            self.seat.stream.leave(self)
        self.seat = seat
        self._counts.moved += 1
