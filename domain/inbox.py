"""Inbox items: what was accepted from a client and waits to be digested."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import IngestKeyId, OrganizationId, ServiceId


class ItemKind(StrEnum):
    """What a client sent, and so which digest it waits for."""

    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """One accepted item with everything that is known of its sending; `body` is packed."""

    organization_id: OrganizationId
    service_id: ServiceId
    ingest_key_id: IngestKeyId
    kind: ItemKind
    event_id: UUID
    received_at: datetime
    sent_at: datetime | None
    remote_address: str | None
    client: str | None
    body_format: int
    body: bytes
