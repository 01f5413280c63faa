"""The `work` process: loops and jobs; told to stop, it finishes the step at hand."""

import asyncio
import logging
import signal

from application.ports import BELL_INBOX
from server.heartbeat import beat
from server.memory import settle
from server.settings import Settings
from server.wiring.working import Working, working
from workers.digest import digest_step
from workers.jobs import register
from workers.loops import Bell, repeat

log = logging.getLogger(__name__)

# The bell wakes the digest; this is for the ring that was lost.
DIGEST_IDLE_SECONDS = 1.0
JOB_GRACE_SECONDS = 5.0


async def work(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Run a `work` process until SIGTERM, SIGINT or `stop`."""
    stop = stop or _stopped_by_signal()
    async with working(settings) as process:
        settle()
        log.info("working")
        bell = Bell()
        process.base.bus.on(BELL_INBOX, bell.ring)
        jobs = asyncio.create_task(_jobs(process, stop), name="jobs")
        loops = [
            asyncio.create_task(
                repeat(
                    "digest",
                    lambda: digest_step(process.digest),
                    stop=stop,
                    bell=bell,
                    idle_seconds=DIGEST_IDLE_SECONDS,
                ),
                name="digest",
            ),
            asyncio.create_task(beat(process.base.upkeep, process.base.heartbeat, stop)),
        ]
        await stop.wait()
        bell.ring()
        process.jobs.stop()
        await asyncio.gather(*loops)
        # A job at hand gets a moment; what is not done then is done again by another process.
        await asyncio.wait([jobs], timeout=JOB_GRACE_SECONDS)
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
        log.info("stopped working")


async def _jobs(process: Working, stop: asyncio.Event) -> None:
    """Keep the job queue running: it ends when its connection does."""
    register(
        process.jobs,
        upkeep=process.base.upkeep,
        artifacts=process.artifacts,
        lapsing=process.lapsing,
        deadlines=process.deadlines,
        removals=process.removals,
    )
    while not stop.is_set():
        try:
            await process.base.upkeep.make_partitions()
            await process.jobs.run()
        except Exception:  # the outermost line of a loop
            log.warning("the job queue stopped; it is started again", exc_info=True)
        await asyncio.sleep(1.0)


def _stopped_by_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
