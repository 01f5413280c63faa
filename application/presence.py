"""Presence: who looks at what just now, in all processes, and nobody longer than they do.

An open subscription is what keeps somebody here. A process tells the others over the bus when that
changes, and every few seconds all that it knows. What it told holds for a lease: a process that
dies is forgotten when its lease ends, and a lost message is mended by the next beat. Nothing is
stored: it is true for seconds, or not at all.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
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
        self._asked = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to the others, ask them who is there, and begin to beat."""
        self._bus.on(BELL_PRESENCE, self._heard)
        self._beating = asyncio.create_task(self._keep_beating(), name="presence beats")
        await self._publish({"ask": True})

    async def close(self) -> None:
        """Say that nobody is here any more, and stop."""
        self.is_closed = True
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        places = list(self._here)
        self._here.clear()
        for windows in self._windows.values():
            for looking in windows:
                looking.changed.set()
        await self._tell(places)

    @asynccontextmanager
    async def look(self, place: Place, user: UserId | None) -> AsyncIterator[Looking]:
        """Be at a place for the length of a block; without a user, only to see who is."""
        looking = Looking(lambda: self.at(place))
        self._windows[place].add(looking)
        try:
            if user is not None:
                await self._come(place, user)
            yield looking
        finally:
            self._windows[place].discard(looking)
            if not self._windows[place]:
                del self._windows[place]
            if user is not None and not self.is_closed:
                await self._go(place, user)

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

    async def _come(self, place: Place, user: UserId) -> None:
        if (stay := self._here[place].get(user)) is not None:
            stay.windows += 1
            return
        self._here[place][user] = _Stay(self._clock.now())
        self._ring(place)
        await self._tell([place])

    async def _go(self, place: Place, user: UserId) -> None:
        stay = self._here[place][user]
        stay.windows -= 1
        if stay.windows:
            return
        del self._here[place][user]
        if not self._here[place]:
            del self._here[place]
        self._ring(place)
        await self._tell([place])

    def _ring(self, place: Place) -> None:
        for looking in self._windows.get(place, ()):
            looking.changed.set()

    async def _keep_beating(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._beat_seconds):
                    await self._asked.wait()
            except TimeoutError:
                pass
            self._asked.clear()
            try:
                self._forget_the_late()
                await self._tell(list(self._here))
            except Exception:  # one that no longer beats would let its people vanish elsewhere
                logger.exception("Presence failed to beat.")

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

    async def _tell(self, places: Sequence[Place]) -> None:
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
            self._asked.set()
            return
        try:
            said = orjson.loads(message)
            process = UUID(said["p"])
            if process == self._process:
                return
            if said.get("ask"):
                self._asked.set()
            for organization, error, people in said.get("at", ()):
                place = Place(OrganizationId(UUID(organization)), ErrorId(UUID(error)))
                found = {UserId(UUID(u)): datetime.fromisoformat(since) for u, since in people}
                self._put(place, process, found)
        except (AttributeError, KeyError, TypeError, ValueError):
            logger.warning("The bus brought something that is no message of presence.")

    def _put(self, place: Place, process: UUID, people: Mapping[UserId, datetime]) -> None:
        before = self.at(place)
        if people:
            until = self._now() + self._lease_seconds
            self._elsewhere[place][process] = _Heard(until, people)
        elif place in self._elsewhere:
            self._elsewhere[place].pop(process, None)
        if self.at(place) != before:
            self._ring(place)
