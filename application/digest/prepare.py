"""What the digest does to one item by itself: unpack, repair, scrub, normalise and group it."""

import hashlib
from dataclasses import dataclass

import orjson

from application.policies import Policy
from domain.events import Event, normalise, parse
from domain.failures import Invalid
from domain.grouping import Grouping, group
from domain.ids import OccurrenceId, derived_uuid7
from domain.inbox import InboxItem
from persistence import bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An item that is ready to be written."""

    item: InboxItem
    event: Event
    grouping: Grouping
    occurrence_id: OccurrenceId
    body: tuple[int, bytes]
    visitors: tuple[int, ...]


def read_event(item: InboxItem, policy: Policy) -> Event:
    """Return the event of an item, or raise Invalid when nothing can be made of it."""
    return normalise(
        parse(unpacked(item)),
        event_id=item.event_id,
        received_at=item.received_at,
        sent_at=item.sent_at,
        scrubber=policy.scrubber,
        client=item.client,
    )


def prepare(item: InboxItem, event: Event, policy: Policy) -> Prepared:
    """Return the item with its event as both will be written."""
    # The same item always gives the same occurrence, however often its digest is begun.
    occurrence_id = derived_uuid7(
        int(item.received_at.timestamp() * 1000), item.service_id.bytes, item.event_id.bytes
    )
    return Prepared(
        item=item,
        event=event,
        grouping=group(event, config=policy.grouping),
        occurrence_id=OccurrenceId(occurrence_id),
        body=bodies.pack(orjson.dumps(event.body)),
        visitors=tuple(_visitors(event)),
    )


def unpacked(item: InboxItem) -> bytes:
    """Return an item's body as it was handed over, or raise Invalid."""
    try:
        return bodies.unpack(item.body_format, item.body)
    except Exception as error:
        raise Invalid(f"The stored body cannot be unpacked: {error}") from error


def _visitors(event: Event) -> list[int]:
    """Return who met the error: even numbers are users, odd ones sessions."""
    found = []
    for is_session, name in enumerate((event.user_ref, event.session_id)):
        if name:
            digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
            found.append(int.from_bytes(digest, signed=True) & ~1 | is_session)
    return found


def is_session(visitor: int) -> bool:
    """Say whether a visitor's number is that of a session."""
    return bool(visitor & 1)
