"""Presence across processes: told at once, held by a lease, and mended when messages are lost."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest

from application.ports import BELL_PRESENCE
from application.presence import Place, Presence
from tests.conftest import CLOCK

pytestmark = pytest.mark.timeout(60)


class Wire:
    """A bus between processes that may be cut."""

    def __init__(self) -> None:
        self.heard = []
        self.sent: list[str] = []
        self.is_cut = False

    async def publish(self, channel: str, message: str) -> None:
        assert channel == BELL_PRESENCE
        self.sent.append(message)
        for heard in () if self.is_cut else self.heard:
            heard(message)

    def on(self, _channel: str, heard) -> None:
        self.heard.append(heard)


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def processes(wire: Wire, time: Time, count: int = 2, *, beat_seconds: float = 0.01):
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            one = Presence(wire, CLOCK, beat_seconds=beat_seconds, lease_seconds=10, now=time)
            await one.start()
            stack.push_async_callback(one.close)
            made.append(one)
        yield made


def a_place() -> Place:
    return Place(uuid4(), uuid4())


def users(presence: Presence, place: Place) -> list[object]:
    return [user for user, _ in presence.at(place)]


async def until(is_so) -> None:
    while not is_so():
        await asyncio.sleep(0)


async def test_who_comes_and_goes_is_seen_elsewhere_at_once():
    place, ada, ben = a_place(), uuid4(), uuid4()
    async with (
        processes(Wire(), Time(), beat_seconds=60) as (one, two),
        two.look(place, ben) as his,
    ):
        his.changed.clear()
        async with one.look(place, ada), one.look(place, ada):
            await until(lambda: his.changed.is_set() and len(users(one, place)) == 2)
            assert set(users(two, place)) == set(users(one, place)) == {ada, ben}
            # Two windows of one person are one person.
            assert len(users(one, place)) == 2
        await until(lambda: users(two, place) == [ben])
        assert users(one, place) == [ben]


async def test_a_process_that_dies_is_forgotten_when_its_lease_ends():
    wire, time, place, ada = Wire(), Time(), a_place(), uuid4()
    async with (
        processes(wire, time) as (one, two),
        two.look(place, None) as his,
        one.look(place, ada),
    ):
        await until(lambda: users(two, place))
        wire.is_cut = True
        time.now = 9.9
        assert users(two, place) == [ada]
        his.changed.clear()
        time.now = 10.1
        assert users(two, place) == []
        await until(his.changed.is_set)


async def test_beats_keep_who_stays_and_mend_what_was_lost():
    wire, time, place, ada = Wire(), Time(), a_place(), uuid4()
    async with processes(wire, time) as (one, two):
        wire.is_cut = True
        async with one.look(place, ada):
            assert users(two, place) == []
            wire.is_cut = False
            await until(lambda: users(two, place))
            for _ in range(5):
                time.now += 9
                sent = len(wire.sent)
                await until(lambda sent=sent: len(wire.sent) > sent + 1)
                assert users(two, place) == [ada]


async def test_a_process_that_starts_is_told_who_is_there_without_waiting_for_a_beat():
    wire, time, place, ada = Wire(), Time(), a_place(), uuid4()
    async with (
        processes(wire, time, 1, beat_seconds=60) as (one,),
        one.look(place, ada),
        processes(wire, time, 1, beat_seconds=60) as (late,),
    ):
        await until(lambda: users(late, place) == [ada])


async def test_a_process_that_stops_takes_its_people_along():
    wire, time, place, ada = Wire(), Time(), a_place(), uuid4()
    async with processes(wire, time, 1, beat_seconds=60) as (stays,):
        async with processes(wire, time, 1, beat_seconds=60) as (goes,):
            window = goes.look(place, ada)
            looking = await window.__aenter__()
            await until(lambda: users(stays, place) == [ada])
            looking.changed.clear()
        assert (users(stays, place), goes.is_closed, looking.changed.is_set()) == ([], True, True)
        await window.__aexit__(None, None, None)


async def test_many_people_fit_into_messages_that_any_bus_can_carry():
    wire, time = Wire(), Time()
    async with processes(wire, time) as (one, two), AsyncExitStack() as stack:
        places = [a_place() for _ in range(8)]
        for place in places:
            for _ in range(60):
                await stack.enter_async_context(one.look(place, uuid4()))

        await until(lambda: all(len(users(two, place)) == 50 for place in places))
        assert max(map(len, wire.sent)) < 7_500


@pytest.mark.parametrize("message", ["", "x", "[]", '{"p": 1}', '{"p": "x", "at": [[1]]}'])
async def test_what_is_no_message_changes_nothing(message):
    wire, place, ada = Wire(), a_place(), uuid4()
    async with processes(wire, Time(), 1) as (one,), one.look(place, ada):
        for heard in wire.heard:
            heard(message)

        assert users(one, place) == [ada]


class DeafWire(Wire):
    """A bus that takes nothing, for ever or with an error, until it is mended."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error = error
        self.is_mended = False

    async def publish(self, channel: str, message: str) -> None:
        if not self.is_mended:
            if self.error is not None:
                raise self.error
            await asyncio.Event().wait()
        await super().publish(channel, message)


@pytest.mark.parametrize("error", [None, OSError("no bus")])
async def test_who_is_here_is_seen_here_whatever_the_bus_does(error):
    place, ada, ben = a_place(), uuid4(), uuid4()
    async with (
        processes(DeafWire(error), Time(), 1) as (one,),
        one.look(place, ada) as hers,
    ):
        hers.changed.clear()
        async with one.look(place, ben):
            assert hers.changed.is_set()
            assert users(one, place) == [ada, ben]
        assert users(one, place) == [ada]


async def test_when_the_bus_takes_messages_again_the_next_beat_tells_who_is_there():
    wire, place, ada = DeafWire(OSError("no bus")), a_place(), uuid4()
    async with processes(wire, Time()) as (one, two), one.look(place, ada):
        assert (wire.sent, users(two, place)) == ([], [])
        wire.is_mended = True
        await until(lambda: users(two, place) == [ada])
