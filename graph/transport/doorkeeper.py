"""The doorkeeper: who a token or a sign-in acts for, remembered for a few seconds.

Without it each request would pay two more round trips, and each event of a live feed as well. A
revoked token, a changed role or a removed member is noticed when the memory has run out.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from domain import sign_ins
from domain.tokens import PREFIX, TokenScope, hash_of
from domain.viewers import Viewer

REMEMBERED_SECONDS = 4.0
REMEMBERED_TOKENS = 10_000
LONGEST_SECRET = 200

_PREFIXES = (PREFIX, sign_ins.PREFIX)


class Access(Protocol):
    """Knows for whom a secret opens the door."""

    async def caller_of(self, secret: str) -> Viewer | None:
        """Return whom a token or a sign-in acts for, or None when it opens nothing."""
        ...

    async def callers_of(self, hashes: Iterable[bytes]) -> Mapping[bytes, Viewer]:
        """Return whom secrets act for, by their hashes, without those that open nothing."""
        ...


class Doorkeeper:
    """Turns the secret that a caller sends into a viewer, at most once in a few seconds."""

    def __init__(
        self,
        access: Access,
        *,
        remembered_seconds: float = REMEMBERED_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._seconds = remembered_seconds
        self._now = now
        # By the secret's hash: a dump of our memory must not hold anybody's secret.
        self._known: OrderedDict[bytes, tuple[float, Viewer]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Viewer | None]] = {}
        self._forgotten = 0

    async def viewer_of(self, secret: str | None) -> Viewer | None:
        """Return whom a secret acts for now, or a few seconds ago; None when it opens nothing."""
        if secret is None or not secret.startswith(_PREFIXES) or len(secret) > LONGEST_SECRET:
            return None
        key = hash_of(secret)
        if (known := self._known.get(key)) is not None and self._now() < known[0]:
            return known[1]
        # After a restart a thousand sockets come back with the same few tokens: one asks for all.
        if (asking := self._asking.get(key)) is None:
            asking = asyncio.create_task(self._ask(key, secret), name="who has this token")
            self._asking[key] = asking
            asking.add_done_callback(lambda done: self._asked(key, done))
        return await asyncio.shield(asking)

    async def viewers_of(self, hashes: Iterable[bytes]) -> Mapping[bytes, Viewer]:
        """Return whom secrets act for now, all of them by one question, and remember it."""
        at, wanted, forgotten = self._now(), list(hashes), self._forgotten
        found = {
            key: viewer
            for key, viewer in (await self._access.callers_of(wanted)).items()
            if TokenScope.READ in viewer.scopes
        }
        for key in wanted:
            self._known.pop(key, None)
        for key, viewer in found.items():
            self._remember(key, at, viewer, forgotten)
        return found

    def forget(self, secret: str) -> None:
        """Forget a secret at once: it was just closed."""
        self._known.pop(hash_of(secret), None)

    def forget_all(self) -> None:
        """Forget everybody at once: some of what is remembered may be true no more."""
        self._known.clear()
        self._asking.clear()
        self._forgotten += 1

    async def _ask(self, key: bytes, secret: str) -> Viewer | None:
        at, forgotten = self._now(), self._forgotten
        self._known.pop(key, None)
        viewer = await self._access.caller_of(secret)
        # A build's token, which lies in some CI, reads nothing.
        if viewer is not None and TokenScope.READ not in viewer.scopes:
            return None
        if viewer is not None:
            self._remember(key, at, viewer, forgotten)
        return viewer

    def _asked(self, key: bytes, done: asyncio.Task[Viewer | None]) -> None:
        if self._asking.get(key) is done:
            del self._asking[key]

    def _remember(self, key: bytes, at: float, viewer: Viewer, forgotten: int) -> None:
        # What was asked for before the rights changed may be what was true before.
        if forgotten != self._forgotten:
            return
        self._known[key] = (at + self._seconds, viewer)
        if len(self._known) > REMEMBERED_TOKENS:
            self._known.popitem(last=False)


def secret_in(authorization: object) -> str | None:
    """Return the secret of an `Authorization: Bearer …` value."""
    if not isinstance(authorization, str):
        return None
    scheme, _, secret = authorization.strip().partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None
