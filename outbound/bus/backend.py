"""What all backends of the bus share; the only file that knows the library `broadcaster`.

A message without content means "messages may have been lost". It travels like any other message, so
that it keeps its place among them.
"""

import asyncio
from dataclasses import dataclass

from broadcaster import Broadcast, BroadcastBackend, Event

__all__ = ["GAP", "Backend", "Broadcast", "BusCounts"]

GAP = ""


@dataclass(slots=True)
class BusCounts:
    """What the bus of this process did since it was opened."""

    published: int = 0
    received: int = 0
    reconnects: int = 0
    lost: int = 0
    refused: int = 0


class Backend(BroadcastBackend):
    """A way to carry messages, as `broadcaster.Broadcast` wants it."""

    largest_bytes: int | None = None

    def __init__(self) -> None:
        self.counts = BusCounts()
        self._arrivals: asyncio.Queue[Event] = asyncio.Queue()

    @property
    def is_up(self) -> bool:
        """Whether messages go out and come in at this moment, as far as is known."""
        return True

    async def next_published(self) -> Event:
        """Return the next message that arrived on a channel that we listen to."""
        return await self._arrivals.get()

    def _arrived(self, channel: str, message: str) -> None:
        self._arrivals.put_nowait(Event(channel, message))
