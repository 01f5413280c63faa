"""The world of the feed's model tests, with the live feeds of GraphQL over its hubs.

A reader is a sink of `graph.live`: it reads what would be sent to a client, and a stalled one does
not take it. So what is checked is everything between the table and the frame.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from application.feed import FeedBatch, Hub
from application.headcount import Headcount
from domain.feed import FeedEntry
from domain.ids import UserId
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from graph.answers import SharedAnswers
from graph.context import House
from graph.cursors import FeedCursor, cursor_of
from graph.ids import shown
from graph.live.counts import LiveCounts
from graph.live.frames import End, Ending, Frame, LiveRequest
from graph.live.live import Live
from graph.live.patience import Patience
from graph.live.quotas import LiveLimits
from graph.live.solo import Solo
from graph.live.subscribers import Subscriber
from graph.pacing import PaceLimits
from graph.schema import schema
from persistence.database import Database
from persistence.projection.declared import ORGANIZATION
from tests.application.feed_doubles import turns
from tests.application.feed_world import MemoryWorld, Reader, World
from tests.conftest import CLOCK

# Three ways to ask the same: three streams of one source.
SELECTIONS = ["cursor", "cursor errorId", "kind cursor"]
QUICK = PaceLimits(gap_seconds=0.0, longest_seconds=0.002)
PATIENCE = Patience(cut_seconds=60, gap_seconds=0.001)
USER = UserId(UUID(int=7))


def a_live(hub: Hub, database: Database | None = None) -> Live:
    """The live feeds of a process that has a hub and not much else."""
    answers = SharedAnswers(kept_seconds=0.05)
    house = SimpleNamespace(
        hub=hub,
        database=database,
        answers=answers,
        live=LiveCounts(),
        headcount=Headcount(),
        live_limits=LiveLimits(),
        errors=SimpleNamespace(clock=CLOCK),
    )
    return Live(cast("House", house), schema._schema, pace=QUICK, patience=PATIENCE)


@dataclass(slots=True, kw_only=True, eq=False)
class LiveReader(Reader):
    """A reader of frames."""

    viewer: Viewer
    selection: str = SELECTIONS[0]
    subscriber: Subscriber | Solo | None = None

    async def listen(self, live: Live) -> None:
        """Watch until this is cancelled, or the process restarts."""
        sink = _ReaderSink(self)
        place = None
        if self.cursor is not None:
            place = FeedCursor(organization=self.organization, position=self.cursor)
        request = LiveRequest(
            text="subscription ($organization: ID!) { errorFeed(organization: $organization)"
            f" {{ kind cursor omitted changes {{ {self.selection} }} }} }}",
            variables={"organization": shown(ORGANIZATION, self.organization)},
        )
        self.subscriber = await live.attach(request, self.viewer, sink, after=place)
        try:
            await sink.over
        finally:
            self.subscriber.detach()

    def take(self, frame: Frame) -> None:
        """Check a frame; the first of who watches from now on says from where."""
        answer = json.loads(frame.payload)
        assert "errors" not in answer, answer
        said = answer["data"]["errorFeed"]
        batch = self._batch(said)
        assert (frame.cursor, frame.end) == (said["cursor"], batch.position)
        if self.cursor is None:
            assert (batch.entries, batch.omitted, batch.resync) == ((), 0, False)
        else:
            self.check(batch)
        self.cursor = batch.position

    def _batch(self, said: dict[str, Any]) -> FeedBatch:
        return FeedBatch(
            position=cursor_of(said["cursor"]).position,
            omitted=said["omitted"],
            resync=said["kind"] == "RESYNC",
            entries=tuple(self._entry(change["cursor"]) for change in said["changes"]),
        )

    def _entry(self, cursor: str) -> FeedEntry:
        return self.table.entries[self.organization][cursor_of(cursor).position - 1]


class _ReaderSink:
    """Takes frames when its reader may."""

    def __init__(self, reader: LiveReader) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reader = reader

    def offer(self, frame: Frame) -> bool:
        if not self._reader.may_take.is_set():
            return False
        self._take(frame)
        return True

    async def send(self, frame: Frame) -> None:
        await self._reader.may_take.wait()
        self._take(frame)

    def end(self, ending: Ending) -> None:
        if self.over.done():
            return
        if ending.why is End.RESTARTING:
            self.over.set_result(None)
        else:
            self.over.set_exception(AssertionError(ending))

    def _take(self, frame: Frame) -> None:
        if self.over.done():
            return
        try:
            self._reader.take(frame)
        except Exception as error:
            self.over.set_exception(error)


class LiveMoves(World, ABC):
    """What a world with live feeds does otherwise; it is put before another world."""

    lives: list[Live]

    def reader(self, **fields: Any) -> Reader:
        """Return a reader of frames, without a filter of the hub's."""
        selection = SELECTIONS[len(self.readers) % len(SELECTIONS)]
        # Between its two batches a source lets more wait than any of these worlds has subjects.
        own = {**fields, "wanted": None, "can_overflow": False}
        return LiveReader(**own, selection=selection, viewer=self.viewers[0])

    @property
    def viewers(self) -> list[Viewer]:
        """Who a reader may be: with the same rights, and with others."""
        roles = dict.fromkeys(self.organizations, MembershipRole.STAFF)
        manager = dict.fromkeys(self.organizations, MembershipRole.OWNER)
        return [
            Viewer(user=USER, roles=roles),
            Viewer(user=USER, is_system_admin=True),
            Viewer(user=USER, roles=manager),
        ]

    async def renew(self, which: int, choice: int) -> None:
        """Give a reader other rights, by which it sees the same changes among others."""
        if self.running:
            reader = self.readers[list(self.running)[which % len(self.running)]]
            reader.viewer = self.viewers[choice % len(self.viewers)]
            if reader.subscriber is not None:
                reader.subscriber.renew(reader.viewer)

    def place(self, process: int) -> Live:
        """Return the live feeds of a process."""
        return self.lives[process % 2]

    async def restart(self, process: int, _: int) -> None:
        """End a process and start another in its place; its readers are told, and go."""
        number = process % 2
        old = self.lives[number]
        mine = [each for each in self.running if self.places[each] is old]
        await self.hubs[number].close()
        for each in mine:
            task = self.running.pop(each)
            async with asyncio.timeout(30):
                await task
            self.gone.append(self.readers[each])
        assert old.subscribers == set()
        await self.begin(number)

    @abstractmethod
    async def begin(self, number: int) -> None:
        """Start the hub and the live feeds of a process anew."""

    async def finish(self) -> None:
        """Let everybody read to the end and go; nothing of them may be left in any process."""
        await self.settle()
        for number in list(self.running):
            await self.end(number)
        await turns()
        for live, hub in zip(self.lives, self.hubs, strict=True):
            assert live.subscribers == set()
            assert hub.counts.listeners == 0


class MemoryLiveWorld(LiveMoves, MemoryWorld):
    """All of it without a database or a bus."""

    def __init__(self, message_limit_bytes: int) -> None:
        super().__init__(5_000, message_limit_bytes)
        self.lives = [a_live(hub) for hub in self.hubs]

    async def begin(self, number: int) -> None:
        self.hubs[number] = self.a_hub(self.buses[number], self.table)
        self.lives[number] = a_live(self.hubs[number])
        await self.hubs[number].start()
