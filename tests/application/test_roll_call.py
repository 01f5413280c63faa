"""The roll call: who hears the bus says so, and nobody is waited for longer than patience lasts."""

from uuid import uuid4

from application.roll_call import Answering, LiveState, call
from tests.application.doubles import HeardBus


def a_state(subscribers: int, lag: float | None = None) -> LiveState:
    return LiveState(is_bus_up=True, subscribers=subscribers, lag_seconds=lag)


async def test_every_process_answers_as_it_is_and_once():
    bus, one, two = HeardBus(), uuid4(), uuid4()
    answering = [
        Answering(bus, one, lambda: a_state(3, 0.25)),
        Answering(bus, two, lambda: a_state(0)),
    ]

    answers = await call(bus, uuid4(), wanted=len(answering), patience_seconds=5)

    assert {a.process: a.state for a in answers} == {one: a_state(3, 0.25), two: a_state(0)}


async def test_who_is_deaf_is_missing_when_patience_ends():
    bus, one = HeardBus(), uuid4()
    Answering(bus, one, lambda: a_state(1))
    bus.on("call", lambda message: None)

    answers = await call(bus, uuid4(), wanted=2, patience_seconds=0.05)

    assert [a.process for a in answers] == [one]


async def test_what_is_no_call_and_what_is_for_others_is_not_answered():
    bus = HeardBus()
    Answering(bus, uuid4(), lambda: a_state(1))
    for message in ("", "x", "[]", '{"to": "x", "from": "y"}'):
        await bus.publish("call", message)

    assert len(bus.published) == 4
