"""The reception that all doors share: knows the key, makes the items, hands them over."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from application.clock import Clock
from application.inbox import Inbox, InboxFull
from application.keys import KeyRing, KeysUnknown
from application.outcomes import Tally
from application.packing import pack
from application.pressure import Pressure
from domain.categories import CATEGORIES, UNKNOWN
from domain.inbox import InboxItem, ItemKind
from domain.limits import Limited, header_of
from domain.outcomes import Outcome
from domain.services import IngestKey, KeyPurpose
from ingest.answers import Refused
from ingest.limiting import Gate, categories_of
from ingest.origins import is_allowed, origin_of
from ingest.routes import Request

Headers = tuple[tuple[bytes, bytes], ...]

# What a key that stands in a public form may send.
_REPORTS = frozenset({ItemKind.FEEDBACK, ItemKind.USER_REPORT, ItemKind.ATTACHMENT})
FLOOD_PAUSE_SECONDS = 0.05
_RETRY_SECONDS = 10
_RETRY_AFTER: Headers = ((b"retry-after", str(_RETRY_SECONDS).encode()),)
_TOO_MUCH = "More is sent than the limit allows. Events still count; other items are dropped."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Who sent something, with which key, from where and when."""

    key: IngestKey
    received_at: datetime
    sent_at: datetime | None
    remote_address: str | None
    client: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What every door of a process uses: keys, clock, counters and the inbox."""

    inbox: Inbox
    keys: KeyRing
    tally: Tally
    gate: Gate
    pressure: Pressure
    clock: Clock

    async def key(self, public_key: str, project: str = "") -> IngestKey:
        """Return the active key of a name, or refuse; `project` is its service's number."""
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

    def sending(
        self,
        request: Request,
        key: IngestKey,
        *,
        client: str | None = None,
        sent_at: datetime | None = None,
    ) -> Sending:
        """Return what is known of a sending; refuse it where the key's origins do not fit."""
        self.check_origin(request, key)
        self.tally.used(key)
        named = client or request.header(b"user-agent")
        return Sending(
            key=key,
            received_at=self.clock.now(),
            sent_at=sent_at,
            remote_address=request.remote_address,
            client=named.replace("\0", "")[:255] or None,
        )

    def event(self, sending: Sending, payload: bytes, event_id: UUID) -> InboxItem:
        """Return the inbox item of an event's document."""
        return self._item(sending, ItemKind.EVENT, payload, event_id)

    def item(
        self,
        sending: Sending,
        kind: ItemKind,
        headers: Mapping[str, Any],
        payload: bytes,
        event_id: UUID | None = None,
    ) -> InboxItem:
        """Return the inbox item of anything else: a line with its header, then the payload.

        `event_id` is what makes the item the same when it comes twice; a new one if not said.
        """
        body = orjson.dumps(headers) + b"\n" + payload
        return self._item(sending, kind, body, event_id or self.clock.new_id())

    async def hand_over(
        self, items: Sequence[InboxItem], *, is_sent_again: bool = False
    ) -> Headers:
        """Return when the items are stored, with the headers that the answer must carry.

        A request of which everything is over a limit is refused, so that its client waits. Of a
        sender who sends again what is refused (SDKs do not), only what was dropped whole is.
        """
        if not items:
            return ()
        sent = [(self.keys.met(item.ingest_key_id), item) for item in items]
        passed = await self.gate.passed(sent, self.clock.now().timestamp())
        if passed.items:
            try:
                await self.inbox.accept(passed.items)
            except InboxFull as full:
                raise _overloaded(passed.items) from full
        await self.pressure.hold_back()
        if not passed.limited:
            return ()
        if not passed.items:
            # A flood is answered a little later: it must not take the processor from who looks.
            await asyncio.sleep(FLOOD_PAUSE_SECONDS)
        limits = (b"x-sentry-rate-limits", header_of(passed.limited).encode())
        if passed.has_within or (is_sent_again and passed.items):
            return (limits,)
        seconds = max(limited.seconds for limited in passed.limited)
        retry_after = (b"retry-after", str(seconds).encode())
        raise Refused(429, _TOO_MUCH, headers=(retry_after, limits))

    def check_origin(self, request: Request, key: IngestKey) -> None:
        """Refuse and count what a page sends that the key is not for."""
        origin = origin_of(request.headers)
        if not is_allowed(origin, key.allowed_origins):
            self.refused(key, UNKNOWN, "origin")
            raise Refused(403, f"The key may not be used from {origin[:200]}.")

    def check_purpose(self, key: IngestKey, kind: ItemKind) -> None:
        """Refuse and count what a key of this purpose may not send."""
        if key.purpose is KeyPurpose.REPORT and kind not in _REPORTS:
            self.refused(key, CATEGORIES.get(kind, UNKNOWN), "purpose")
            raise Refused(403, "The key may only send reports of users and their attachments.")

    def refused(self, key: IngestKey, category: str, reason: str) -> None:
        """Count something that was invalid."""
        self.tally.count(key, Outcome.INVALID, category, reason)

    def _item(self, sending: Sending, kind: ItemKind, body: bytes, event_id: UUID) -> InboxItem:
        if sending.key.purpose is not KeyPurpose.INGEST:
            self.check_purpose(sending.key, kind)
        body_format, packed = pack(body)
        return InboxItem(
            organization_id=sending.key.organization_id,
            service_id=sending.key.service_id,
            ingest_key_id=sending.key.id,
            kind=kind,
            event_id=event_id,
            received_at=sending.received_at,
            sent_at=sending.sent_at,
            remote_address=sending.remote_address,
            client=sending.client,
            body_format=body_format,
            body=packed,
        )


def _overloaded(items: Sequence[InboxItem]) -> Refused:
    """Refuse for a while just what was sent: without categories a client stops everything."""
    limited = Limited(_RETRY_SECONDS, categories_of(items), "organization", "overload")
    limits = (b"x-sentry-rate-limits", str(limited).encode())
    return Refused(
        503, "Neither database nor disk takes any more now.", headers=(*_RETRY_AFTER, limits)
    )
