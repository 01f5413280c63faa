"""The hub against everything at once: whatever the bus does, each log equals the table."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.feed import FeedBatch, Hub
from domain.feed import FeedEntry
from domain.ids import OrganizationId
from tests.application.feed_doubles import ORGANIZATION, OTHER, SharedBus, Table, turns

NEVER = 3600.0
ORGANIZATIONS = [ORGANIZATION, OTHER]
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


def moves_of(chosen: bytes):
    """Read moves from bytes, which are cheaper to draw (and to shrink) than structures."""
    for at in range(0, len(chosen) - MOVE_BYTES + 1, MOVE_BYTES):
        name, first, second, pause = chosen[at : at + MOVE_BYTES]
        yield MOVES[name % len(MOVES)], first, second, PAUSES[pause % len(PAUSES)]


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

    async def listen(self, hub: Hub) -> None:
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
    """Two processes, each with a hub, over one table and a bus that cannot be trusted."""

    def __init__(self, pending_limit: int, message_limit_bytes: int) -> None:
        self.table = Table()
        self.buses: list[SharedBus] = []
        self.buses += [SharedBus(self.buses), SharedBus(self.buses)]
        self.hubs = [
            Hub(
                bus,
                self.table,
                look_seconds=NEVER,
                retry_seconds=0.0005,
                pending_limit=pending_limit,
                message_limit_bytes=message_limit_bytes,
            )
            for bus in self.buses
        ]
        self.can_overflow = pending_limit < 7
        self.readers: list[Reader] = []
        self.running: dict[int, asyncio.Task[None]] = {}
        self.gone: list[Reader] = []

    async def commit(self, process: int, choice: int) -> None:
        organization = ORGANIZATIONS[choice % 4 == 3]
        count = 1 + choice // 4 % 9
        entries = self.table.commit(count, organization=organization, subjects=7)
        await self.hubs[process % 2].publish(entries)

    async def commit_many(self, process: int, choice: int) -> None:
        entries = self.table.commit(60 + choice % 100, subjects=7)
        await self.hubs[process % 2].publish(entries)

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

    async def join(self, process: int, choice: int) -> None:
        chosen = ORGANIZATIONS[choice % 4 == 3]
        head = self.table.head(chosen)
        cursors = [None, 0, head, head // 2, -5, head + 3]
        cursor = cursors[choice // 4 % len(cursors)]
        reader = Reader(
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
            await self._end(number)
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

    async def fail(self, count: int, _: int) -> None:
        self.table.failures = 1 + count % 2

    async def trim(self, upto: int, _: int) -> None:
        trimmed = min(upto % 40, self.table.head(ORGANIZATION))
        trimmed = max(trimmed, self.table.trimmed_to[ORGANIZATION])
        self.table.trimmed_to[ORGANIZATION] = trimmed

    def _run(self, reader: Reader, process: int) -> None:
        if reader not in self.readers:
            self.readers.append(reader)
        number = self.readers.index(reader)
        self.running[number] = asyncio.create_task(reader.listen(self.hubs[process % 2]))

    async def _end(self, number: int) -> None:
        task = self.running.pop(number)
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        if not isinstance(ended, asyncio.CancelledError):
            raise AssertionError("a listener ended by itself") from ended

    async def settle(self) -> None:
        """The bus says nothing more but that there may be gaps."""
        for reader in self.readers:
            reader.may_take.set()
        for bus in self.buses:
            bus.heard(None)
        async with asyncio.timeout(5):
            while any(self._is_behind(number) for number in self.running):
                await turns(5)
                await asyncio.sleep(0.0005 if self.table.failures else 0)

    def _is_behind(self, number: int) -> bool:
        if self.running[number].done():
            self.running[number].result()
        reader = self.readers[number]
        if reader.cursor is None:
            return True
        head = self.table.head(reader.organization)
        return reader.cursor > head or bool(reader.due(head))


async def play(chosen: bytes, may_trim: bool, pending_limit: int, message_limit_bytes: int) -> None:
    world = World(pending_limit, message_limit_bytes)
    moves = [move for move in moves_of(chosen) if may_trim or move[0] != "trim"]
    for hub in world.hubs:
        await hub.start()
    try:
        for name, *arguments, pause in moves:
            await getattr(world, name)(*arguments)
            await turns(pause)
        await world.settle()
        for number in list(world.running):
            await world._end(number)
        for hub in world.hubs:
            assert hub.counts.listeners == 0
            assert hub._watches == {}
    finally:
        for hub in world.hubs:
            await hub.close()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    chosen=st.binary(min_size=50 * MOVE_BYTES, max_size=100 * MOVE_BYTES),
    may_trim=st.booleans(),
    pending_limit=st.sampled_from([4, 8, 5_000]),
    message_limit_bytes=st.sampled_from([0, 600, 7_500]),
)
def test_every_listener_sees_what_the_table_holds(
    chosen, may_trim, pending_limit, message_limit_bytes
):
    asyncio.run(play(chosen, may_trim, pending_limit, message_limit_bytes))
