"""The watch: ends sockets whose token, sign-in or membership is gone, also while nothing happens.

A bell rings when somebody's rights change; then each process asks once for all its sockets. It
also asks every few seconds without being told: the bell may be lost, and what is changed by hand in
the database, or runs out by itself, rings none.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Protocol

from graphql import GraphQLError

from domain.tokens import hash_of
from domain.viewers import Viewer
from graph.failures import refusal, signed_out
from graph.transport.doorkeeper import Doorkeeper
from persistence.database import is_passing

log = logging.getLogger(__name__)

LOOK_SECONDS = 4.0
# However often it rings: who is invited with a thousand others changes nothing for most sockets.
SHORTEST_SECONDS = 0.1
# So many are looked at in one go, before others of the process have their turn.
LOOKED_AT_ONCE = 256

UNAUTHORIZED = 4401
FORBIDDEN = 4403

_NO_MORE = "What you came in with is good no more"
_LOST = "You have lost a right that you came in with"


class Watched(Protocol):
    """A socket that somebody was let in by."""

    @property
    def secret(self) -> str | None:
        """The secret by which it is open."""
        ...

    @property
    def viewer(self) -> Viewer | None:
        """Who came in."""
        ...

    async def end(self, code: int, reason: str, error: GraphQLError) -> None:
        """Close it, after what it watches was told why."""
        ...

    def renew(self, viewer: Viewer) -> None:
        """Go on with the rights that whoever came in has now."""
        ...


class Watch:
    """Looks after the sockets of a process; it runs only while there are any."""

    def __init__(self, doorkeeper: Doorkeeper, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._doorkeeper = doorkeeper
        self._seconds = look_seconds
        self._sockets: dict[Watched, bytes] = {}
        self._task: asyncio.Task[None] | None = None
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Look soon: somebody's rights may be others. What was remembered of them is forgotten."""
        self._doorkeeper.forget_all()
        self._rung.set()

    def enter(self, socket: Watched) -> None:
        """Look after a socket from now on."""
        if socket.secret is None:
            return
        self._sockets[socket] = hash_of(socket.secret)
        if self._task is None:
            self._task = asyncio.create_task(self._look_while_there_are_any(), name="watch")

    def leave(self, socket: Watched) -> None:
        """Forget a socket that has ended."""
        self._sockets.pop(socket, None)
        if not self._sockets and self._task is not None:
            self._task.cancel()
            self._task = None

    async def look(self) -> None:
        """Ask once for all, and end the sockets of those who have lost what let them in."""
        asked = dict(self._sockets)
        found = await self._doorkeeper.viewers_of(set(asked.values()))
        for number, (socket, key) in enumerate(asked.items(), 1):
            if socket not in self._sockets:
                continue
            if (viewer := found.get(key)) is None:
                await socket.end(UNAUTHORIZED, _NO_MORE, signed_out())
            elif socket.viewer is not None and _is_shut_out(socket.viewer, viewer):
                await socket.end(FORBIDDEN, _LOST, refusal("FORBIDDEN", f"{_LOST}."))
            elif viewer != socket.viewer:
                socket.renew(viewer)
            if number % LOOKED_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _look_while_there_are_any(self) -> None:
        while True:
            await asyncio.sleep(min(SHORTEST_SECONDS, self._seconds))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._rung.wait()
            self._rung.clear()
            try:
                await self.look()
            except Exception as error:  # outermost line: the next look comes soon
                if not is_passing(error):
                    log.exception("the sockets could not be looked after")


def _is_shut_out(before: Viewer, now: Viewer) -> bool:
    """Say whether somebody has lost the last of what they came in for."""
    had = bool(before.organizations) or before.is_system_admin
    return had and not now.organizations and not now.is_system_admin
