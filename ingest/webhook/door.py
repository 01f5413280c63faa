"""The door of webhooks: batches of errors in three forms, with an answer for each part.

A batch is taken as far as it can be: the answer says of every part whether it was accepted (and
under which id), ignored, or refused and why. Only where nothing at all can be taken it is a 400.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.ids import ServiceId, derived_uuid
from domain.inbox import InboxItem
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, read_body
from ingest.credentials import key_named
from ingest.reception import Reception, Sending
from ingest.routes import Request, Route
from ingest.webhook import cloudflare, custom, vercel
from ingest.webhook.entries import Failure, Ignored, Told, Unread, entries_in

# A drain delivers all that was logged, of which little is an error.
MAX_ENTRIES = {"custom": 1000, "vercel": 10_000, "cloudflare": 10_000}
MAX_EVENT_BYTES = 1024 * 1024
_INLINE_BYTES = 64 * 1024
_PATH = re.compile(r".*/ingest/webhook/(?P<source>vercel|cloudflare|custom)/?")


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of one part of a body, with what is stored of it."""

    index: int
    told: Told
    id: UUID | None = None
    payload: bytes = b""

    @property
    def answer(self) -> dict[str, Any]:
        if isinstance(self.told, Failure):
            return {"index": self.index, "status": "accepted", "id": self.id and self.id.hex}
        status = "ignored" if isinstance(self.told, Ignored) else "refused"
        return {"index": self.index, "status": status, "reason": self.told.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDoor:
    """Takes the webhooks of one process; the secrets and the code are Vercel's."""

    reception: Reception
    vercel_secrets: tuple[str, ...] = ()
    vercel_verify: str = ""

    def routes(self) -> tuple[Route, ...]:
        """Return the paths of this door."""
        return (Route("webhook", _PATH, self.take, ("POST", "GET")),)

    async def take(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one body, and say of each of its parts what became of it."""
        source = request.path["source"]
        proof = self._proof(source)
        if request.method == "GET" or (proof and request.header(b"x-vercel-verify")):
            # Vercel asks whether the address is ours before it sends anything.
            await answer(send, 200, b"{}", proof)
            return
        key = await self.reception.key(key_named(request))
        sending = self.reception.sending(request, key)
        wire = await read_body(receive, request.headers.get(b"content-length"))
        if source == "vercel":
            self._check_signature(sending, wire, request.header(b"x-vercel-signature"))
        body = await decoded(wire, request.header(b"content-encoding"))
        if len(body) <= _INLINE_BYTES:
            parts = _parts(source, body, key.service_id)
        else:
            parts = await asyncio.to_thread(_parts, source, body, key.service_id)
        items = [self._item(sending, part) for part in parts if isinstance(part.told, Failure)]
        told = _answer(source, parts, items)
        for part in parts:
            if isinstance(part.told, Unread):
                self.reception.refused(key, "error", "webhook")
        if not items and any(isinstance(part.told, Unread) for part in parts):
            refused = Refused(400, "None of what was posted can be taken as an error.")
            raise refused.told(b"application/json", told)
        headers = await self.reception.hand_over(items, is_sent_again=True)
        await answer(send, 200, told, (*headers, *proof))

    def _proof(self, source: str) -> tuple[tuple[bytes, bytes], ...]:
        if source == "vercel" and self.vercel_verify:
            return ((b"x-vercel-verify", self.vercel_verify.encode("latin-1", "replace")),)
        return ()

    def _check_signature(self, sending: Sending, body: bytes, signature: str) -> None:
        if self.vercel_secrets and not vercel.is_signed(body, signature, self.vercel_secrets):
            self.reception.refused(sending.key, "error", "signature")
            raise Refused(403, "The x-vercel-signature does not fit the body and the secret.")

    def _item(self, sending: Sending, part: _Part) -> InboxItem:
        return self.reception.event(sending, part.payload, part.id or self.reception.clock.new_id())


def _parts(source: str, body: bytes, service: ServiceId) -> list[_Part]:
    """Return what each part of a body says, and the documents of those that are errors."""
    entries = entries_in(body)
    if len(entries) > MAX_ENTRIES[source]:
        raise Refused(413, f"A batch may have {MAX_ENTRIES[source]} entries.")
    return [
        _part(source, service, index, told)
        for index, entry in enumerate(entries)
        for told in _told(source, entry)
    ]


def _told(source: str, entry: Any) -> Sequence[Told]:
    if isinstance(entry, Unread):
        return [entry]
    if source == "cloudflare":
        return cloudflare.told(entry)
    return [vercel.told(entry) if source == "vercel" else custom.told(entry)]


def _part(source: str, service: ServiceId, index: int, told: Told) -> _Part:
    if not isinstance(told, Failure):
        return _Part(index, told)
    document = {**told.document, "sdk": {"name": f"tocsin.webhook.{source}", "version": "1"}}
    document.setdefault("tags", {}).setdefault("source", source)
    payload = orjson.dumps(document, default=str)
    if len(payload) > MAX_EVENT_BYTES:
        return _Part(index, Unread(f"An error may have {MAX_EVENT_BYTES} bytes."))
    return _Part(index, told, _id(source, service, index, told, payload), payload)


def _id(source: str, service: ServiceId, index: int, told: Failure, payload: bytes) -> UUID | None:
    """Return the id that the same error has each time it is sent; None where nobody can know."""
    if told.identity:
        try:
            return UUID(told.identity)
        except ValueError:
            return derived_uuid(service.bytes, source.encode(), told.identity.encode())
    if "timestamp" in told.document:
        return derived_uuid(service.bytes, source.encode(), str(index).encode(), payload)
    return None


def _answer(source: str, parts: Sequence[_Part], items: Sequence[InboxItem]) -> bytes:
    counts = {"accepted": len(items), "ignored": 0, "refused": 0}
    for part in parts:
        counts["ignored"] += isinstance(part.told, Ignored)
        counts["refused"] += isinstance(part.told, Unread)
    ids = iter([item.event_id.hex for item in items])
    told = []
    for part in parts:
        if isinstance(part.told, Failure):
            told.append({**part.answer, "id": next(ids)})
        elif isinstance(part.told, Unread) or source == "custom":
            told.append(part.answer)
    return orjson.dumps({**counts, "items": told})
