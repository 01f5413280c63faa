"""Answers of the machine doors: small JSON, with the CORS headers that browsers need."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Relay's lists (its CORS layer), and the tracing headers that SDKs add.
CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-sentry-error,x-sentry-rate-limits,retry-after"),
)
PREFLIGHT = (
    *CORS,
    (b"access-control-allow-methods", b"GET,POST,OPTIONS"),
    (
        b"access-control-allow-headers",
        b"x-sentry-auth,x-requested-with,x-forwarded-for,origin,referer,accept,content-type,"
        b"authentication,authorization,content-encoding,transfer-encoding,sentry-trace,baggage,"
        b"x-tocsin-key",
    ),
    (b"access-control-max-age", b"3600"),
    (b"content-length", b"0"),
)


class Refused(Exception):
    """A request that is not taken: an HTTP status, and a sentence for the person behind the SDK."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        causes: tuple[str, ...] = (),
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.causes = causes
        self.headers = headers
        self.body: tuple[bytes, bytes] | None = None

    def told(self, kind: bytes, body: bytes) -> "Refused":
        """Return the refusal in the words of a door's own protocol."""
        self.body = kind, body
        return self


async def answer(
    send: Send,
    status: int,
    body: bytes,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    *,
    kind: bytes = b"application/json",
) -> None:
    """Send one answer, JSON if not said otherwise."""
    length = str(len(body)).encode()
    start = [(b"content-type", kind), *CORS, *headers, (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, refused: Refused) -> None:
    """Say why a request is not taken, in the body and in the header that SDKs log."""
    kind, body = refused.body or (b"application/json", _detail(refused))
    # What was sent may stand in the sentence: in a header it must not end the line.
    said = re.sub(rb"[^ -~]", b"?", refused.detail.encode("ascii", "replace")[:500])
    headers = (*refused.headers, (b"x-sentry-error", said))
    await answer(send, refused.status, body, headers, kind=kind)


def _detail(refused: Refused) -> bytes:
    return orjson.dumps({"detail": refused.detail, "causes": list(refused.causes)})


async def preflight(send: Send) -> None:
    """Answer a browser's question before the real request."""
    await send({"type": "http.response.start", "status": 200, "headers": list(PREFLIGHT)})
    await send({"type": "http.response.body", "body": b""})
