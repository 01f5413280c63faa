"""Response targets: until when an error must be looked at, and be resolved (NFR-01).

A target is of a severity. It begins when the error is stored, and again when it comes back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.levels import LogLevel


@dataclass(frozen=True, slots=True)
class Targets:
    """What one severity promises; None promises nothing."""

    response: timedelta | None = None
    resolve: timedelta | None = None

    def due(self, since: datetime, level: LogLevel) -> tuple[datetime | None, datetime | None]:
        """Return until when an error must be responded to, and resolved.

        What a source says for its developers only owes nobody anything (CON-01).
        """
        if level is LogLevel.DEBUG:
            return None, None
        return (
            None if self.response is None else since + self.response,
            None if self.resolve is None else since + self.resolve,
        )


def breached_at(due: datetime | None, done: datetime | None, now: datetime) -> datetime | None:
    """Return when a target was missed: the moment that it was due, if it was not done by then."""
    if due is None or due >= (now if done is None else done):
        return None
    return due
