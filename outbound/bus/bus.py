"""The bus as use cases see it: publish, and be told.

`broadcaster.Broadcast` loses subscribers that join a channel at the same time, and its queues have
no bound. So a process holds one subscription per channel, opened under a lock, and its callbacks
return at once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

from outbound.bus.backend import GAP, Backend, Broadcast, BusCounts
from outbound.bus.memory import MemoryBackend
from outbound.bus.postgres import PostgresBackend
from outbound.bus.redis import RedisBackend

logger = logging.getLogger(__name__)

Heard = Callable[[str | None], None]


class Bus:
    """Carries short messages between processes; it may lose them, and says when it may have."""

    def __init__(self, broadcast: Broadcast, backend: Backend) -> None:
        self._broadcast = broadcast
        self._backend = backend
        self._callbacks: dict[str, list[Heard]] = {}
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Lock()
        self._late: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        channels: Collection[str] = (),
        prefix: str = "tocsin",
        patience_seconds: float = 2.0,
        server_settings: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Self]:
        """Connect to memory://, redis:// or postgresql:// and listen to `channels`.

        A server that is away is not an error; a dead link is noticed after twice the patience.
        """
        backend = _backend(url, prefix, patience_seconds, server_settings)
        async with Broadcast(backend=backend) as broadcast:
            bus = cls(broadcast, backend)
            try:
                await bus._listen_to(channels)
                yield bus
            finally:
                await bus._hang_up()

    @property
    def counts(self) -> BusCounts:
        """What this bus did so far."""
        return self._backend.counts

    @property
    def is_up(self) -> bool:
        """Whether messages go out and come in at this moment, as far as is known."""
        return self._backend.is_up

    async def publish(self, channel: str, message: str) -> None:
        """Send to every process that listens, this one too; a lost connection is not an error.

        An empty message, and one that is too large to be carried, is heard as None: look yourself.
        """
        largest = self._backend.largest_bytes
        if largest is not None and len(message.encode()) > largest:
            self.counts.refused += 1
            message = GAP
        await self._broadcast.publish(channel, message)

    def on(self, channel: str, heard: Heard) -> None:
        """Call `heard` with each message; None says that messages may have been lost."""
        self._callbacks.setdefault(channel, []).append(heard)
        if channel not in self._pumps:
            task = asyncio.create_task(self._listen_to([channel]))
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _listen_to(self, channels: Collection[str]) -> None:
        async with self._opening:
            opened = []
            for channel in set(channels) - self._pumps.keys():
                opened.append(asyncio.Event())
                pump = self._pump(channel, opened[-1])
                self._pumps[channel] = asyncio.create_task(pump, name=f"bus {channel}")
            for event in opened:
                await event.wait()

    async def _pump(self, channel: str, opened: asyncio.Event) -> None:
        async with self._broadcast.subscribe(channel) as subscriber:
            opened.set()
            # Whoever asked before this moment may have missed something.
            self._tell(channel, None)
            while True:
                event = await subscriber.get()
                if event.message == GAP:
                    self._tell(channel, None)
                else:
                    self.counts.received += 1
                    self._tell(channel, event.message)
                # A full queue never yields by itself: let those who were told do their work first.
                await asyncio.sleep(0)

    def _tell(self, channel: str, message: str | None) -> None:
        for heard in self._callbacks.get(channel, ()):
            try:
                heard(message)
            except Exception:  # one bad listener must not silence the others
                logger.exception("A listener of the bus failed on channel %r.", channel)

    async def _hang_up(self) -> None:
        tasks = [*self._late, *self._pumps.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _backend(
    url: str, prefix: str, patience_seconds: float, server_settings: Mapping[str, str] | None
) -> Backend:
    match urlsplit(url).scheme:
        case "memory":
            return MemoryBackend()
        case "redis" | "rediss":
            return RedisBackend(url, prefix=prefix, patience_seconds=patience_seconds)
        case "postgresql" | "postgres":
            return PostgresBackend(
                url,
                prefix=prefix,
                patience_seconds=patience_seconds,
                server_settings=server_settings,
            )
        case scheme:
            raise ValueError(f"No bus for {scheme!r}: use memory, redis, rediss or postgresql.")
