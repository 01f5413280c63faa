"""The world of the model tests: two processes over one table, a bus that cannot be trusted, and
readers that check what they see against the table, batch by batch.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from application.feed import FeedBatch, Hub
from domain.feed import FeedEntry
from domain.ids import OrganizationId
from tests.application.feed_doubles import ORGANIZATION, OTHER, SharedBus, Table, turns

NEVER = 3600.0
SUBJECTS = 7
FILTERS: list[Callable[[FeedEntry], bool] | None] = [
    None,
    lambda entry: entry.position % 2 == 0,
    lambda entry: entry.subject_id.int == 1,
]

MOVES = [
    *("commit", "commit", "commit", "commit_many"),
    *("deliver", "deliver", "deliver", "deliver", "deliver_all", "deliver_all"),
    *("drop", "repeat", "gap", "join", "join", "join", "leave", "resume", "resume"),
    *("stall", "fail", "trim"),
]
PAUSES = [0, 0, 1, 2, 4, 15]
MOVE_BYTES = 4

Move = tuple[str, int, int, int]


def moves_of(chosen: bytes, names: Sequence[str] = MOVES) -> Iterator[Move]:
    """Read moves from bytes, which are cheaper to draw (and to shrink) than structures."""
    for at in range(0, len(chosen) - MOVE_BYTES + 1, MOVE_BYTES):
        name, first, second, pause = chosen[at : at + MOVE_BYTES]
        yield names[name % len(names)], first, second, PAUSES[pause % len(PAUSES)]


@dataclass(slots=True, kw_only=True, eq=False)
class Reader:
    """One client: what it saw, checked against the table batch by batch."""

    table: Table
    organization: OrganizationId
    wanted: Callable[[FeedEntry], bool] | None
    can_overflow: bool
    may_reload: bool
    cursor: int | None = None
    seen: list[int] = field(default_factory=list)
    resyncs: int = 0
    may_take: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, hub: Any) -> None:
        """Watch what a process has to tell, until it is cancelled."""
        async with hub.listen(self.organization, after=self.cursor, wanted=self.wanted) as feed:
            if self.cursor is None:
                self.cursor = feed.position
            assert feed.position == self.cursor
            async for batch in feed:
                self.check(batch)
                self.cursor = batch.position
                await self.may_take.wait()

    def check(self, batch: FeedBatch) -> None:
        head = self.table.head(self.organization)
        assert batch.position <= head
        if batch.resync:
            is_foreign = not 0 <= self.cursor <= head
            # A hub that is itself behind what is trimmed may also send those ahead of it to reload.
            is_trimmed = self.table.trimmed_to[self.organization] > 0
            assert is_foreign or is_trimmed or self.may_reload or self.can_overflow
            self.may_reload = False
            assert batch.entries == ()
            self.resyncs += 1
            return
        assert self.cursor < batch.position
        due = self.due(batch.position)
        found = list(batch.entries)
        assert len(found) + batch.omitted == len(due)
        assert batch.entries
        if not batch.omitted:
            assert found == due
        kept = {entry.position for entry in found}
        assert found == [entry for entry in due if entry.position in kept]
        latest = {entry.subject_id: entry for entry in found}
        assert all(e.position <= latest[e.subject_id].position for e in due)
        self.seen += [entry.position for entry in found]

    def due(self, upto: int) -> list[FeedEntry]:
        entries = self.table.entries[self.organization][max(self.cursor, 0) : upto]
        return [entry for entry in entries if self.wanted is None or self.wanted(entry)]


class World:
    """Processes over one table; what the bus between them does is for who makes the world."""

    organizations: Sequence[OrganizationId] = (ORGANIZATION, OTHER)
    settle_seconds = 5.0

    def __init__(self, table: Table, hubs: list[Hub], *, can_overflow: bool) -> None:
        self.table = table
        self.hubs = hubs
        self.can_overflow = can_overflow
        self.readers: list[Reader] = []
        self.running: dict[int, asyncio.Task[None]] = {}
        self.places: dict[int, Any] = {}
        self.gone: list[Reader] = []

    async def append(self, count: int, organization: OrganizationId) -> list[FeedEntry]:
        """Commit changes to the table."""
        return self.table.commit(count, organization=organization, subjects=SUBJECTS)

    def reader(self, **fields: Any) -> Reader:
        """Return a new reader."""
        return Reader(**fields)

    def place(self, process: int) -> Any:
        """Return where a reader listens in a process."""
        return self.hubs[process % 2]

    async def commit(self, process: int, choice: int) -> None:
        await self._happens(process, 1 + choice // 4 % 9, choice)

    async def commit_many(self, process: int, choice: int) -> None:
        await self._happens(process, 60 + choice % 100, 0)

    async def join(self, process: int, choice: int) -> None:
        chosen = self._chosen(choice)
        head = self.table.head(chosen)
        cursors = [None, 0, head, head // 2, -5, head + 3]
        cursor = cursors[choice // 4 % len(cursors)]
        reader = self.reader(
            table=self.table,
            organization=chosen,
            wanted=FILTERS[process % len(FILTERS)],
            can_overflow=self.can_overflow,
            cursor=cursor,
            may_reload=cursor is not None and cursor > head,
        )
        reader.may_take.set()
        self._run(reader, process)

    async def leave(self, which: int, _: int) -> None:
        if self.running:
            number = list(self.running)[which % len(self.running)]
            await self.end(number)
            self.gone.append(self.readers[number])

    async def resume(self, process: int, which: int) -> None:
        if self.gone:
            reader = self.gone.pop(which % len(self.gone))
            reader.may_take.set()
            self._run(reader, process)

    async def stall(self, which: int, _: int) -> None:
        if self.readers:
            event = self.readers[which % len(self.readers)].may_take
            event.clear() if event.is_set() else event.set()

    async def end(self, number: int) -> None:
        """Let a reader go; it must not have ended by itself."""
        task = self.running.pop(number)
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        if not isinstance(ended, asyncio.CancelledError):
            raise AssertionError("a listener ended by itself") from ended

    async def settle(self) -> None:
        """Let everybody read on until they have all that there is."""
        for reader in self.readers:
            reader.may_take.set()
        async with asyncio.timeout(self.settle_seconds):
            while any(self._is_behind(number) for number in tuple(self.running)):
                await turns(5)
                await asyncio.sleep(0.0005 if self.table.failures else 0)

    def _chosen(self, choice: int) -> OrganizationId:
        return self.organizations[choice % 4 == 3]

    async def _happens(self, process: int, count: int, choice: int) -> None:
        entries = await self.append(count, self._chosen(choice))
        await self.hubs[process % 2].publish(entries)

    def _run(self, reader: Reader, process: int) -> None:
        if reader not in self.readers:
            self.readers.append(reader)
        number = self.readers.index(reader)
        self.places[number] = place = self.place(process)
        self.running[number] = asyncio.create_task(reader.listen(place))

    def _is_behind(self, number: int) -> bool:
        if self.running[number].done():
            self.running[number].result()
        reader = self.readers[number]
        if reader.cursor is None:
            return True
        head = self.table.head(reader.organization)
        return reader.cursor > head or bool(reader.due(head))


class MemoryWorld(World):
    """A world without a database, over a bus that does what the moves say."""

    def __init__(self, pending_limit: int, message_limit_bytes: int) -> None:
        table = Table()
        self.buses: list[SharedBus] = []
        self.buses += [SharedBus(self.buses), SharedBus(self.buses)]
        self._pending_limit = pending_limit
        self._message_limit_bytes = message_limit_bytes
        hubs = [self.a_hub(bus, table) for bus in self.buses]
        super().__init__(table, hubs, can_overflow=pending_limit < SUBJECTS)

    def a_hub(self, bus: SharedBus, table: Table) -> Hub:
        """Return the hub of a process; it never looks by itself."""
        return Hub(
            bus,
            table,
            look_seconds=NEVER,
            retry_seconds=0.0005,
            pending_limit=self._pending_limit,
            message_limit_bytes=self._message_limit_bytes,
        )

    async def deliver(self, process: int, place: int) -> None:
        bus = self.buses[process % 2]
        if bus.held:
            bus.heard(bus.held.pop(place % len(bus.held)))

    async def deliver_all(self, process: int, _: int) -> None:
        bus = self.buses[process % 2]
        while bus.held:
            bus.heard(bus.held.pop(0))
            await asyncio.sleep(0)

    async def drop(self, process: int, place: int) -> None:
        held = self.buses[process % 2].held
        if held:
            held.pop(place % len(held))

    async def repeat(self, process: int, place: int) -> None:
        held = self.buses[process % 2].held
        if held:
            held.append(held[place % len(held)])

    async def gap(self, process: int, _: int) -> None:
        self.buses[process % 2].heard(None)

    async def fail(self, count: int, _: int) -> None:
        self.table.failures = 1 + count % 2

    async def trim(self, upto: int, _: int) -> None:
        trimmed = min(upto % 40, self.table.head(ORGANIZATION))
        trimmed = max(trimmed, self.table.trimmed_to[ORGANIZATION])
        self.table.trimmed_to[ORGANIZATION] = trimmed

    async def settle(self) -> None:
        """The bus says nothing more but that there may be gaps."""
        for bus in self.buses:
            bus.heard(None)
        await super().settle()
