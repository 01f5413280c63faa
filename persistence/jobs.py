"""Jobs that must be done once, some time: pgqueuer, with a guard against poison of our own.

pgqueuer picks up the job of a worker that died, but does not count how often: a job that kills its
worker would do so for ever. So each start is counted and committed before the handler runs.
What must happen on time is not a job but a due row (see the workers).
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from pgqueuer import AsyncpgPoolDriver, PgQueuer, Queries
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.models import Job, Schedule

from persistence.database import Database

log = logging.getLogger(__name__)

MAX_STARTS = 5
HEARTBEAT_TIMEOUT = timedelta(seconds=30)
# A new job rings; one that waits for its next try does not.
LOOK_EVERY = timedelta(seconds=2)
FIRST_DELAY = timedelta(seconds=10)

Handler = Callable[[bytes], Awaitable[None]]


class JobFailed(Exception):
    """A job that was started often enough; it stays in the queue as failed, to be looked at."""


class Jobs:
    """The handlers of this process, and the queue that they are fed from."""

    def __init__(self, database: Database, *, first_delay: timedelta = FIRST_DELAY) -> None:
        self._database = database
        self._first_delay = first_delay
        self._handlers: dict[str, Handler] = {}
        self._crons: dict[str, str] = {}
        self._running: PgQueuer | None = None
        self._is_stopping = False

    def on(self, name: str, handler: Handler, *, cron: str | None = None) -> None:
        """Let `handler` do the jobs of this name; `cron` enqueues one at each such minute."""
        self._handlers[name] = handler
        if cron is not None:
            self._crons[name] = cron

    async def enqueue(self, name: str, payload: bytes = b"", *, once: str | None = None) -> bool:
        """Enqueue a job; False when one with the same `once` waits or runs already."""
        pool = await self._database.pool()
        queries = Queries(AsyncpgPoolDriver(pool))
        ids = await queries.enqueue(name, payload, dedupe_key=once, on_conflict="skip")
        return ids[0] is not None

    async def run(self) -> None:
        """Do jobs until stopped; a stop that came before it began counts too."""
        pool = await self._database.pool()
        app = self._running = PgQueuer(AsyncpgPoolDriver(pool))
        for name, handler in self._handlers.items():
            app.entrypoint(name, on_failure="hold")(self._guarded(handler))
        for name, cron in self._crons.items():
            app.schedule(f"{name}.cron", cron, clean_old=True)(self._enqueuing(name))
        if self._is_stopping:
            return
        await app.run(heartbeat_timeout=HEARTBEAT_TIMEOUT, dequeue_timeout=LOOK_EVERY, batch_size=1)

    def stop(self) -> None:
        """Let `run` end once the job at hand is done."""
        self._is_stopping = True
        if self._running is not None:
            self._running.shutdown.set()

    def _enqueuing(self, name: str) -> Callable[[Schedule], Awaitable[None]]:
        async def enqueue(_schedule: Schedule) -> None:
            await self.enqueue(name, once=name)

        return enqueue

    def _guarded(self, handler: Handler) -> Callable[[Job], Awaitable[None]]:
        async def run(job: Job) -> None:
            starts = await self._count_start(job.id)
            if starts > MAX_STARTS:
                raise JobFailed(f"{job.entrypoint} was started {MAX_STARTS} times and never ended.")
            try:
                await handler(job.payload or b"")
            except Exception as error:
                if starts >= MAX_STARTS:
                    raise
                log.exception("a job failed", extra={"job": job.entrypoint, "starts": starts})
                delay = self._first_delay * 2 ** (starts - 1)
                raise RetryRequested(delay=delay, reason=str(error)) from error
            await self._forget(job.id)

        return run

    async def _count_start(self, job_id: int) -> int:
        pool = await self._database.pool()
        starts = await pool.fetchval(
            "INSERT INTO job_starts AS s (job_id, starts, started_at) VALUES ($1, 1, now())"
            " ON CONFLICT (job_id) DO UPDATE SET starts = s.starts + 1, started_at = now()"
            " RETURNING starts",
            job_id,
        )
        return int(starts)

    async def _forget(self, job_id: int) -> None:
        pool = await self._database.pool()
        await pool.execute("DELETE FROM job_starts WHERE job_id = $1", job_id)
