"""The door of SDKs: bounds, decompresses and splits what comes in, and hands it over.

Nothing here is slow, and nothing decides what an event means. The answer leaves when the items are
stored.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from domain.categories import ERROR, UNKNOWN
from domain.inbox import ItemKind
from domain.services import IngestKey
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, inflated, read_body
from ingest.reception import Reception
from ingest.routes import Request, Route
from ingest.sentry.credentials import agreed, key_of_dsn, named_keys
from ingest.sentry.envelope import Envelope, split
from ingest.sentry.items import MAX_EVENT_BYTES, Sorting, id_in, kind_of_event
from ingest.sentry.visitors import check_visitor

# A DSN may carry a path prefix; the slash at the end is optional, for a redirected POST is a GET.
_ENVELOPE = re.compile(r".*/api/(?:(?P<project>[^/]+)/)?envelope/?")
_STORE = re.compile(r".*/api/(?:(?P<project>[^/]+)/)?store/?")
# What block lists know by its path or its query comes through here: only the DSN in it counts.
_TUNNEL = re.compile(r".*/tunnel/?")
_REASONS = {413: "too_large", 415: "encoding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentryDoor:
    """Takes envelopes, also through a tunnel, and store requests for one process."""

    reception: Reception

    def routes(self) -> tuple[Route, ...]:
        """Return the paths of this door."""
        return (
            Route("envelope", _ENVELOPE, self.envelope),
            Route("store", _STORE, self.store),
            Route("tunnel", _TUNNEL, self.tunnel),
        )

    async def envelope(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one envelope; the answer names the event's id."""
        project = request.path.get("project", "")
        named, client = named_keys(request.query, request.headers)
        # A wrong key is refused before its body costs us anything.
        known = await self.reception.key(agreed(named), project) if named else None
        with self._counting(known, UNKNOWN):
            envelope = await _envelope_in(request, receive)
        if found := key_of_dsn(envelope.headers.get("dsn")):
            named.append(found[0])
            agreed(named)
        key = known or await self.reception.key(agreed(named), project)
        await self._take(request, key, envelope, client, send)

    async def tunnel(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one envelope that nothing but the DSN in its header speaks for."""
        envelope = await _envelope_in(request, receive)
        found = key_of_dsn(envelope.headers.get("dsn"))
        if found is None:
            raise Refused(403, "The envelope's header names no DSN, and nothing else counts here.")
        await self._take(request, await self.reception.key(*found), envelope, None, send)

    async def _take(
        self, request: Request, key: IngestKey, envelope: Envelope, client: str | None, send: Send
    ) -> None:
        sent_at = _time(envelope.headers.get("sent_at"))
        sending = self.reception.sending(request, key, client=client, sent_at=sent_at)
        await check_visitor(self.reception, request, key, envelope)
        sorting = Sorting(reception=self.reception, sending=sending)
        sorting.sort(envelope)
        headers = await self.reception.hand_over(sorting.taken)
        event_id = sorting.event_id
        told = b'{"id":"%b"}' % event_id.hex.encode() if event_id else b"{}"
        await answer(send, 200, told, headers)

    async def store(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one event as older clients send it: JSON, or base64 of zlib of JSON."""
        named, client = named_keys(request.query, request.headers)
        key = await self.reception.key(agreed(named), request.path.get("project", ""))
        with self._counting(key, ERROR):
            body = await read_body(receive, request.headers.get(b"content-length"))
            body = _unwrapped(await decoded(body, request.header(b"content-encoding")))
        sending = self.reception.sending(request, key, client=client)
        self._check(key, body)
        event_id = id_in(body) or self.reception.clock.new_id()
        kind = kind_of_event(body)
        if kind is ItemKind.EVENT:
            item = self.reception.event(sending, body, event_id)
        else:
            item = self.reception.item(sending, kind, {"event_id": event_id.hex}, body, event_id)
        headers = await self.reception.hand_over([item])
        await answer(send, 200, b'{"id":"%b"}' % event_id.hex.encode(), headers)

    @contextmanager
    def _counting(self, key: IngestKey | None, category: str) -> Iterator[None]:
        """Count a body that nothing can be made of, where it is known whose it is."""
        try:
            yield
        except Refused as refused:
            if key is not None:
                self.reception.refused(key, category, _REASONS.get(refused.status, "malformed"))
            raise

    def _check(self, key: IngestKey, payload: bytes) -> None:
        if len(payload) > MAX_EVENT_BYTES:
            self.reception.refused(key, ERROR, "too_large")
            raise Refused(413, f"The event is larger than {MAX_EVENT_BYTES} bytes.")
        if not payload.strip():
            self.reception.refused(key, ERROR, "empty")
            raise Refused(400, "The event is empty.")


async def _envelope_in(request: Request, receive: Receive) -> Envelope:
    body = await read_body(receive, request.headers.get(b"content-length"))
    return split(await decoded(body, request.header(b"content-encoding")))


def _unwrapped(body: bytes) -> bytes:
    """Undo the base64 and zlib of old clients, which name no encoding."""
    start = body.lstrip()[:1]
    if start in (b"{", b""):
        return body
    if start == b"x":
        return inflated(body)
    try:
        return inflated(base64.b64decode(body, validate=False))
    except binascii.Error as error:
        raise Refused(400, "The body is neither JSON nor base64 of zlib.") from error


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return time if time.tzinfo is not None and 2000 < time.year < 2200 else None
