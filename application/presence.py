"""Presence: who looks at what just now, in all processes, and nobody longer than they do.

An open subscription is what keeps somebody here. A process tells the others over the bus when that
changes, and every few seconds all that it knows. What it told holds for a lease: a process that
dies is forgotten when its lease ends, and a lost message is mended by the next beat. Nothing is
stored: it is true for seconds, or not at all.

Nobody who comes or goes waits for the bus: one task tells the others, and who is here is seen here
however the bus does.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from uuid import UUID, uuid4

import orjson

from application.clock import Clock
from application.ports import BELL_PRESENCE, Bus
from domain.ids import ErrorId, OrganizationId, UserId

logger = logging.getLogger(__name__)

BEAT_SECONDS = 3.0
LEASE_SECONDS = 10.0
# Of each place so many people are told, those who came first.
MOST_TOLD = 50
# A process that stops says so, but not to a bus that takes nothing.
GOODBYE_SECONDS = 1.0
# What PostgreSQL NOTIFY carries is 7,999 bytes: a person is about 80 of them.
_PEOPLE_IN_MESSAGE = 80


class Place(NamedTuple):
    """An error that people look at."""

    organization: OrganizationId
    error: ErrorId


@dataclass(slots=True)
class _Stay:
    since: datetime
    windows: int = 1


@dataclass(frozen=True, slots=True)
class _Heard:
    until: float
    people: Mapping[UserId, datetime]


class Looking:
    """One open window: who else is here, and when that changes."""

    def __init__(self, read: Callable[[], Sequence[tuple[UserId, datetime]]]) -> None:
        self.changed = asyncio.Event()
        self.people = read

    async def change(self, seconds: float) -> bool:
        """Wait for a change, at most so long; say whether there was one."""
        try:
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        except TimeoutError:
            return False
        self.changed.clear()
        return True


class Presence:
    """Who looks at what, as this process knows it."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        *,
        beat_seconds: float = BEAT_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.is_closed = False
        self._process = uuid4()
        self._bus, self._clock, self._now = bus, clock, now
        self._beat_seconds, self._lease_seconds = beat_seconds, lease_seconds
        self._here: dict[Place, dict[UserId, _Stay]] = defaultdict(dict)
        self._elsewhere: dict[Place, dict[UUID, _Heard]] = defaultdict(dict)
        self._windows: dict[Place, set[Looking]] = defaultdict(set)
        self._changed: set[Place] = set()
        self._must_ask = self._must_beat = True
        self._rung = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to the others, ask them who is there, and begin to beat."""
        self._bus.on(BELL_PRESENCE, self._heard)
        self._telling = asyncio.create_task(self._keep_telling(), name="presence tells")

    async def close(self) -> None:
        """Say that nobody is here any more, and stop."""
        self.is_closed = True
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        places = [*self._here, *self._changed]
        self._here.clear()
        for windows in self._windows.values():
            for looking in windows:
                looking.changed.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._try_to_tell(dict.fromkeys(places))

    @asynccontextmanager
    async def look(self, place: Place, user: UserId | None) -> AsyncIterator[Looking]:
        """Be at a place for the length of a block; without a user, only to see who is."""
        looking = Looking(lambda: self.at(place))
        self._windows[place].add(looking)
        try:
            if user is not None:
                self._come(place, user)
            yield looking
        finally:
            self._windows[place].discard(looking)
            if not self._windows[place]:
                del self._windows[place]
            if user is not None and not self.is_closed:
                self._go(place, user)

    def at(self, place: Place) -> Sequence[tuple[UserId, datetime]]:
        """Return who is at a place and since when, those who came first before the others."""
        found: dict[UserId, datetime] = {}
        for user, since in self._people(place):
            found[user] = min(since, found.get(user, since))
        return sorted(found.items(), key=lambda one: (one[1], one[0]))[:MOST_TOLD]

    def _people(self, place: Place) -> Iterator[tuple[UserId, datetime]]:
        for user, stay in self._here.get(place, {}).items():
            yield user, stay.since
        now = self._now()
        for heard in self._elsewhere.get(place, {}).values():
            if heard.until > now:
                yield from heard.people.items()

    def _come(self, place: Place, user: UserId) -> None:
        if (stay := self._here[place].get(user)) is not None:
            stay.windows += 1
            return
        self._here[place][user] = _Stay(self._clock.now())
        self._changed_at(place)

    def _go(self, place: Place, user: UserId) -> None:
        stay = self._here[place][user]
        stay.windows -= 1
        if stay.windows:
            return
        del self._here[place][user]
        if not self._here[place]:
            del self._here[place]
        self._changed_at(place)

    def _changed_at(self, place: Place) -> None:
        self._ring(place)
        self._changed.add(place)
        self._rung.set()

    def _ring(self, place: Place) -> None:
        for looking in self._windows.get(place, ()):
            looking.changed.set()

    async def _keep_telling(self) -> None:
        loop = asyncio.get_running_loop()
        next_beat = loop.time()
        while True:
            if self._must_beat:
                next_beat = loop.time() + self._beat_seconds
                self._forget_the_late()
            places = {*self._changed, *(self._here if self._must_beat else ())}
            self._changed, self._must_beat = set(), False
            await self._try_to_tell(places)
            try:
                async with asyncio.timeout_at(next_beat):
                    await self._rung.wait()
            except TimeoutError:
                self._must_beat = True
            self._rung.clear()

    async def _try_to_tell(self, places: Iterable[Place]) -> None:
        """Tell the others; what a bus that fails does not take, the next beat says again."""
        try:
            if self._must_ask:
                await self._publish({"ask": True})
                self._must_ask = False
            await self._tell(places)
        except Exception:  # one that no longer beats would let its people vanish elsewhere
            logger.exception("Presence could not tell the others.")

    def _forget_the_late(self) -> None:
        now = self._now()
        for place, known in list(self._elsewhere.items()):
            late = [process for process, heard in known.items() if heard.until <= now]
            for process in late:
                del known[process]
            if not known:
                del self._elsewhere[place]
            if late:
                self._ring(place)

    async def _tell(self, places: Iterable[Place]) -> None:
        """Tell the others who is at these places here, in messages that the bus can carry."""
        told: list[list[object]] = []
        size = 0
        for place in places:
            here = sorted(self._here.get(place, {}).items(), key=lambda one: one[1].since)
            people = [[user, stay.since] for user, stay in here[:MOST_TOLD]]
            if told and size + 1 + len(people) > _PEOPLE_IN_MESSAGE:
                await self._publish({"at": told})
                told, size = [], 0
            told.append([place.organization, place.error, people])
            size += 1 + len(people)
        if told:
            await self._publish({"at": told})

    async def _publish(self, said: Mapping[str, object]) -> None:
        message = orjson.dumps({"p": self._process, **said}, default=str)
        await self._bus.publish(BELL_PRESENCE, message.decode())

    def _heard(self, message: str | None) -> None:
        if message is None:
            # The others may have missed us, as we may have missed them; the next beats mend it.
            self._beat_now()
            return
        try:
            said = orjson.loads(message)
            process = UUID(said["p"])
            if process == self._process:
                return
            if said.get("ask"):
                self._beat_now()
            for organization, error, people in said.get("at", ()):
                place = Place(OrganizationId(UUID(organization)), ErrorId(UUID(error)))
                found = {UserId(UUID(u)): datetime.fromisoformat(since) for u, since in people}
                self._put(place, process, found)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("The bus brought something that is no message of presence.")

    def _beat_now(self) -> None:
        self._must_beat = True
        self._rung.set()

    def _put(self, place: Place, process: UUID, people: Mapping[UserId, datetime]) -> None:
        before = self.at(place)
        if people:
            until = self._now() + self._lease_seconds
            self._elsewhere[place][process] = _Heard(until, people)
        elif place in self._elsewhere:
            self._elsewhere[place].pop(process, None)
        if self.at(place) != before:
            self._ring(place)
