"""The door of SDKs: bounds, decompresses and splits what comes in, and hands it over.

Nothing here is slow, and nothing decides what an event means. The answer leaves when the items are
stored.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import orjson

from application.clock import Clock
from application.inbox import Inbox, InboxFull
from application.keys import KeyRing, KeysUnknown
from application.outcomes import Tally
from application.packing import pack
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from domain.services import IngestKey
from ingest.answers import Receive, Refused, Scope, Send, answer
from ingest.bodies import decoded, inflated, read_body
from ingest.sentry.credentials import agreed, key_of_dsn, named_keys
from ingest.sentry.envelope import Envelope, Item, split

# Relay's limit for one event (its documentation, "Size limits").
MAX_EVENT_BYTES = 1024 * 1024
_RETRY_AFTER = ((b"retry-after", b"10"),)
_EVENT_ID = re.compile(rb'"event_id"\s*:\s*"([0-9a-fA-F-]{32,36})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the doors need of one request."""

    project: str
    query: bytes
    headers: dict[bytes, bytes]
    remote_address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentryDoor:
    """Takes envelopes and store requests for one process."""

    inbox: Inbox
    keys: KeyRing
    tally: Tally
    clock: Clock

    async def envelope(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one envelope; the answer names the event's id."""
        named, client = named_keys(request.query, request.headers)
        # A wrong key is refused before its body costs us anything.
        known = await self._key(agreed(named), request.project) if named else None
        body = await read_body(receive, request.headers.get(b"content-length"))
        body = await decoded(body, _encoding(request))
        envelope = split(body)
        if found := key_of_dsn(envelope.headers.get("dsn")):
            named.append(found[0])
            agreed(named)
        key = known or await self._key(agreed(named), request.project)
        items, event_id = self._items(envelope, key, request, client)
        await self._hand_over(items)
        await answer(send, 200, b'{"id":"%b"}' % event_id.hex.encode() if event_id else b"{}")

    async def store(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one event as older clients send it: JSON, or base64 of zlib of JSON."""
        named, client = named_keys(request.query, request.headers)
        key = await self._key(agreed(named), request.project)
        body = await read_body(receive, request.headers.get(b"content-length"))
        body = _unwrapped(await decoded(body, _encoding(request)))
        event_id = _id_in(body) or self.clock.new_id()
        item = self._item(key, body, event_id, None, request, client)
        await self._hand_over([item])
        await answer(send, 200, b'{"id":"%b"}' % event_id.hex.encode())

    async def _key(self, public_key: str, project: str) -> IngestKey:
        try:
            key = await self.keys.find(public_key)
        except KeysUnknown as unknown:
            raise Refused(
                503, "The key cannot be looked up now; come back soon.", headers=_RETRY_AFTER
            ) from unknown
        if key is None:
            raise Refused(403, "The key of the DSN is not known, or no longer active.")
        if project not in ("", str(key.service_number)):
            raise Refused(403, f"The key does not belong to project {project[:50]}.")
        return key

    def _items(
        self, envelope: Envelope, key: IngestKey, request: Request, client: str | None
    ) -> tuple[list[InboxItem], UUID | None]:
        """Return what is stored of an envelope, and the id that the answer names."""
        event_id = _uuid(envelope.headers.get("event_id"))
        sent_at = _time(envelope.headers.get("sent_at"))
        items: list[InboxItem] = []
        for item in envelope.items:
            if item.type != ItemKind.EVENT:
                quantity = _quantity(item)
                self.tally.count(key, Outcome.UNSUPPORTED, item.type, "item_type", quantity)
            elif items:
                self.tally.count(key, Outcome.INVALID, "error", "second_event")
            else:
                event_id = event_id or _id_in(item.payload) or self.clock.new_id()
                items.append(self._item(key, item.payload, event_id, sent_at, request, client))
        return items, event_id

    def _item(
        self,
        key: IngestKey,
        payload: bytes,
        event_id: UUID,
        sent_at: datetime | None,
        request: Request,
        client: str | None,
    ) -> InboxItem:
        if len(payload) > MAX_EVENT_BYTES:
            self.tally.count(key, Outcome.INVALID, "error", "too_large")
            raise Refused(413, f"The event is larger than {MAX_EVENT_BYTES} bytes.")
        if not payload.strip():
            self.tally.count(key, Outcome.INVALID, "error", "empty")
            raise Refused(400, "The event is empty.")
        body_format, body = pack(payload)
        named = client or request.headers.get(b"user-agent", b"").decode("latin-1")
        return InboxItem(
            organization_id=key.organization_id,
            service_id=key.service_id,
            ingest_key_id=key.id,
            kind=ItemKind.EVENT,
            event_id=event_id,
            received_at=self.clock.now(),
            sent_at=sent_at,
            remote_address=_address(request.remote_address),
            client=named.replace("\0", "")[:255] or None,
            body_format=body_format,
            body=body,
        )

    async def _hand_over(self, items: Sequence[InboxItem]) -> None:
        if not items:
            return
        try:
            await self.inbox.accept(items)
        except InboxFull as full:
            raise Refused(
                503, "Neither database nor disk takes any more now.", headers=_RETRY_AFTER
            ) from full


def request_of(scope: Scope, project: str) -> Request:
    """Return what the doors need of an ASGI scope."""
    client = scope.get("client")
    return Request(
        project=project,
        query=scope.get("query_string", b""),
        headers=dict(scope["headers"]),
        remote_address=client[0] if client else None,
    )


def _encoding(request: Request) -> str:
    return request.headers.get(b"content-encoding", b"").decode("latin-1")


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


@lru_cache(maxsize=10_000)
def _address(text: str | None) -> str | None:
    """Return an address as the database reads it: without the zone that names an interface."""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0])) if text else None
    except ValueError:
        return None
