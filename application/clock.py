"""What a use case is handed instead of taking it from the machine: the time and new ids."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.ids import uuid7

# The highest random bit of a first id stays free, so that many may follow in its millisecond.
_ROOM = ~(1 << 61)


@dataclass(slots=True)
class _Latest:
    milliseconds: int = -1
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time and the randomness of the running process; a test hands in its own."""

    now: Callable[[], datetime]
    randomness: Callable[[int], bytes]
    _latest: _Latest = field(default_factory=_Latest, init=False, repr=False, compare=False)

    def new_id(self) -> UUID:
        """Return a new time-ordered UUID; those of one millisecond are in the order of asking.

        (RFC 9562, section 6.2: a later one is the one before it and a random step.)
        """
        return self.new_ids(1)[0]

    def new_ids(self, count: int) -> list[UUID]:
        """Return so many new ids, in their order, as if asked for one after another."""
        if count < 1:
            return []
        milliseconds = int(self.now().timestamp() * 1000)
        latest = self._latest
        steps = self.randomness(4 * count)
        begins_anew = milliseconds != latest.milliseconds
        if begins_anew:
            latest.milliseconds = milliseconds
            latest.id = uuid7(milliseconds, self.randomness(10)).int & _ROOM
        found = []
        for n in range(count):
            if n or not begins_anew:
                latest.id += 1 + int.from_bytes(steps[4 * n : 4 * n + 4])
            found.append(UUID(int=latest.id))
        return found
