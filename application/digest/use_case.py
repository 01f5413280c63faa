"""The digest's use case: take a shard's batches one after the other, prepare, write, tell the feed.

While one batch is written the next is read and prepared. What decides is the write: it takes the
items out of the queue, so an item that somebody else took meanwhile is left out.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from application.clock import Clock
from application.digest.batch import Arrived
from application.digest.kinds import Handlers, read_items, write_items
from application.digest.overflow import Overflow
from application.digest.prepare import Counted, Prepared, Refused, Result, Unresolved, task_of
from application.digest.preparing import Here, Preparer, Workshop
from application.digest.ready import Ready
from application.digest.resolving import NoResolver, Resolver
from application.digest.sightings import Sightings
from application.digest.suppressing import Suppressing
from application.digest.tags import TagMemory
from application.digest.write import BatchWriter
from application.feed import Hub
from application.policies import Policies, Policy
from domain.ids import OrganizationId
from domain.inbox import InboxItem, ItemKind
from persistence import occurrences
from persistence.database import SYSTEM, Database, RawConnection, is_passing
from persistence.inbox import queue

log = logging.getLogger(__name__)

# Measured: larger batches leave the cache, smaller ones wait more often for the database.
BATCH_ITEMS = 250
# After so many batches another shard has its turn.
BATCHES_AT_A_TIME = 16
# So many are prepared while one is written: the processes of a pool shall never wait.
AHEAD = 2
EVENTS = frozenset({ItemKind.EVENT, ItemKind.EVENT_OVER_LIMIT})


class _Failed(Exception):
    """A batch that the database refused: these are the queue numbers of its items."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = numbers


@dataclass(slots=True, kw_only=True)
class Digest:
    """Turns accepted items into errors and occurrences; safe to run in many processes."""

    database: Database
    hub: Hub
    clock: Clock
    policies: Policies
    handlers: Handlers = field(default_factory=dict)
    resolver: Resolver = field(default_factory=NoResolver)
    preparer: Preparer = field(default_factory=Here)
    overflow: Overflow = field(default_factory=Overflow)
    batch_items: int = BATCH_ITEMS
    digested: int = 0
    dead: int = 0
    _days: set[date] = field(default_factory=set)
    _tags: TagMemory = field(default_factory=TagMemory)
    _sightings: Sightings = field(default_factory=Sightings)
    _workshop: Workshop = field(default_factory=Workshop)

    async def waiting(self) -> list[int]:
        """Return the shards that have something to digest."""
        async with self.database.raw_reading(SYSTEM) as db:
            return await queue.waiting_shards(db)

    async def run(self, shard: int) -> int:
        """Digest some batches of a shard; return how many items they had."""
        async with self.database.raw_reading(SYSTEM) as db:
            if not await queue.hold_shard(db, shard):
                return 0
            ahead: deque[asyncio.Task[Ready]] = deque()
            try:
                return await self._work_off(db, shard, ahead)
            finally:
                for task in ahead:
                    task.cancel()
                await asyncio.gather(*ahead, return_exceptions=True)

    async def _work_off(
        self, db: RawConnection, shard: int, ahead: "deque[asyncio.Task[Ready]]"
    ) -> int:
        taken = after = begun = 0
        is_empty = False
        while True:
            while not is_empty and len(ahead) < AHEAD and begun < BATCHES_AT_A_TIME:
                items = await queue.peek(db, shard, after, self.batch_items)
                is_empty = len(items) < self.batch_items
                if items:
                    begun, after = begun + 1, max(items)
                    ahead.append(asyncio.create_task(self._ready(items)))
            if not ahead:
                return taken
            batch = await ahead[0]
            ahead.popleft()
            taken += await self._write_or_split(shard, batch)

    async def _write_or_split(self, shard: int, batch: Ready) -> int:
        try:
            return await self._write(shard, batch)
        except _Failed as failed:
            log.warning("a batch was refused", extra={"items": len(failed.numbers)}, exc_info=True)
            return await self._split(shard, failed.numbers)

    async def _write(self, shard: int, batch: Ready) -> int:
        """Write a batch in one transaction; return how many of its items were still there."""
        written = 0
        suppressing = Suppressing(database=self.database, clock=self.clock, policies=batch.policies)
        try:
            async with self.database.raw_writing(SYSTEM) as db:
                if not await queue.lock_shard(db, shard):
                    return 0
                mine = batch.only(await queue.take(db, shard, batch.numbers))
                if not mine.numbers:
                    return 0
                beside = await write_items(db, self.handlers, mine.others)
                writer = BatchWriter(
                    clock=self.clock,
                    overflow=self.overflow,
                    suppressing=suppressing,
                    tags=self._tags,
                    sightings=self._sightings,
                    again=mine.again,
                )
                done = await writer.write(db, mine.arrived, mine.buried, beside)
                written = len(mine.numbers)
        except Exception as error:
            if is_passing(error):
                raise
            raise _Failed(batch.numbers) from error
        self.digested += written
        self.dead += len(mine.buried)
        self._tags.learn(done.tags)
        await self.hub.publish(done.entries)
        await suppressing.count(done.hits)
        return written

    async def _ready(self, items: dict[int, InboxItem]) -> Ready:
        """Prepare items, so that only writing is left to do."""
        events = [item for item in items.values() if item.kind in EVENTS]
        others = [item for item in items.values() if item.kind not in EVENTS]
        read, buried = read_items(self.handlers, others)
        arrived, policies = [], await self.policies.of({e.organization_id for e in events})
        known_by = await self.resolver.known_by(list(policies)) if events else ()
        places = {organization: n for n, organization in enumerate(policies)}
        tasks = [
            task_of(e, places[e.organization_id], may_resolve=e.organization_id in known_by)
            for e in events
        ]
        results = await self.preparer.prepare(tasks, list(policies.values())) if tasks else []
        results = await self._resolved(events, results, policies)
        for item, result in zip(events, results, strict=True):
            if isinstance(result, Prepared | Counted):
                arrived.append(Arrived(item, result))
            elif isinstance(result, Refused):
                buried.append((item, result.reason))
        await self._make_partitions({one.made.occurred_at.date() for one in arrived})
        return Ready(
            items=items, arrived=arrived, buried=buried, others=read, policies=dict(policies)
        )

    async def _resolved(
        self,
        events: Sequence[InboxItem],
        results: list[Result],
        policies: Mapping[OrganizationId, Policy],
    ) -> list[Result]:
        """Give the frames of events their names back, and finish preparing these here."""
        open_ = [(n, r.event) for n, r in enumerate(results) if isinstance(r, Unresolved)]
        if not open_:
            return results
        async with self.database.raw_reading(SYSTEM) as db:
            resolved = await self.resolver.resolve(db, [(events[n], event) for n, event in open_])
        for (n, _), event in zip(open_, resolved, strict=True):
            policy = policies[events[n].organization_id]
            results[n] = self._workshop.finish(
                task_of(events[n], 0, may_resolve=False), event, policy
            )
        return results

    async def _make_partitions(self, days: set[date]) -> None:
        """Make the partitions of days that this process has not met: late events need old ones."""
        if missing := days - self._days:
            async with self.database.raw_writing(SYSTEM) as db:
                await occurrences.make_partitions(db, sorted(missing))
            self._days |= missing

    async def _split(self, shard: int, numbers: Sequence[int]) -> int:
        """Halve a refused batch until the poison stands alone, and bury it."""
        if len(numbers) == 1:
            return await self._bury(shard, numbers)
        taken = 0
        middle = len(numbers) // 2
        for half in (numbers[:middle], numbers[middle:]):
            try:
                async with self.database.raw_reading(SYSTEM) as db:
                    items = await queue.peek_at(db, shard, half)
                taken += await self._write(shard, await self._ready(items)) if items else 0
            except _Failed as failed:
                taken += await self._split(shard, failed.numbers)
        return taken

    async def _bury(self, shard: int, numbers: Sequence[int]) -> int:
        async with self.database.raw_reading(SYSTEM) as db:
            items = await queue.peek_at(db, shard, numbers)
        reason = "The database refused what was made of it."
        buried = [(item, reason) for item in items.values()]
        batch = Ready(items=items, arrived=[], buried=buried, others={}, policies={})
        return await self._write(shard, batch)
