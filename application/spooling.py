"""How an inbox item is written on the disk spool: a line of JSON, then its body."""

from datetime import datetime
from uuid import UUID

import orjson

from domain.ids import IngestKeyId, OrganizationId, ServiceId
from domain.inbox import InboxItem, ItemKind


def packed(item: InboxItem) -> bytes:
    """Return an item as one record."""
    head = {
        "organization_id": item.organization_id,
        "service_id": item.service_id,
        "ingest_key_id": item.ingest_key_id,
        "kind": item.kind,
        "event_id": item.event_id,
        "received_at": item.received_at,
        "sent_at": item.sent_at,
        "remote_address": item.remote_address,
        "client": item.client,
        "body_format": item.body_format,
    }
    # asyncpg has a UUID class of its own, which orjson does not know.
    return orjson.dumps(head, default=str) + b"\n" + item.body


def unpacked(record: bytes) -> InboxItem:
    """Return the item of a record."""
    line, _, body = record.partition(b"\n")
    head = orjson.loads(line)
    sent_at = head["sent_at"]
    return InboxItem(
        organization_id=OrganizationId(UUID(head["organization_id"])),
        service_id=ServiceId(UUID(head["service_id"])),
        ingest_key_id=IngestKeyId(UUID(head["ingest_key_id"])),
        kind=ItemKind(head["kind"]),
        event_id=UUID(head["event_id"]),
        received_at=datetime.fromisoformat(head["received_at"]),
        sent_at=None if sent_at is None else datetime.fromisoformat(sent_at),
        remote_address=head["remote_address"],
        client=head["client"],
        body_format=head["body_format"],
        body=body,
    )
