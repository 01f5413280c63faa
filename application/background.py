"""Background: what is begun in a request but must not hold it up, nor show by its time."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100


@dataclass(slots=True)
class Background:
    """The tasks of this process that nobody waits for."""

    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin some work; when far too much is under way, it is left out and logged."""
        if len(self._tasks) >= MOST_AT_ONCE:
            work.close()
            log.warning("left out: too much is under way", extra={"work": name})
            return
        task = asyncio.create_task(_logged(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def start(self) -> None:
        """Do nothing: it starts with the first work."""

    async def stop(self) -> None:
        """Wait until everything is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks)


async def _logged(work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await work
    except Exception:  # outermost line of this task
        log.exception("failed in the background", extra={"work": name})
