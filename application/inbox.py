"""The inbox: accepted means stored.

Requests that arrive while a write is on its way form the next one, so that many share a single
statement and a single fsync, and nobody waits for a timer. While the database is away, items go to
the disk spool: an SDK never tries again, so refusing would lose them.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from application.ports import BELL_INBOX, Bus, Spool
from application.spooling import packed, unpacked
from domain.inbox import InboxItem
from persistence.database import Database, is_away, is_passing
from persistence.inbox import queue

log = logging.getLogger(__name__)

MAX_BATCH_ITEMS = 500
MAX_BATCH_BYTES = 4_000_000
MAX_WAITING_ITEMS = 20_000
MAX_WAITING_BYTES = 256 * 1024 * 1024
RETRY_SECONDS = 0.5


class InboxFull(Exception):
    """Neither the database nor the disk takes any more: the client is told to come back."""


@dataclass(slots=True)
class _Request:
    items: Sequence[InboxItem]
    size: int
    stored: "asyncio.Future[None]"


@dataclass(slots=True, kw_only=True)
class Inbox:
    """Takes items and returns once they are stored; one per process, with one writer."""

    database: Database
    bus: Bus
    spool: Spool
    accepted: int = 0
    spooled: int = 0
    _waiting: list[_Request] = field(default_factory=list)
    _waiting_items: int = 0
    _waiting_bytes: int = 0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _writer: "asyncio.Task[None] | None" = None
    _drainer: "asyncio.Task[None] | None" = None
    _is_away: bool = False

    async def start(self) -> None:
        """Start the writer, and bring in what an earlier process left in the spool."""
        self._writer = asyncio.create_task(self._write_forever(), name="inbox writer")
        self._drainer = asyncio.create_task(self._drain_forever(), name="spool drainer")

    async def stop(self) -> None:
        """Write what still waits, then stop."""
        while self._waiting:  # noqa: ASYNC110 at the end of a process, for milliseconds
            await asyncio.sleep(0.01)
        for task in (self._writer, self._drainer):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    @property
    def waiting_items(self) -> int:
        """How many items wait for the writer in this process."""
        return self._waiting_items

    async def accept(self, items: Sequence[InboxItem]) -> None:
        """Return once the items are stored; raise InboxFull when they are not and will not be."""
        size = sum(len(item.body) for item in items)
        if self._waiting_items + len(items) > MAX_WAITING_ITEMS:
            raise InboxFull
        # One request alone is always taken: its door has bounded it.
        if self._waiting_bytes and self._waiting_bytes + size > MAX_WAITING_BYTES:
            raise InboxFull
        request = _Request(items, size, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        self._waiting_items += len(items)
        self._waiting_bytes += size
        self._arrived.set()
        # A client that hangs up must not take back what others of its batch were promised.
        await asyncio.shield(request.stored)

    def _next_batch(self) -> list[_Request]:
        taken: list[_Request] = []
        items = size = 0
        for request in self._waiting:
            items += len(request.items)
            size += request.size
            if taken and (items > MAX_BATCH_ITEMS or size > MAX_BATCH_BYTES):
                break
            taken.append(request)
        del self._waiting[: len(taken)]
        if not self._waiting:
            self._arrived.clear()
        return taken

    async def _write_forever(self) -> None:
        while True:
            try:
                async with AsyncExitStack() as stack:
                    connection = None
                    while True:
                        await self._arrived.wait()
                        if connection is None and not self._is_away:
                            connection = await self._connect(stack)
                        await self._write(connection, self._next_batch())
                        if self._is_away:
                            break
            except Exception:  # the loop's outermost line: a writer that ends would stop ingest
                log.exception("the inbox writer failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def _connect(self, stack: AsyncExitStack) -> Any:
        try:
            return await stack.enter_async_context(self.database.own_connection())
        except Exception as error:
            if not is_away(error):
                raise
            self._note_away(error)
            return None

    def _note_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("the database is away: accepting to the spool", extra={"why": str(error)})
        self._is_away = True

    async def _write(self, connection: Any, batch: list[_Request]) -> None:
        items = [item for request in batch for item in request.items]
        failure: BaseException | None = None
        try:
            if connection is None:
                await self._to_spool(items)
            else:
                await queue.append(connection, items)
                self.accepted += len(items)
        except Exception as error:
            failure = await self._second_chance(items, error)
        self._waiting_items -= len(items)
        self._waiting_bytes -= sum(request.size for request in batch)
        for request in batch:
            if request.stored.done():
                continue
            if failure is None:
                request.stored.set_result(None)
            else:
                request.stored.set_exception(failure)
        if failure is None and connection is not None:
            await self.bus.publish(BELL_INBOX, "")

    async def _second_chance(
        self, items: Sequence[InboxItem], error: Exception
    ) -> BaseException | None:
        """Spool what the database did not take; if it did, the digest knows a repeated event."""
        if isinstance(error, InboxFull):
            return error
        if is_away(error):
            self._note_away(error)
        else:
            log.error("the inbox refused a batch", exc_info=error)
            self._is_away = True
        try:
            await self._to_spool(items)
        except InboxFull as full:
            return full
        return None

    async def _to_spool(self, items: Sequence[InboxItem]) -> None:
        try:
            is_kept = await self.spool.append([packed(item) for item in items])
        except OSError as error:  # a full or broken disk must not leave clients without an answer
            log.error("the spool cannot be written", extra={"why": str(error)})
            raise InboxFull from error
        if not is_kept:
            raise InboxFull
        self.spooled += len(items)

    async def _drain_forever(self) -> None:
        """Look for the database while it is away, and bring in the spool when it is back."""
        while True:
            try:
                if self._is_away or self.spool.records:
                    async with self.database.own_connection() as connection:
                        await connection.execute("SELECT 1")
                        self._is_away = False
                        await self._drain(connection)
            except Exception as error:  # outermost line: try again, the spool keeps everything
                if not is_away(error):
                    log.exception("the spool could not be drained")
            await asyncio.sleep(RETRY_SECONDS)

    async def _drain(self, connection: Any) -> None:
        async def take(records: Sequence[bytes]) -> None:
            try:
                await queue.append(connection, [unpacked(record) for record in records])
            except Exception as error:
                if is_passing(error):
                    raise
                await self._take_one_by_one(connection, records)

        if drained := await self.spool.drain(take, MAX_BATCH_ITEMS):
            log.info("the spool is drained", extra={"items": drained})
            await self.bus.publish(BELL_INBOX, "")

    async def _take_one_by_one(self, connection: Any, records: Sequence[bytes]) -> None:
        """Find the record that the database refuses: it must not keep the others on the disk."""
        for record in records:
            try:
                await queue.append(connection, [unpacked(record)])
            except Exception as error:
                if is_passing(error):
                    raise
                log.exception("a spooled item was refused")
                self.spool.set_aside(record)
