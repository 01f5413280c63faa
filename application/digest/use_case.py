"""The digest's use case: take a batch of one shard, prepare it, write it, tell the feed."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from application.clock import Clock
from application.digest.kinds import Handlers, read_items, write_items
from application.digest.prepare import Prepared, prepare, read_event
from application.digest.resolving import NoResolver, Resolver
from application.digest.write import write_batch
from application.feed import Hub
from application.policies import Policies
from domain.events import Event
from domain.failures import Invalid
from domain.inbox import InboxItem, ItemKind
from persistence import occurrences
from persistence.database import SYSTEM, Database, RawConnection, is_passing
from persistence.inbox import queue

log = logging.getLogger(__name__)

# Measured: larger batches leave the cache, smaller ones wait more often for the database.
BATCH_ITEMS = 250


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
    batch_items: int = BATCH_ITEMS
    digested: int = 0
    dead: int = 0
    _days: set[date] = field(default_factory=set)

    async def waiting(self) -> list[int]:
        """Return the shards that have something to digest."""
        async with self.database.raw_reading(SYSTEM) as db:
            return await queue.waiting_shards(db)

    async def run(self, shard: int) -> int:
        """Digest one batch of a shard; return how many items it took."""
        try:
            return await self._batch(shard, None)
        except _Failed as failed:
            log.warning("a batch was refused", extra={"items": len(failed.numbers)}, exc_info=True)
            return await self._split(shard, failed.numbers)

    async def _batch(self, shard: int, numbers: Sequence[int] | None) -> int:
        """Digest the oldest items of a shard, or just these, in one transaction."""
        claimed: dict[int, InboxItem] = {}
        try:
            async with self.database.raw_writing(SYSTEM) as db:
                if not await queue.lock_shard(db, shard):
                    return 0
                claimed = await self._claim(db, shard, numbers)
                if not claimed:
                    return 0
                items = list(claimed.values())
                events = [item for item in items if item.kind is ItemKind.EVENT]
                others = [item for item in items if item.kind is not ItemKind.EVENT]
                prepared, refused = await self._prepare(db, events)
                read, unread = read_items(self.handlers, others)
                refused += unread
                beside = await write_items(db, self.handlers, read)
                entries = await write_batch(db, prepared, refused, self.clock, beside)
        except Exception as error:
            if is_passing(error) or not claimed:
                raise
            raise _Failed(list(claimed)) from error
        self.digested += len(claimed)
        self.dead += len(refused)
        await self.hub.publish(entries)
        return len(claimed)

    async def _claim(
        self, db: RawConnection, shard: int, numbers: Sequence[int] | None
    ) -> dict[int, InboxItem]:
        if numbers is None:
            return await queue.claim(db, shard, self.batch_items)
        return await queue.claim_these(db, shard, numbers)

    async def _prepare(
        self, db: RawConnection, items: Sequence[InboxItem]
    ) -> tuple[list[Prepared], list[tuple[InboxItem, str]]]:
        policies = await self.policies.of({item.organization_id for item in items})
        read: list[tuple[InboxItem, Event]] = []
        prepared: list[Prepared] = []
        refused: list[tuple[InboxItem, str]] = []
        for item in items:
            with _refusing(item, refused):
                read.append((item, read_event(item, policies[item.organization_id])))
        resolved = await self.resolver.resolve(db, read)
        for (item, _), event in zip(read, resolved, strict=True):
            with _refusing(item, refused):
                prepared.append(prepare(item, event, policies[item.organization_id]))
        await self._make_partitions({one.event.occurred_at.date() for one in prepared})
        return prepared, refused

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
                taken += await self._batch(shard, half)
            except _Failed as failed:
                taken += await self._split(shard, failed.numbers)
        return taken

    async def _bury(self, shard: int, numbers: Sequence[int]) -> int:
        async with self.database.raw_writing(SYSTEM) as db:
            if not await queue.lock_shard(db, shard):
                return 0
            items = await queue.claim_these(db, shard, numbers)
            reason = "The database refused what was made of it."
            await write_batch(db, [], [(item, reason) for item in items.values()], self.clock)
        self.dead += len(items)
        return len(items)


@contextmanager
def _refusing(item: InboxItem, refused: list[tuple[InboxItem, str]]) -> Iterator[None]:
    """Note an item that cannot be prepared: it must cost itself its digest, not the batch."""
    try:
        yield
    except Invalid as failure:
        refused.append((item, failure.message))
    except Exception as error:
        log.exception("an item cannot be prepared", extra={"event": str(item.event_id)})
        refused.append((item, f"{type(error).__name__}: {error}"))
