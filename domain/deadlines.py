"""Deadlines: when the work that somebody was given should be done, and what is told of it.

Only of time: that an error was given with a deadline is told when it is given. So nobody hears that
it is due soon, or overdue, who was given it when it was so already.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from domain.activities import ActivityKind


class DeadlineKind(StrEnum):
    """What is told of a deadline."""

    SOON = "soon"
    OVER = "over"


# How long before a deadline each is told.
AHEAD: Mapping[DeadlineKind, timedelta] = {
    DeadlineKind.SOON: timedelta(days=1),
    DeadlineKind.OVER: timedelta(0),
}


# How each stands on the timeline.
TOLD_AS: Mapping[DeadlineKind, ActivityKind] = {
    DeadlineKind.SOON: ActivityKind.DUE_SOON,
    DeadlineKind.OVER: ActivityKind.OVERDUE,
}


def is_told(kind: DeadlineKind, due: datetime, *, given_at: datetime, at: datetime) -> bool:
    """Say whether a deadline whose moment of this kind has come is told; not what is late news."""
    was_ahead = given_at <= due - AHEAD[kind]
    return was_ahead and (kind is DeadlineKind.OVER or at < due)
