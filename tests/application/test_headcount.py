"""The headcount across processes: told soon, held by a lease, and of those alone who have much."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest

from application.headcount import Headcount
from tests.application.test_presence import Time, until

pytestmark = pytest.mark.timeout(20)


class Wire:
    """A bus between processes that may be cut, or fail."""

    def __init__(self) -> None:
        self.heard = []
        self.sent: list[str] = []
        self.is_cut = self.is_broken = False

    async def publish(self, _channel: str, message: str) -> None:
        if self.is_broken:
            raise OSError("no bus")
        self.sent.append(message)
        for heard in () if self.is_cut else self.heard:
            heard(message)

    def on(self, _channel: str, heard) -> None:
        self.heard.append(heard)


@asynccontextmanager
async def processes(wire: Wire, time: Time, count: int = 2, *, beat_seconds: float = 0.01):
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            one = Headcount(
                wire, beat_seconds=beat_seconds, lease_seconds=10, pause_seconds=0.001, now=time
            )
            await one.start()
            stack.push_async_callback(one.close)
            made.append(one)
        yield made


def a_place() -> tuple[str, object]:
    return ("connections", uuid4())


async def test_what_is_open_here_is_known_elsewhere_soon_and_until_it_is_closed():
    place = a_place()
    async with processes(Wire(), Time(), 3, beat_seconds=60) as (one, two, three):
        one.note(place, 5, 10)
        two.note(place, 2, 10)
        await until(lambda: three.elsewhere(place) == 7)
        assert (one.elsewhere(place), two.elsewhere(place)) == (2, 5)
        one.note(place, 0, 10)
        await until(lambda: three.elsewhere(place) == 2)


async def test_who_has_little_open_is_never_spoken_of():
    wire = Wire()
    async with processes(wire, Time(), beat_seconds=60) as (one, two):
        much, little = a_place(), a_place()
        one.note(little, 15, 1_000)
        one.note(much, 16, 1_000)
        await until(lambda: two.elsewhere(much))
        one.note(much, 15, 1_000)
        await until(lambda: not two.elsewhere(much))

    assert str(much[1]) in "".join(wire.sent)
    assert str(little[1]) not in "".join(wire.sent)


async def test_a_process_that_dies_is_forgotten_and_one_that_stops_says_so():
    wire, time, place = Wire(), Time(), a_place()
    async with processes(wire, time, 1) as (stays,):
        async with processes(wire, time, 1) as (goes,):
            goes.note(place, 5, 10)
            await until(lambda: stays.elsewhere(place) == 5)
        assert stays.elsewhere(place) == 0
        async with processes(wire, time, 1) as (dies,):
            dies.note(place, 5, 10)
            await until(lambda: stays.elsewhere(place) == 5)
            wire.is_cut = True
            time.now += 10.1
            assert stays.elsewhere(place) == 0


async def test_who_starts_is_told_without_waiting_and_lost_messages_are_mended():
    wire, time, place, other = Wire(), Time(), a_place(), a_place()
    async with processes(wire, time, 1, beat_seconds=60) as (one,):
        one.note(place, 5, 10)
        async with processes(wire, time, 1, beat_seconds=60) as (late,):
            await until(lambda: late.elsewhere(place) == 5)
            wire.is_broken = True
            one.note(other, 3, 10)
            await asyncio.sleep(0.01)
            wire.is_broken = False
            for heard in wire.heard:
                heard(None)
            await until(lambda: late.elsewhere(other) == 3)


async def test_very_many_fit_into_messages_that_any_bus_can_carry():
    wire = Wire()
    async with processes(wire, Time(), beat_seconds=60) as (one, two):
        places = [a_place() for _ in range(1_000)]
        for place in places:
            one.note(place, 1_000_000, 10_000_000)
        await until(lambda: all(two.elsewhere(place) for place in places))

    assert max(map(len, wire.sent)) < 7_900


@pytest.mark.parametrize("message", ["", "x", "[]", '{"p": 1}', '{"p": "x", "open": [[1]]}'])
async def test_what_is_no_message_changes_nothing(message):
    wire, place = Wire(), a_place()
    async with processes(wire, Time()) as (one, two):
        two.note(place, 5, 10)
        await until(lambda: one.elsewhere(place) == 5)
        for heard in wire.heard:
            heard(message)
        assert one.elsewhere(place) == 5
