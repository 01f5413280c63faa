"""The tally: counts what clients sent and we did not take, and writes the counts now and then.

What is accepted is counted by the digest, in the transaction that stores it.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from application.clock import Clock
from domain.ids import IngestKeyId
from domain.outcomes import Outcome, OutcomeKey
from domain.services import IngestKey
from persistence import services
from persistence.database import SYSTEM, Database, is_passing
from persistence.inbox import outcomes

log = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 1.0
# So many counters has a key in a minute; of more names each category counts as one.
MAX_NAMES = 100
OTHER = "other"
NOTE_USE_EVERY = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Tally:
    """The outcomes of this process that are not written yet."""

    database: Database
    clock: Clock
    _counts: Counter[OutcomeKey] = field(default_factory=Counter)
    _minute: datetime | None = None
    _seen: set[OutcomeKey] = field(default_factory=set)
    _names: Counter[IngestKeyId] = field(default_factory=Counter)
    _used: dict[IngestKeyId, datetime] = field(default_factory=dict)
    _noted: dict[IngestKeyId, datetime] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None

    def count(
        self, key: IngestKey, outcome: Outcome, category: str, reason: str = "", quantity: int = 1
    ) -> None:
        """Count something that a key's client sent; the names are cut to what is stored."""
        minute = self.clock.now().replace(second=0, microsecond=0)
        counted = OutcomeKey(
            organization_id=key.organization_id,
            ingest_key_id=key.id,
            minute=minute,
            outcome=outcome,
            category=category.replace("\0", "")[:50],
            reason=reason.replace("\0", "")[:100],
        )
        self._counts[self._bounded(counted)] += quantity

    def _bounded(self, counted: OutcomeKey) -> OutcomeKey:
        """Clients choose the names of unknown items, but not how many rows they are worth."""
        if counted.minute != self._minute:
            self._minute = counted.minute
            self._seen.clear()
            self._names.clear()
        if counted in self._seen:
            return counted
        if self._names[counted.ingest_key_id] >= MAX_NAMES:
            return replace(counted, reason=OTHER)
        self._names[counted.ingest_key_id] += 1
        self._seen.add(counted)
        return counted

    def used(self, key: IngestKey) -> None:
        """Note that a key is used now; it is written now and then, and at most once a minute."""
        self._used[key.id] = self.clock.now()

    async def start(self) -> None:
        """Start writing."""
        self._task = asyncio.create_task(self._write_forever(), name="outcome tally")

    async def stop(self) -> None:
        """Write what is left, then stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._write()

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            await self._write()

    async def _write(self) -> None:
        used = self._to_note()
        if not self._counts and not used:
            return
        counts, self._counts = self._counts, Counter()
        try:
            async with self.database.raw_writing(SYSTEM) as db:
                if counts:
                    await outcomes.add(db, counts)
                if used:
                    await services.note_use(db, used)
            self._noted.update(used)
        except Exception as error:  # outermost line: counting must never stop the door
            self._counts.update(counts)
            if not is_passing(error):
                log.exception("outcomes could not be written")

    def _to_note(self) -> dict[IngestKeyId, datetime]:
        """Return the keys whose use was not written for a minute."""
        used, self._used = self._used, {}
        return {
            key: at
            for key, at in used.items()
            if (noted := self._noted.get(key)) is None or at - noted >= NOTE_USE_EVERY
        }
