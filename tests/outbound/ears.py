"""What tests of the bus listen with, and the buses that they open."""

import asyncio
import os
from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager

from outbound.bus import Bus

BELL = "feed"
# Another run on the same database must not hear us.
PREFIX = f"tocsin{os.getpid()}"


def a_bus(
    url: str, channels: Collection[str] = (BELL,), **settings
) -> AbstractAsyncContextManager[Bus]:
    return Bus.open(url, channels=channels, **{"prefix": PREFIX, **settings})


class Ear:
    """Remembers what it heard, and waits for more."""

    def __init__(self) -> None:
        self.heard: list[str | None] = []
        self._more = asyncio.Event()

    def __call__(self, message: str | None) -> None:
        self.heard.append(message)
        self._more.set()

    @property
    def messages(self) -> list[str]:
        return [message for message in self.heard if message is not None]

    @property
    def gaps(self) -> int:
        return self.heard.count(None)

    async def until(self, is_enough: Callable[["Ear"], bool], *, seconds: float = 8.0) -> None:
        async with asyncio.timeout(seconds):
            while not is_enough(self):
                self._more.clear()
                await self._more.wait()

    async def hears(self, message: str) -> None:
        await self.until(lambda ear: message in ear.heard)

    async def hears_a_gap(self, count: int = 1) -> None:
        await self.until(lambda ear: ear.gaps >= count)
