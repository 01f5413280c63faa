"""Inbox items: what was accepted from a client and waits to be digested."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import DeadLetterId, IngestKeyId, OrganizationId, ServiceId


class ItemKind(StrEnum):
    """What a client sent, and so which digest it waits for.

    The body of an event is the event's document. The body of every other kind is the item as it
    was sent: a line of JSON with its header, then the payload.

    An event over the limit of its organization or key is counted all the same; of a known error
    only some of its bodies are kept.
    """

    EVENT = "event"
    EVENT_OVER_LIMIT = "event_over_limit"
    TRANSACTION = "transaction"
    SPAN = "span"
    SESSION = "session"
    SESSIONS = "sessions"
    CHECK_IN = "check_in"
    USER_REPORT = "user_report"
    FEEDBACK = "feedback"
    ATTACHMENT = "attachment"
    CLIENT_REPORT = "client_report"
    LOG = "log"
    METRIC = "metric"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An item that could not be digested, without its body."""

    id: DeadLetterId
    organization_id: OrganizationId
    service_id: ServiceId
    kind: str
    event_id: UUID
    received_at: datetime
    client: str | None
    reason: str
    packed_bytes: int
    created_at: datetime
