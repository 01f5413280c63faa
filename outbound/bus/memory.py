"""The bus of one process alone: for tests and for trying things out."""

import asyncio

from outbound.bus.backend import Backend


class MemoryBackend(Backend):
    """Carries messages to the listeners of the same `Bus` object only."""

    def __init__(self) -> None:
        super().__init__()
        self._subscribed: set[str] = set()

    async def connect(self) -> None:
        """There is nothing to connect to."""

    async def disconnect(self) -> None:
        """Let the reader that `Broadcast` has just cancelled end before we return."""
        await asyncio.sleep(0)

    async def subscribe(self, group: str) -> None:
        """Keep the messages of a channel from now on."""
        self._subscribed.add(group)

    async def unsubscribe(self, group: str) -> None:
        """Drop the messages of a channel from now on."""
        self._subscribed.discard(group)

    async def publish(self, channel: str, message: str) -> None:
        """Hand a message to whoever listens."""
        self.counts.published += 1
        if channel in self._subscribed:
            self._arrived(channel, message)
