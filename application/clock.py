"""What a use case is handed instead of taking it from the machine: the time and new ids."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time and the randomness of the running process; a test hands in its own."""

    now: Callable[[], datetime]
    randomness: Callable[[int], bytes]

    def new_id(self) -> UUID:
        """Return a new time-ordered UUID."""
        return uuid7(int(self.now().timestamp() * 1000), self.randomness(10))
