"""The door of SDKs: bounds, decompresses and splits what comes in, and hands it over.

Nothing here is slow, and nothing decides what an event means. The answer leaves when the items are
stored.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from domain.services import IngestKey
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, inflated, read_body
from ingest.reception import Reception, Sending
from ingest.routes import Request, Route
from ingest.sentry.credentials import agreed, key_of_dsn, named_keys
from ingest.sentry.envelope import Envelope, Item, split

# Relay's limit for one event (its documentation, "Size limits").
MAX_EVENT_BYTES = 1024 * 1024
_EVENT_ID = re.compile(rb'"event_id"\s*:\s*"([0-9a-fA-F-]{32,36})"')
# A DSN may carry a path prefix; the slash at the end is optional, for a redirected POST is a GET.
_ENVELOPE = re.compile(r".*/api/(?:(?P<project>[^/]+)/)?envelope/?")
_STORE = re.compile(r".*/api/(?:(?P<project>[^/]+)/)?store/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentryDoor:
    """Takes envelopes and store requests for one process."""

    reception: Reception

    def routes(self) -> tuple[Route, ...]:
        """Return the paths of this door."""
        return (
            Route("envelope", _ENVELOPE, self.envelope),
            Route("store", _STORE, self.store),
        )

    async def envelope(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one envelope; the answer names the event's id."""
        project = request.path.get("project", "")
        named, client = named_keys(request.query, request.headers)
        # A wrong key is refused before its body costs us anything.
        known = await self.reception.key(agreed(named), project) if named else None
        body = await read_body(receive, request.headers.get(b"content-length"))
        envelope = split(await decoded(body, request.header(b"content-encoding")))
        if found := key_of_dsn(envelope.headers.get("dsn")):
            named.append(found[0])
            agreed(named)
        key = known or await self.reception.key(agreed(named), project)
        sent_at = _time(envelope.headers.get("sent_at"))
        sending = self.reception.sending(request, key, client=client, sent_at=sent_at)
        items, event_id = self._items(envelope, sending)
        headers = await self.reception.hand_over(items)
        told = b'{"id":"%b"}' % event_id.hex.encode() if event_id else b"{}"
        await answer(send, 200, told, headers)

    async def store(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one event as older clients send it: JSON, or base64 of zlib of JSON."""
        named, client = named_keys(request.query, request.headers)
        key = await self.reception.key(agreed(named), request.path.get("project", ""))
        body = await read_body(receive, request.headers.get(b"content-length"))
        body = _unwrapped(await decoded(body, request.header(b"content-encoding")))
        event_id = _id_in(body) or self.reception.clock.new_id()
        sending = self.reception.sending(request, key, client=client)
        headers = await self.reception.hand_over([self._event(sending, body, event_id)])
        await answer(send, 200, b'{"id":"%b"}' % event_id.hex.encode(), headers)

    def _items(self, envelope: Envelope, sending: Sending) -> tuple[list[InboxItem], UUID | None]:
        """Return what is stored of an envelope, and the id that the answer names."""
        event_id = _uuid(envelope.headers.get("event_id"))
        items: list[InboxItem] = []
        for item in envelope.items:
            if item.type != ItemKind.EVENT:
                self._count_unsupported(sending.key, item)
            elif items:
                self.reception.refused(sending.key, "error", "second_event")
            else:
                event_id = event_id or _id_in(item.payload) or self.reception.clock.new_id()
                items.append(self._event(sending, item.payload, event_id))
        return items, event_id

    def _count_unsupported(self, key: IngestKey, item: Item) -> None:
        self.reception.tally.count(
            key, Outcome.UNSUPPORTED, item.type, "item_type", _quantity(item)
        )

    def _event(self, sending: Sending, payload: bytes, event_id: UUID) -> InboxItem:
        if len(payload) > MAX_EVENT_BYTES:
            self.reception.refused(sending.key, "error", "too_large")
            raise Refused(413, f"The event is larger than {MAX_EVENT_BYTES} bytes.")
        if not payload.strip():
            self.reception.refused(sending.key, "error", "empty")
            raise Refused(400, "The event is empty.")
        return self.reception.event(sending, payload, event_id)


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


def _quantity(item: Item) -> int:
    count = item.headers.get("item_count")
    return count if type(count) is int and 0 < count <= 10_000 else 1


def _id_in(payload: bytes) -> UUID | None:
    """Return the event id at the top of a payload, or in broken JSON the first there is."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        found = _EVENT_ID.search(payload)
        return _uuid(found[1].decode()) if found else None
    return _uuid(document.get("event_id")) if isinstance(document, dict) else None


def _uuid(value: object) -> UUID | None:
    if not isinstance(value, str):
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return time if time.tzinfo is not None and 2000 < time.year < 2200 else None
