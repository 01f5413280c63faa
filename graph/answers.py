"""Shared answers: a question that is asked many times in a moment is worked out once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

KEPT_SECONDS = 1.0
KEPT_ANSWERS = 256


class SharedAnswers:
    """The answers of the last moment, and those that are being worked out; each is JSON."""

    def __init__(self, *, kept_seconds: float = KEPT_SECONDS) -> None:
        self.worked_out = 0
        self._seconds = kept_seconds
        self._tasks: dict[Hashable, asyncio.Task[str]] = {}

    async def answer(self, key: Hashable, work_out: Callable[[], Awaitable[str]]) -> str:
        """Return the answer to a question, worked out by whoever asks it first."""
        task = self._tasks.get(key)
        if task is None:
            self.worked_out += 1
            task = asyncio.create_task(_worked_out(work_out), name="shared answer")
            if len(self._tasks) < KEPT_ANSWERS:
                self._tasks[key] = task
                task.add_done_callback(lambda done: self._forget_soon(key, done))
        # Whoever asked first may go away; the others still wait for it.
        return await asyncio.shield(task)

    def _forget_soon(self, key: Hashable, done: asyncio.Task[str]) -> None:
        # Looked at, so that nobody complains when all who waited for it are gone.
        if not done.cancelled():
            done.exception()
        asyncio.get_running_loop().call_later(self._seconds, self._tasks.pop, key, None)


async def _worked_out(work_out: Callable[[], Awaitable[str]]) -> str:
    return await work_out()
