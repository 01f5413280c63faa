"""The pool: prepares events in processes of their own, while this one speaks with the database.

A Python process uses one core. Small batches are prepared here all the same: to hand them over
would take longer, and an idle installation needs no further process. What kills a process of the
pool, or never ends, is found by halving and refused: it must not take the digest along for ever.
"""

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from application.digest.prepare import Refused, Result, Task
from application.digest.preparing import Here, Workshop
from application.policies import Policy

log = logging.getLogger(__name__)

# Fewer are prepared sooner than handed over.
WORTH_HANDING_OVER = 40
PATIENCE_SECONDS = 60.0
IDLE_SECONDS = 60.0

_workshop = Workshop()


def _work(tasks: Sequence[Task], policies: Sequence[Policy]) -> list[Result]:
    return _workshop.work(tasks, policies)


@dataclass(slots=True, kw_only=True)
class Pool:
    """Prepares events in up to so many other processes; `on_start` runs first in each of them."""

    processes: int
    on_start: Callable[[], None] | None = None
    patience_seconds: float = PATIENCE_SECONDS
    _here: Here = field(default_factory=Here)
    _executor: ProcessPoolExecutor | None = None
    _used_at: float = 0.0

    async def prepare(self, tasks: Sequence[Task], policies: Sequence[Policy]) -> list[Result]:
        """Return what becomes of each task, in their order."""
        if len(tasks) < WORTH_HANDING_OVER:
            self._rest()
            return await self._here.prepare(tasks, policies)
        share = -(-len(tasks) // self.processes)
        parts = [tasks[start : start + share] for start in range(0, len(tasks), share)]
        done = await asyncio.gather(*(self._hand_over(part, policies) for part in parts))
        return [result for part in done for result in part]

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            _end(self._executor)
            self._executor = None

    async def _hand_over(self, tasks: Sequence[Task], policies: Sequence[Policy]) -> list[Result]:
        executor = self._executor or self._open()
        self._used_at = time.monotonic()
        asked = asyncio.get_running_loop().run_in_executor(executor, _work, tasks, policies)
        try:
            return await asyncio.wait_for(asked, self.patience_seconds)
        except (BrokenProcessPool, TimeoutError) as error:
            if self._executor is executor:
                self.close()
            log.warning("preparing ended badly", extra={"items": len(tasks), "why": repr(error)})
        if len(tasks) == 1:
            return [Refused(reason="To prepare it ended a process, or took too long.")]
        middle = len(tasks) // 2
        # One after the other, so that only one of them can be what breaks the next pool.
        first = await self._hand_over(tasks[:middle], policies)
        return first + await self._hand_over(tasks[middle:], policies)

    def _open(self) -> ProcessPoolExecutor:
        self._executor = ProcessPoolExecutor(
            self.processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=self.on_start,
        )
        return self._executor

    def _rest(self) -> None:
        """Give the processes back after a while without large batches."""
        if self._executor is not None and time.monotonic() - self._used_at > IDLE_SECONDS:
            self.close()


def _end(executor: Executor) -> None:
    # A process that hangs would be waited for at the end of ours.
    for process in list(getattr(executor, "_processes", {}).values()):
        process.terminate()
    executor.shutdown(wait=False, cancel_futures=True)
