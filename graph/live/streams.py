"""Streams: one selection of what a source tells, worked out once for all its subscribers.

What is live gets each frame as soon as there is one. For who joins or has fallen behind, the last
frames are kept: who is at a place between two of them needs nothing from the table.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Protocol

from graph.context import Context
from graph.live.counts import LiveCounts
from graph.live.frames import Ending, Frame
from graph.sharing import Shareable

KEPT_FRAMES = 32
KEPT_CHARACTERS = 256_000
# So many are told in one go, before others of the process have their turn.
TOLD_AT_ONCE = 256


class Follower(Protocol):
    """A subscriber, as its stream sees it."""

    position: int

    def take(self, frame: Frame) -> bool:
        """Send a frame at once and stand behind it, or return False."""
        ...

    def fall_behind(self) -> None:
        """Go on alone, from where it is."""
        ...

    def finish(self, ending: Ending) -> None:
        """Tell that nothing more comes."""
        ...


class Course(Protocol):
    """A source, as its streams see it: what was told, and up to where nothing waits."""

    position: int

    @property
    def settled(self) -> int:
        """Up to where there is nothing more to tell at this moment."""
        ...

    def dropped(self, stream: "Stream") -> None:
        """Forget a stream that nobody follows."""
        ...


class Stream:
    """Those who ask the same of the same events, and what they were told last."""

    def __init__(
        self,
        key: Hashable,
        source: Course,
        work_out: Callable[[Shareable, Context], Awaitable[str]],
        counts: LiveCounts,
    ) -> None:
        self.key = key
        self.followers: set[Follower] = set()
        self.live: set[Follower] = set()
        self.work_out = work_out
        self._source = source
        self._counts = counts
        self._frames: deque[Frame] = deque()
        self._characters = 0
        counts.streams += 1

    def enter(self, follower: Follower) -> None:
        """Count somebody in, who does not get anything yet."""
        self.followers.add(follower)

    def leave(self, follower: Follower) -> None:
        """Forget somebody; without anybody the stream ends."""
        self.live.discard(follower)
        self.followers.discard(follower)
        if not self.followers:
            self._counts.streams -= 1
            self._source.dropped(self)

    def join(self, follower: Follower) -> bool:
        """Tell a follower all that it has missed, if that is known here, and go on live.

        Nothing is awaited between the last frame and the step into the live stream.
        """
        for frame in self._frames:
            if frame.follows(follower.position) and not follower.take(frame):
                return False
        if self._source.position <= follower.position <= self._source.settled:
            self.live.add(follower)
            return True
        return False

    def keep(self, frame: Frame, *, is_resync: bool) -> None:
        """Keep a frame for those who come late."""
        if is_resync:
            self._frames.clear()
            self._characters = 0
            return
        self._frames.append(frame)
        self._characters += len(frame.payload)
        while len(self._frames) > KEPT_FRAMES or self._characters > KEPT_CHARACTERS:
            self._characters -= len(self._frames.popleft().payload)

    async def tell(self, frame: Frame, to: tuple[Follower, ...]) -> None:
        """Send a frame to those who were live when it was kept; nobody is waited for."""
        told = 0
        for number, follower in enumerate(to, 1):
            # Some have gone, or gone on alone, while the others were told.
            if follower in self.live and follower.position < frame.first:
                if follower.take(frame):
                    told += 1
                else:
                    self.live.discard(follower)
                    follower.fall_behind()
            if number % TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._counts.deliveries += told

    def finish(self, ending: Ending) -> None:
        """Tell everybody that nothing more comes."""
        for follower in tuple(self.followers):
            follower.finish(ending)
