"""Use cases of upkeep: partitions made ahead, old ones dropped, the feed trimmed, heartbeats."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from application.clock import Clock
from application.deletions import sweep
from application.telemetry.retention import TelemetryRetention
from domain.attempts import FORGET_AFTER
from domain.notifications import MOST_KEPT
from domain.sign_ins import LONGEST
from persistence import (
    attachments,
    attempts,
    audit,
    feed,
    heartbeats,
    notifications,
    occurrences,
    sign_ins,
)
from persistence.database import SYSTEM, Database
from persistence.errors import new_counts
from persistence.heartbeats import Heartbeat
from persistence.inbox import dead_letters, outcomes
from persistence.user_reports.digest import link_waiting

log = logging.getLogger(__name__)

DAYS_AHEAD = 7
FORGET_PROCESS_AFTER = timedelta(minutes=10)
# Late events are counted by the minute in which they came.
NEW_COUNTS_KEPT = timedelta(days=1)
DEAD_LETTERS_KEPT = timedelta(days=30)
AUDIT_LOG_KEPT = timedelta(days=731)
OUTCOMES_KEPT = timedelta(days=90)
READ_NOTIFICATIONS_KEPT = timedelta(days=30)
NOTIFICATIONS_KEPT = timedelta(days=90)
_TRIM_AT_ONCE = 5_000
_FORGET_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What keeps an installation in shape without anybody asking."""

    database: Database
    clock: Clock
    feed_retention: timedelta
    occurrence_retention: timedelta
    telemetry: TelemetryRetention

    async def make_partitions(self) -> int:
        """Make the partitions of the coming days, so that midnight finds one."""
        today = self.clock.now().date()
        days = [today + timedelta(days=n) for n in range(-1, DAYS_AHEAD + 1)]
        async with self.database.raw_writing(SYSTEM) as db:
            made = await occurrences.make_partitions(db, days)
        return made + await self.telemetry.make_partitions(DAYS_AHEAD)

    async def drop_partitions(self) -> int:
        """Drop the days that are past their retention (RET-06)."""
        before = (self.clock.now() - self.occurrence_retention).date()
        async with self.database.raw_writing(SYSTEM) as db:
            dropped = await occurrences.drop_partitions(db, before)
            forgotten = await occurrences.forget_before(db, before)
            await new_counts.forget_before(db, self.clock.now() - NEW_COUNTS_KEPT)
            await outcomes.forget_before(db, self.clock.now() - OUTCOMES_KEPT)
        if dropped:
            log.info("old days are dropped", extra={"days": dropped, "event_ids": forgotten})
        return dropped

    async def forget_attachments(self) -> int:
        """Forget attachments that are past the retention of what they came with."""
        before = self.clock.now() - self.occurrence_retention
        total = 0
        while True:
            async with self.database.raw_writing(SYSTEM) as db:
                forgotten = await attachments.forget_before(db, before, _FORGET_AT_ONCE)
            total += forgotten
            if not forgotten:
                return total

    async def link_reports(self) -> int:
        """Link reports to the errors of events that came after them, before those are dropped."""
        async with self.database.raw_writing(SYSTEM) as db:
            return await link_waiting(db)

    async def forget_sign_ins(self) -> int:
        """Forget sign-ins that ended long ago, and what was tried in vain."""
        at, total = self.clock.now(), 0
        while True:
            async with self.database.writing(SYSTEM) as db:
                gone = await sign_ins.forget_before(db, at - LONGEST, _FORGET_AT_ONCE)
                gone += await attempts.forget_before(db, at - FORGET_AFTER, _FORGET_AT_ONCE)
            total += gone
            if not gone:
                return total

    async def forget_telemetry(self) -> int:
        """Forget telemetry that is past its retention (RET-04)."""
        return await self.telemetry.forget()

    async def forget_dead_letters(self) -> int:
        """Forget dead letters that nobody cared for in time."""
        async with self.database.raw_writing(SYSTEM) as db:
            forgotten = await dead_letters.forget_before(db, self.clock.now() - DEAD_LETTERS_KEPT)
        if forgotten:
            log.warning("old dead letters are dropped", extra={"dead_letters": forgotten})
        return forgotten

    async def forget_notifications(self) -> int:
        """Forget what was read or told long ago, and what nobody could read any more (RET-06)."""
        at, total = self.clock.now(), 0
        while True:
            async with self.database.raw_writing(SYSTEM) as db:
                gone = await notifications.forget(
                    db,
                    read_before=at - READ_NOTIFICATIONS_KEPT,
                    created_before=at - NOTIFICATIONS_KEPT,
                    limit=_TRIM_AT_ONCE,
                )
                gone += await notifications.trim(db, MOST_KEPT, _TRIM_AT_ONCE)
            total += gone
            if not gone:
                return total

    async def forget_audit_log(self) -> int:
        """Forget what was changed so long ago that nobody asks any more (TEN-07)."""
        before = self.clock.now() - AUDIT_LOG_KEPT
        total = 0
        while True:
            async with self.database.raw_writing(SYSTEM) as db:
                forgotten = await audit.forget_before(db, before, _TRIM_AT_ONCE)
            total += forgotten
            if not forgotten:
                return total

    async def sweep_deleted(self) -> int:
        """Remove what is left of deleted errors."""
        return await sweep(self.database)

    async def trim_feed(self) -> int:
        """Forget feed entries past their retention; a cursor that old is told to start anew."""
        before = self.clock.now() - self.feed_retention
        total = 0
        while True:
            async with self.database.raw_writing(SYSTEM) as db:
                trimmed = await feed.trim(db, before, _TRIM_AT_ONCE)
            total += trimmed
            if not trimmed:
                return total

    async def beat(self, heartbeat: Heartbeat) -> None:
        """Say that a process lives."""
        async with self.database.raw_writing(SYSTEM) as db:
            await heartbeats.beat(db, heartbeat, forget_after=FORGET_PROCESS_AFTER)

    async def say_goodbye(self, id_: UUID) -> None:
        """Say that a process ends by itself."""
        async with self.database.raw_writing(SYSTEM) as db:
            await heartbeats.remove(db, id_)
