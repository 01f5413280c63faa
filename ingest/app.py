"""The machine doors as one bare ASGI application, mounted in front of everything else.

A framework's routing and request objects cost more than all that a door does (measured: a third to
a half of the throughput), and there are few paths.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.answers import Receive, Refused, Scope, Send, preflight, refuse
from ingest.routes import Route, request_of

log = logging.getLogger(__name__)

_REMEMBERED = 2_000
_LONGEST_PATH = 500


class Found(NamedTuple):
    """The door of a path, and the named parts of the path."""

    route: Route
    parts: dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestApp:
    """Routes the machine doors; `handles` says which paths are theirs."""

    routes: tuple[Route, ...]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    _paths: dict[str, "Found | None"] = field(default_factory=dict)

    def handles(self, path: str) -> bool:
        """Say whether a path is one of a machine door."""
        return self._found(path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        found = self._found(scope["path"])
        name = found.route.name if found else "none"
        try:
            if found is None:
                raise Refused(404, "There is no such door.")
            route, parts = found
            if scope["method"] == "OPTIONS":
                await preflight(send)
                return
            if scope["method"] not in route.methods:
                allowed = ", ".join(route.methods)
                headers = ((b"allow", allowed.encode()),)
                raise Refused(405, f"This path is asked by {allowed}.", headers=headers)
            await route.door(request_of(scope, parts), receive, send)
            self.answers[name, 200] += 1
        except Refused as refused:
            await self._refuse(send, name, refused)
        except Exception:  # outermost line: no client ever sees a stack trace
            log.exception("a machine door failed", extra={"path": scope["path"]})
            await self._refuse(send, name, Refused(500, "Something went wrong; it is logged."))

    def _found(self, path: str) -> "Found | None":
        """Return the door of a path, which clients repeat: twenty patterns are tried once."""
        try:
            return self._paths[path]
        except KeyError:
            found = self._searched(path)
        if len(path) <= _LONGEST_PATH:
            if len(self._paths) >= _REMEMBERED:
                self._paths.clear()
            self._paths[path] = found
        return found

    def _searched(self, path: str) -> "Found | None":
        for route in self.routes:
            if match := route.pattern.fullmatch(path):
                return Found(route, match.groupdict())
        return None

    async def _refuse(self, send: Send, door: str, refused: Refused) -> None:
        self.answers[door, refused.status] += 1
        await refuse(send, refused)
