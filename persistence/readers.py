"""Readers: connections for one statement at a time that can only read, a transaction in itself.

It goes to the database and back once, because the statement says itself on whose behalf it runs.

Only so many are asked at once as there are processors, and always those that were asked last: what
a connection knows of the schema is then still near the processor (measured with ten at once: a
fifth more of its time for the same answer). Whoever takes long does not keep the others waiting.

Those who wait to ask the same, on behalf of the same, are answered together. What they are told was
read after each of them had asked, so nobody is told anything older than alone. After a restart, or
a gap in a feed, all dashboards ask for the same list at once.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

READS_AT_ONCE = max(os.cpu_count() or 2, 2)
PATIENCE_SECONDS = 0.1
WAIT_SECONDS = 10
IDLE_SECONDS = 60


class Readers:
    """A pool of such connections; `connect` opens one."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        *,
        most: int,
        turns: int = READS_AT_ONCE,
        patience_seconds: float = PATIENCE_SECONDS,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._connect = connect
        self._room = asyncio.Semaphore(most)
        self._turns = asyncio.Semaphore(turns)
        self._patience_seconds = patience_seconds
        self._wait_seconds = wait_seconds
        # What is waited for, until it is begun.
        self._waiting: dict[Hashable, asyncio.Task[Any]] = {}
        self._idle: list[Connection] = []
        # As few as were idle at any time since they were looked at.
        self._fewest_idle = 0
        self._looking: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def value(self, statement: str, values: Sequence[object]) -> Any:
        """Return the one value that a statement reads."""
        if not self._turns.locked():
            return await self._asked_in(await self._turn(), statement, values)
        key = (statement, *map(_hashable, values))
        task = self._waiting.get(key)
        if task is None:
            read = self._for_all(key, statement, values)
            task = self._waiting[key] = asyncio.create_task(read, name="a read for several")
            task.add_done_callback(_looked_at)
        # Whoever asked first may go away; the others still wait for it.
        return await asyncio.shield(task)

    async def _for_all(self, key: Hashable, statement: str, values: Sequence[object]) -> Any:
        """Ask for all who wait for the same; who comes when it has begun waits for the next."""
        try:
            turn = await self._turn()
        finally:
            del self._waiting[key]
        return await self._asked_in(turn, statement, values)

    async def _turn(self) -> "_Turn":
        await _entered(self._room, self._wait_seconds)
        try:
            await _entered(self._turns, self._wait_seconds)
        except BaseException:
            self._room.release()
            raise
        return _Turn(self._room, self._turns, self._patience_seconds)

    async def _asked_in(self, turn: "_Turn", statement: str, values: Sequence[object]) -> Any:
        try:
            return await self._asked(statement, values)
        finally:
            turn.close()

    async def _asked(self, statement: str, values: Sequence[object]) -> Any:
        connection = self._take() or await self._connect()
        is_sound = False
        try:
            value = await connection.fetchval(statement, *values)
            is_sound = True
        except asyncpg.PostgresError:
            is_sound = not connection.is_closed()
            raise
        finally:
            # Of one that was interrupted nobody knows what it is doing.
            if is_sound and not self._is_closed:
                self._give_back(connection)
            else:
                connection.terminate()
        return value

    def close(self) -> None:
        """Close what is idle, and what is not when it has answered."""
        self._is_closed = True
        if self._looking is not None:
            self._looking.cancel()
        while self._idle:
            self._idle.pop().terminate()

    def _take(self) -> "Connection | None":
        while self._idle:
            connection = self._idle.pop()
            self._fewest_idle = min(self._fewest_idle, len(self._idle))
            if not connection.is_closed():
                return connection
        return None

    def _give_back(self, connection: Connection) -> None:
        self._idle.append(connection)
        if self._looking is None:
            loop = asyncio.get_running_loop()
            self._looking = loop.call_later(IDLE_SECONDS, self.close_unused)

    def close_unused(self) -> None:
        """Close those that nobody needed since this was last done."""
        unused, self._idle = self._idle[: self._fewest_idle], self._idle[self._fewest_idle :]
        for connection in unused:
            connection.terminate()
        self._fewest_idle = len(self._idle)
        self._looking = None
        if self._idle:
            loop = asyncio.get_running_loop()
            self._looking = loop.call_later(IDLE_SECONDS, self.close_unused)


class _Turn:
    """A turn that goes to the next after a while, though its place in the room is still taken."""

    __slots__ = ("_is_over", "_room", "_timer", "_turns")

    def __init__(
        self, room: asyncio.Semaphore, turns: asyncio.Semaphore, patience_seconds: float
    ) -> None:
        self._room = room
        self._turns = turns
        self._is_over = False
        self._timer = asyncio.get_running_loop().call_later(patience_seconds, self._pass_on)

    def close(self) -> None:
        """Let the next begin, and leave."""
        self._pass_on()
        self._room.release()

    def _pass_on(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._timer.cancel()
            self._turns.release()


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _looked_at(task: "asyncio.Task[Any]") -> None:
    # So that nobody complains when all who waited for it are gone.
    if not task.cancelled():
        task.exception()


async def _entered(door: asyncio.Semaphore, wait_seconds: float) -> None:
    if not door.locked():
        await door.acquire()
        return
    async with asyncio.timeout(wait_seconds):
        await door.acquire()
