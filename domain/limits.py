"""Limits: how much is taken in a minute, as token buckets (SEC-03, FLW-02).

A bucket holds as many tokens as its limit and fills again at the same rate. What somebody wants
passes a chain of buckets, each asked only for what those before it granted: what one key may not
send costs its organization nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.failures import Invalid

DEFAULT_PER_MINUTE = 100
MIN_PER_MINUTE = 1
MAX_PER_MINUTE = 1_000_000
# Beyond the limit events are counted and sampled; beyond this they are only counted.
FLOOD_FACTOR = 20
FLOOD_AT_LEAST = 3_000
# One key never fills what its organization may send at most.
KEYS_TO_FLOOD = 3
# What is not an error comes in larger numbers.
OTHER_FACTOR = 60
OTHER_AT_LEAST = 6_000
MAX_WAIT_SECONDS = 60


class Limit(NamedTuple):
    """One bucket: its name, how many tokens it holds, and how many it gets each minute."""

    bucket: str
    capacity: int
    per_minute: int


class Want(NamedTuple):
    """So many tokens, from each bucket of a chain."""

    amount: int
    limits: tuple[Limit, ...]


class Granted(NamedTuple):
    """What each bucket of a chain gave, when it has a token again, and what is left in it."""

    amounts: Sequence[int]
    waits: Sequence[float]
    left: Sequence[float] = ()


# The tokens of a bucket, and the moment in seconds of any epoch. (A plain tuple: this is asked for
# every event.)
Bucket = tuple[float, float]


def take(bucket: Bucket | None, limit: Limit, amount: int, at: float) -> tuple[Bucket, int, float]:
    """Take up to `amount` tokens; return the bucket, what it gave, and the wait for the next."""
    _, capacity, per_minute = limit
    if bucket is None:
        tokens: float = capacity
    else:
        before, since = bucket
        # The clocks of several machines differ by a little: time never runs backwards here.
        if at < since:
            at = since
        tokens = before + (at - since) * per_minute / 60
        if tokens > capacity:
            tokens = capacity
    granted = amount if amount <= tokens else int(tokens)
    tokens -= granted
    wait = 0.0 if tokens >= 1 else (1 - tokens) * 60 / per_minute
    return (tokens, at), granted, wait


def checked(per_minute: int) -> int:
    """Return a limit that a person has chosen, or raise Invalid."""
    if not MIN_PER_MINUTE <= per_minute <= MAX_PER_MINUTE:
        raise Invalid(
            f"A limit is between {MIN_PER_MINUTE} and {MAX_PER_MINUTE:,} a minute.",
            field="perMinute",
        )
    return per_minute


def flood_limit(per_minute: int) -> int:
    """Return how many events a minute are kept or counted with their errors at most."""
    return max(FLOOD_AT_LEAST, FLOOD_FACTOR * per_minute)


def other_limit(per_minute: int) -> int:
    """Return how much that is not an error an organization may send in a minute, by category."""
    return max(OTHER_AT_LEAST, OTHER_FACTOR * per_minute)


@dataclass(frozen=True, slots=True)
class Limited:
    """Data categories that were limited: for how long, whose limit it was, and why."""

    seconds: int
    categories: tuple[str, ...]
    scope: str
    reason: str

    def __str__(self) -> str:
        """Return it as the Sentry protocol writes it in X-Sentry-Rate-Limits."""
        return f"{self.seconds}:{';'.join(self.categories)}:{self.scope}:{self.reason}"


def header_of(limited: Sequence[Limited]) -> str:
    """Return the value of X-Sentry-Rate-Limits."""
    return ", ".join(str(one) for one in limited)
