"""The machine doors as one bare ASGI application, mounted in front of everything else.

A framework's routing and request objects cost more than all that a door does (measured: a third to
a half of the throughput), and there are few paths.
"""

import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ingest.answers import Receive, Refused, Scope, Send, preflight, refuse
from ingest.sentry.door import Request, SentryDoor, request_of

log = logging.getLogger(__name__)

# A DSN may carry a path prefix; the slash at the end is optional, for a redirected POST is a GET.
_PATH = re.compile(r".*/api/(?:(?P<project>[^/]+)/)?(?P<door>envelope|store)/?")

Door = Callable[[Request, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestApp:
    """Routes the machine doors; `handles` says which paths are theirs."""

    sentry: SentryDoor
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    @staticmethod
    def handles(path: str) -> bool:
        """Say whether a path is one of a machine door."""
        return _PATH.fullmatch(path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        found = _PATH.fullmatch(scope["path"])
        name = found["door"] if found else "none"
        try:
            if found is None:
                raise Refused(404, "There is no such door.")
            if scope["method"] == "OPTIONS":
                await preflight(send)
                return
            if scope["method"] != "POST":
                raise Refused(405, "Events are sent by POST.", headers=((b"allow", b"POST"),))
            door: Door = self.sentry.envelope if name == "envelope" else self.sentry.store
            await door(request_of(scope, found["project"] or ""), receive, send)
            self.answers[name, 200] += 1
        except Refused as refused:
            await self._refuse(send, name, refused)
        except Exception:  # outermost line: no client ever sees a stack trace
            log.exception("a machine door failed", extra={"path": scope["path"]})
            await self._refuse(send, name, Refused(500, "Something went wrong; it is logged."))

    async def _refuse(self, send: Send, door: str, refused: Refused) -> None:
        self.answers[door, refused.status] += 1
        await refuse(send, refused)
