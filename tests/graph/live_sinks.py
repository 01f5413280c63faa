"""Sinks for tests of the live feeds: they take what they are told to take, and remember it."""

import asyncio
import json
from typing import Any

from graph.live.frames import Ending, Frame


class HeldSink:
    """Takes everything, or nothing until it is let go."""

    def __init__(self, *, is_writable: bool = True) -> None:
        self.frames: list[Frame] = []
        self.ending: Ending | None = None
        self.changed = asyncio.Event()
        self._writable = asyncio.Event()
        if is_writable:
            self._writable.set()

    def offer(self, frame: Frame) -> bool:
        if not self._writable.is_set():
            return False
        self._take(frame)
        return True

    async def send(self, frame: Frame) -> None:
        await self._writable.wait()
        self._take(frame)

    def end(self, ending: Ending) -> None:
        self.ending = ending
        self.changed.set()

    def block(self) -> None:
        self._writable.clear()

    def unblock(self) -> None:
        self._writable.set()

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.changed.set()

    @property
    def batches(self) -> list[dict[str, Any]]:
        return [
            batch for frame in self.frames for batch in json.loads(frame.payload)["data"].values()
        ]

    async def until(self, is_so) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(30):
            while not is_so(self):
                self.changed.clear()
                await self.changed.wait()
