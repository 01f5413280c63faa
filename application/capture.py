"""Capturing: errors that integrations without an SDK tell by the API.

They go the way of every event: with the service's own ingest key, past the limits, to the inbox.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from application.clock import Clock
from application.keys import KeyRing
from application.packing import pack
from domain.failures import Failure, Invalid, NotFound
from domain.ids import ServiceId, derived_uuid
from domain.inbox import InboxItem, ItemKind
from domain.levels import LogLevel
from domain.rights import Right
from domain.services import IngestKey, KeyPurpose, Service
from domain.viewers import Viewer
from persistence import services
from persistence.database import Database, scope_of_viewer

MAX_CAPTURES = 100
MAX_EVENT_BYTES = 1024 * 1024
_SDK = {"name": "tocsin.graphql", "version": "1"}

# Stores items, or raises a Failure: what the machine doors hand over with, limits included.
HandOver: TypeAlias = Callable[[Sequence[InboxItem]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An error as somebody tells it; frames are given with the oldest call first."""

    service: ServiceId
    level: LogLevel
    type: str | None = None
    message: str | None = None
    stack: str | None = None
    frames: Sequence[Mapping[str, Any]] = ()
    handled: bool | None = None
    platform: str | None = None
    environment: str | None = None
    release: str | None = None
    server_name: str | None = None
    url: str | None = None
    user: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    fingerprint: Sequence[str] = ()
    occurred_at: datetime | None = None
    event_id: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the event that an SDK would have sent; refuse one that says nothing."""
        if not (self.type or self.message or self.stack or self.frames):
            raise Invalid("An error needs a type, a message, a stack or frames.", field="message")
        if self.stack and self.frames:
            raise Invalid("Give the stack as text or as frames, not both.", field="frames")
        document = {
            "level": self.level.value,
            "platform": self.platform,
            "environment": self.environment,
            "release": self.release,
            "server_name": self.server_name,
            "timestamp": self.occurred_at and self.occurred_at.astimezone(UTC).isoformat(),
            "request": {"url": self.url} if self.url else None,
            "user": dict(self.user),
            "tags": dict(self.tags),
            "fingerprint": list(self.fingerprint),
            "sdk": _SDK,
            **self._raised(),
        }
        return {name: value for name, value in document.items() if value not in (None, {}, [])}

    def _raised(self) -> dict[str, Any]:
        if not (self.type or self.stack or self.frames):
            return {"message": self.message}
        exception: dict[str, Any] = {"type": self.type, "value": self.message}
        if self.stack:
            exception["stacktrace"] = self.stack
        elif self.frames:
            exception["stacktrace"] = {"frames": [dict(frame) for frame in self.frames]}
        if self.handled is not None:
            exception["mechanism"] = {"type": "generic", "handled": self.handled}
        told = {name: value for name, value in exception.items() if value is not None}
        return {"exception": {"values": [told]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureUseCases:
    """Takes captures, each by itself: one that is refused leaves the others alone."""

    database: Database
    keys: KeyRing
    hand_over: HandOver
    clock: Clock

    async def capture(self, captures: Sequence[Capture], *, by: Viewer) -> list[UUID | Failure]:
        """Return for each capture the id of its event once it is stored, or why it is not."""
        if len(captures) > MAX_CAPTURES:
            raise Invalid(f"At most {MAX_CAPTURES} errors are taken at once.", field="errors")
        wanted = list({capture.service for capture in captures})
        async with self.database.reading(scope_of_viewer(by)) as db:
            known = await services.by_ids(db, wanted)
            keys = await services.keys_of(db, wanted)
        told: list[UUID | Failure] = []
        items: list[InboxItem] = []
        for capture in captures:
            try:
                service = _allowed(known.get(capture.service), by)
                key = await self._key(service, keys[service.id])
                item = self._item(capture, key)
            except Failure as failure:
                told.append(failure)
            else:
                items.append(item)
                told.append(item.event_id)
        if items:
            await self.hand_over(items)
        return told

    async def _key(self, service: Service, keys: Sequence[IngestKey]) -> IngestKey:
        """Return the key that the service's events are counted under."""
        for key in keys:
            if not (key.is_active and key.purpose is KeyPurpose.INGEST):
                continue
            # The limits ask the key ring for what they know of a key.
            if (found := await self.keys.find(key.public_key)) is not None:
                return found
        raise Invalid(
            f"The service {service.name} has no active ingest key to send with.", field="serviceId"
        )

    def _item(self, capture: Capture, key: IngestKey) -> InboxItem:
        payload = orjson.dumps(capture.document())
        if len(payload) > MAX_EVENT_BYTES:
            raise Invalid(f"An error may have {MAX_EVENT_BYTES} bytes.", field="errors")
        body_format, body = pack(payload)
        return InboxItem(
            organization_id=key.organization_id,
            service_id=key.service_id,
            ingest_key_id=key.id,
            kind=ItemKind.EVENT,
            event_id=self._event_id(capture),
            received_at=self.clock.now(),
            sent_at=None,
            remote_address=None,
            client="graphql",
            body_format=body_format,
            body=body,
        )

    def _event_id(self, capture: Capture) -> UUID:
        if not capture.event_id:
            return self.clock.new_id()
        try:
            return UUID(capture.event_id)
        except ValueError:
            return derived_uuid(capture.service.bytes, b"graphql", capture.event_id.encode())


def _allowed(service: Service | None, by: Viewer) -> Service:
    if service is None:
        raise NotFound("No such service.")
    by.must(Right.CAPTURE, service.organization_id)
    return service
