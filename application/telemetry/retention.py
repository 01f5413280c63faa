"""Retention of telemetry: days made ahead and dropped, and what is remembered for a while (RET-04).

What speaks of one user is kept for a shorter time than what speaks of a service alone.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.clock import Clock
from domain.telemetry.sessions import REMEMBERED
from persistence.database import SYSTEM, Database, RawConnection
from persistence.errors import rollups as error_rollups
from persistence.telemetry import days, monitors, rollups, seen, sessions
from persistence.telemetry.days import Family

log = logging.getLogger(__name__)

USER_RETENTION = timedelta(days=30)
SERVICE_RETENTION = timedelta(days=90)
ROLLUP_RETENTION = timedelta(days=365)  # RET-05
# A door that drains its spool, or a client that asks again, is back sooner than this.
ITEMS_REMEMBERED = timedelta(days=2)
_AT_ONCE = 5_000

_Forget = Callable[[RawConnection, datetime, int], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryRetention:
    """What keeps the tables of telemetry as long as they should be."""

    database: Database
    clock: Clock
    user_retention: timedelta = USER_RETENTION
    service_retention: timedelta = SERVICE_RETENTION
    rollup_retention: timedelta = ROLLUP_RETENTION

    async def make_partitions(self, ahead: int) -> int:
        """Make the partitions of so many coming days, so that midnight finds them."""
        today = self.clock.now().date()
        wanted = [today + timedelta(days=n) for n in range(-1, ahead + 1)]
        async with self.database.raw_writing(SYSTEM) as db:
            return await days.make_partitions(db, wanted)

    async def forget(self) -> int:
        """Drop and delete what is past its time; return how many partitions and rows that were."""
        now = self.clock.now()
        gone = await self._drop(now)
        for forget, kept in (
            (seen.forget_before, ITEMS_REMEMBERED),
            (sessions.forget_before, REMEMBERED),
            (monitors.forget_before, self.service_retention),
            (rollups.forget_before, self.rollup_retention),
            (sessions.forget_hours_before, self.rollup_retention),
            (error_rollups.forget_before, self.rollup_retention),
        ):
            gone += await self._forget(forget, now - kept)
        if gone:
            log.info("old telemetry is gone", extra={"partitions_and_rows": gone})
        return gone

    async def _drop(self, now: datetime) -> int:
        dropped = 0
        for family, kept in (
            (Family.USER_SAMPLES, self.user_retention),
            (Family.VITALS, self.user_retention),
            (Family.SERVICE_SAMPLES, self.service_retention),
        ):
            async with self.database.raw_writing(SYSTEM) as db:
                dropped += await days.drop_partitions(db, family, (now - kept).date())
        return dropped

    async def _forget(self, forget: _Forget, before: datetime) -> int:
        """Delete in batches, each in a transaction of its own."""
        total = 0
        while True:
            async with self.database.raw_writing(SYSTEM) as db:
                gone = await forget(db, before, _AT_ONCE)
            total += gone
            if gone < _AT_ONCE:
                return total
