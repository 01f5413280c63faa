"""Loops: claim, do, sleep with jitter; log and go on; stop when told, between two steps."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

MAX_BACKOFF_SECONDS = 10.0


class Bell:
    """Wakes a loop; rings that come while it works are remembered as one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self, _message: str | None = None) -> None:
        """Wake the loop now, or as soon as it would sleep."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Sleep until rung, or for about so many seconds."""
        jitter = 0.8 + 0.4 * random.random()  # noqa: S311 spreading load, not a secret
        try:
            await asyncio.wait_for(self._rung.wait(), seconds * jitter)
        except TimeoutError:
            return
        finally:
            self._rung.clear()


async def repeat(
    name: str,
    step: Callable[[], Awaitable[int]],
    *,
    stop: asyncio.Event,
    bell: Bell,
    idle_seconds: float,
) -> None:
    """Take steps until `stop` is set; a step that did nothing is followed by a sleep."""
    failures = 0
    while not stop.is_set():
        try:
            done = await step()
            failures = 0
            if not done:
                await bell.wait(idle_seconds)
        except Exception:  # the outermost line of a loop: it never ends by a fault
            failures += 1
            level = logging.WARNING if failures == 1 else logging.DEBUG
            log.log(level, "a worker loop failed", extra={"loop": name}, exc_info=True)
            await asyncio.sleep(min(MAX_BACKOFF_SECONDS, 0.1 * 2**failures) * random.random())  # noqa: S311
