"""The headcount: how much is open for whom in all processes: a limit holds for them together.

Each process counts its own, exactly and at once. It tells the others over the bus of those who have
much open, when that changes and every few seconds; what it told holds for a lease, so a process
that dies is forgotten. Who has little open anywhere is never spoken of: that is nearly everybody.

So a limit is exact in one process, and over several holds but for what came in elsewhere within a
tenth of a second, and the little that is not spoken of. While the bus is away it holds in each.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from time import monotonic
from typing import NamedTuple, TypeAlias
from uuid import UUID, uuid4

import orjson

from application.ports import BELL_HEADCOUNT, Bus

logger = logging.getLogger(__name__)

BEAT_SECONDS = 3.0
LEASE_SECONDS = 10.0
# However fast they come: a thousand sockets that come back after a restart are a few messages.
PAUSE_SECONDS = 0.1
GOODBYE_SECONDS = 1.0
# Who has less than this part of a limit open in a process is not spoken of.
SPOKEN_OF = 64
# What PostgreSQL NOTIFY carries is 7,999 bytes: one is about 65 of them.
IN_MESSAGE = 100

# What is counted, and for whom.
Place: TypeAlias = tuple[str, Hashable]


class _Told(NamedTuple):
    until: float
    quantity: int


class Headcount:
    """What is open here and elsewhere; without a bus only here."""

    def __init__(
        self,
        bus: Bus | None = None,
        *,
        beat_seconds: float = BEAT_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._process = uuid4()
        self._bus, self._now = bus, now
        self._beat_seconds, self._lease_seconds = beat_seconds, lease_seconds
        self._pause_seconds = pause_seconds
        self._here: dict[Place, int] = {}
        self._elsewhere: dict[tuple[str, str], dict[UUID, _Told]] = {}
        self._changed: set[Place] = set()
        self._must_ask = self._must_beat = True
        self._rung = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to the others, ask them, and begin to tell."""
        if self._bus is not None:
            self._bus.on(BELL_HEADCOUNT, self._heard)
            self._telling = asyncio.create_task(self._keep_telling(self._bus), name="headcount")

    async def close(self) -> None:
        """Say that nothing is open here any more, and stop."""
        if self._telling is None or self._bus is None:
            return
        self._telling.cancel()
        await asyncio.gather(self._telling, return_exceptions=True)
        places = {*self._here, *self._changed}
        self._here.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._try_to_tell(self._bus, places)

    def elsewhere(self, place: Place) -> int:
        """Return how much is open in the other processes, as far as they spoke of it."""
        if not self._elsewhere:
            return 0
        known = self._elsewhere.get((place[0], str(place[1])), {})
        now = self._now()
        return sum(told.quantity for told in known.values() if told.until > now)

    def note(self, place: Place, count: int, limit: int) -> None:
        """Take down how much is open here; the others hear of it if it is worth a word."""
        if count and count * SPOKEN_OF >= limit:
            self._here[place] = count
        elif self._here.pop(place, None) is None:
            return
        if self._telling is not None:
            self._changed.add(place)
            self._rung.set()

    async def _keep_telling(self, bus: Bus) -> None:
        loop = asyncio.get_running_loop()
        next_beat = loop.time()
        while True:
            if self._must_beat:
                next_beat = loop.time() + self._beat_seconds
                self._forget_the_late()
            places = {*self._changed, *(self._here if self._must_beat else ())}
            self._changed, self._must_beat = set(), False
            await self._try_to_tell(bus, places)
            await asyncio.sleep(self._pause_seconds)
            try:
                async with asyncio.timeout_at(next_beat):
                    await self._rung.wait()
            except TimeoutError:
                self._must_beat = True
            self._rung.clear()

    async def _try_to_tell(self, bus: Bus, places: set[Place]) -> None:
        try:
            if self._must_ask:
                await bus.publish(BELL_HEADCOUNT, self._said(ask=True))
                self._must_ask = False
            for some in _in_pieces(places):
                counts = [(*place, self._here.get(place, 0)) for place in some]
                await bus.publish(BELL_HEADCOUNT, self._said(open=counts))
        except Exception:  # one that told no more would be forgotten elsewhere, with all its people
            logger.exception("The headcount could not be told.")

    def _said(self, **said: object) -> str:
        return orjson.dumps({"p": self._process, **said}, default=str).decode()

    def _forget_the_late(self) -> None:
        now = self._now()
        for place, known in list(self._elsewhere.items()):
            for process in [p for p, told in known.items() if told.until <= now]:
                del known[process]
            if not known:
                del self._elsewhere[place]

    def _heard(self, message: str | None) -> None:
        if message is None:
            # The others may have missed us.
            self._beat_now()
            return
        try:
            said: Mapping[str, object] = orjson.loads(message)
            process = UUID(str(said["p"]))
            if process == self._process:
                return
            if said.get("ask"):
                self._beat_now()
            for what, whose, count in _counts_in(said):
                self._put((what, whose), process, count)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("The bus brought something that is no message of the headcount.")

    def _beat_now(self) -> None:
        self._must_beat = True
        self._rung.set()

    def _put(self, place: tuple[str, str], process: UUID, count: int) -> None:
        if count:
            told = _Told(self._now() + self._lease_seconds, count)
            self._elsewhere.setdefault(place, {})[process] = told
        elif (known := self._elsewhere.get(place)) is not None:
            known.pop(process, None)


def _in_pieces(places: set[Place]) -> Iterator[Sequence[Place]]:
    left = iter(places)
    while some := list(islice(left, IN_MESSAGE)):
        yield some


def _counts_in(said: Mapping[str, object]) -> Iterator[tuple[str, str, int]]:
    told = said.get("open", ())
    if not isinstance(told, list | tuple):
        raise TypeError("not a list")
    for what, whose, count in told:
        yield str(what), str(whose), int(count)
