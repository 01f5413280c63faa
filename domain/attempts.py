"""Attempts: how long one waits who tried in vain, by account, by address and by both (SEC-09).

Guesses from one place at one account are slowed first, so that a stranger does not keep the owner
out; only many guesses, from anywhere, slow the whole account or the whole address.
"""

import hashlib
import ipaddress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

FORGET_AFTER = timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=15)
_FIRST_WAIT = timedelta(seconds=2)


class Slowed(NamedTuple):
    """What is slowed: the hash of its name, how many failures are free, and the first wait."""

    name: bytes
    free: int
    first_wait: timedelta = _FIRST_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The failures under one name, and until when nothing is tried again."""

    failures: int
    last_at: datetime
    free_at: datetime

    def forgiven(self) -> "Attempts":
        """Take one failure back: it was none."""
        return replace(self, failures=max(0, self.failures - 1), free_at=self.last_at)


def failed(before: Attempts | None, slowed: Slowed, at: datetime) -> Attempts:
    """Count one more failure; the wait doubles with each beyond those that are free."""
    is_fresh = before is None or at - before.last_at > FORGET_AFTER
    failures = 1 if before is None or is_fresh else before.failures + 1
    wait = timedelta(0)
    if (over := failures - slowed.free) >= 0:
        wait = min(LONGEST_WAIT, slowed.first_wait * 2 ** min(over, 20))
    return Attempts(failures=failures, last_at=at, free_at=at + wait)


def at_sign_in(email: str, address: str | None) -> tuple[Slowed, ...]:
    """Return what a sign-in is slowed by."""
    place = place_of(address)
    return (
        Slowed(_named("account and place", email, place), 5),
        Slowed(_named("account", email), 20),
        Slowed(_named("place", place), 50),
    )


def at_secret(purpose: str, address: str | None) -> tuple[Slowed, ...]:
    """Return what guessing at the secret of a link is slowed by."""
    return (Slowed(_named(purpose, place_of(address)), 20),)


def at_mail(email: str, address: str | None) -> tuple[Slowed, ...]:
    """Return what asking for e-mails is slowed by: each of them counts, for none is a failure."""
    return (
        Slowed(_named("mail to", email), 3, LONGEST_WAIT),
        Slowed(_named("mail by", place_of(address)), 20),
    )


def place_of(address: str | None) -> str:
    """Return what an address counts as: of IPv6 the network, for one machine has all of it."""
    if address is None:
        return "nowhere"
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "nowhere"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _named(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
