"""The roll call: asked over the bus, each `serve` process says how its live feeds do.

Who answers hears the bus and is heard over it, which is what nobody can see from outside; who does
not, though it spoke to the database a moment ago, is deaf or mute.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson

from application.ports import BELL_CALL, Bus

# A question or an answer may be lost.
AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """How the live feeds of a process do; `lag_seconds` is of its latest batches, the worst."""

    is_bus_up: bool
    subscribers: int
    lag_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a process answered, and how long after it was asked."""

    process: UUID
    state: LiveState
    after_seconds: float


class Answering:
    """Answers the calls that come to a process."""

    def __init__(self, bus: Bus, process: UUID, state: Callable[[], LiveState]) -> None:
        self._bus, self._process, self._state = bus, process, state
        self._answers: set[asyncio.Task[None]] = set()
        bus.on(BELL_CALL, self._heard)

    def _heard(self, message: str | None) -> None:
        if (call := _said(message).get("call")) is None:
            return
        answer = {"to": call, "from": self._process, **asdict(self._state())}
        said = orjson.dumps(answer, default=str).decode()
        task = asyncio.create_task(self._bus.publish(BELL_CALL, said), name="answer to a call")
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


async def call(bus: Bus, id_: UUID, *, wanted: int, patience_seconds: float) -> Sequence[Answer]:
    """Call, and return who answered; as soon as so many as are wanted have, or patience ends."""
    loop = asyncio.get_running_loop()
    answers: dict[UUID, Answer] = {}
    arrived = asyncio.Event()
    asked_at = loop.time()

    def heard(message: str | None) -> None:
        said = _said(message)
        if said.get("to") != str(id_):
            return
        process, after = UUID(str(said["from"])), loop.time() - asked_at
        answers.setdefault(
            process, Answer(process=process, state=_state_in(said), after_seconds=after)
        )
        arrived.set()

    bus.on(BELL_CALL, heard)
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_seconds):
            while len(answers) < wanted:
                asked_at = loop.time()
                await bus.publish(BELL_CALL, orjson.dumps({"call": str(id_)}).decode())
                with suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_SECONDS):
                        while len(answers) < wanted:
                            arrived.clear()
                            await arrived.wait()
    return list(answers.values())


def _state_in(said: Mapping[str, Any]) -> LiveState:
    lag = said.get("lag_seconds")
    return LiveState(
        is_bus_up=bool(said.get("is_bus_up")),
        subscribers=int(said.get("subscribers", 0)),
        lag_seconds=None if lag is None else float(lag),
    )


def _said(message: str | None) -> dict[str, Any]:
    try:
        said = orjson.loads(message or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
