"""Heartbeats: every process says now and then that it lives, so that `doctor` can see it."""

import asyncio
import logging

from application.upkeep import Upkeep
from persistence.heartbeats import Heartbeat
from server.wiring.base import CLOCK

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0


async def beat(upkeep: Upkeep, heartbeat: Heartbeat, stop: asyncio.Event) -> None:
    """Beat until `stop` is set, then say good-bye."""
    while not stop.is_set():
        try:
            await upkeep.beat(heartbeat._replace(seen_at=CLOCK.now()))
        except Exception:  # the outermost line of a loop: the database may be away
            log.debug("no heartbeat", exc_info=True)
        try:
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
        except TimeoutError:
            continue
    try:
        await upkeep.say_goodbye(heartbeat.id)
    except Exception:
        log.debug("no good-bye", exc_info=True)
