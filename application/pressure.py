"""Back-pressure: a process that falls behind answers slower, long before it refuses.

A client waits for its answer before it sends more, so that a short delay in each answer slows down
the many at once, and loses nothing.
"""

import asyncio
import logging
import time
from dataclasses import dataclass

from application.inbox import MAX_WAITING_ITEMS, Inbox
from persistence.database import SYSTEM, Database
from persistence.inbox import queue

log = logging.getLogger(__name__)

MAX_DELAY_SECONDS = 0.25
# In this process' memory: from a tenth of what it holds at most.
WAITING_FROM = MAX_WAITING_ITEMS // 10
# In the table: what a work process digests in some minutes.
BACKLOG_FROM = 200_000
BACKLOG_FULL = 1_000_000
LOOK_SECONDS = 1.0
# A look may cost the database this part of its time at most.
LOOK_SHARE = 0.05


def delay_seconds(waiting: int, backlog: int) -> float:
    """Return how long an answer is held back: nothing at first, then growing, and bounded."""
    in_memory = (waiting - WAITING_FROM) / (MAX_WAITING_ITEMS - WAITING_FROM)
    in_table = (backlog - BACKLOG_FROM) / (BACKLOG_FULL - BACKLOG_FROM)
    return MAX_DELAY_SECONDS * min(1.0, max(0.0, in_memory, in_table))


@dataclass(slots=True, kw_only=True)
class Pressure:
    """How far behind this process and its installation are."""

    inbox: Inbox
    database: Database
    backlog: int = 0
    delayed: int = 0
    delayed_seconds: float = 0.0
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start looking at the backlog now and then."""
        self._task = asyncio.create_task(self._look_forever(), name="pressure")

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def hold_back(self) -> None:
        """Wait as long as an answer is to be held back now: mostly not at all."""
        seconds = delay_seconds(self.inbox.waiting_items, self.backlog)
        if seconds > 0:
            self.delayed += 1
            self.delayed_seconds += seconds
            await asyncio.sleep(seconds)

    async def look(self) -> None:
        """Count the backlog, no further than it matters."""
        async with self.database.raw_reading(SYSTEM) as db:
            self.backlog = await queue.backlog_up_to(db, BACKLOG_FULL)

    async def _look_forever(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self.look()
            except Exception as error:  # outermost line: the database is away, the inbox knows
                log.debug("no look at the backlog", extra={"why": str(error)})
            took = time.monotonic() - began
            await asyncio.sleep(max(LOOK_SECONDS, took / LOOK_SHARE))
