"""What the digest does with everything that is not an event: one handler for each kind of item."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from application.digest.prepare import payload_of
from domain.failures import Invalid
from domain.feed import Change
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome, OutcomeKey
from persistence.database import RawConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An item as it was sent: its header, its payload, and what is known of its sending."""

    item: InboxItem
    headers: dict[str, Any]
    payload: bytes


@dataclass(slots=True, kw_only=True)
class Written:
    """What writing items led to: changes that people may watch, and outcomes to be counted."""

    changes: list[Change] = field(default_factory=list)
    outcomes: Counter[OutcomeKey] = field(default_factory=Counter)


class Handler(Protocol):
    """Reads items of one kind, and writes many at once."""

    def read(self, sent: Sent) -> object:
        """Return what will be written of an item, or raise Invalid."""
        ...

    async def write(self, db: RawConnection, read: Sequence[tuple[InboxItem, Any]]) -> Written:
        """Write what was read, in set-based statements; an item that comes twice counts once."""
        ...


Handlers = Mapping[ItemKind, Handler]


def sent_of(item: InboxItem) -> Sent:
    """Take an item of any kind but an event apart, or raise Invalid."""
    line, _, payload = payload_of(item).partition(b"\n")
    headers = orjson.loads(line)
    return Sent(item=item, headers=headers, payload=payload)


def read_items(
    handlers: Handlers, items: Sequence[InboxItem]
) -> tuple[dict[ItemKind, list[tuple[InboxItem, Any]]], list[tuple[InboxItem, str]]]:
    """Return what will be written, by kind, and what cannot be with the reason."""
    read: dict[ItemKind, list[tuple[InboxItem, Any]]] = defaultdict(list)
    refused: list[tuple[InboxItem, str]] = []
    for item in items:
        handler = handlers.get(item.kind)
        if handler is None:
            refused.append((item, f"Nothing digests items of the kind {item.kind.value}."))
            continue
        try:
            read[item.kind].append((item, handler.read(sent_of(item))))
        except Invalid as failure:
            refused.append((item, failure.message))
        except Exception as error:  # a bug of ours must cost one item its digest, not the batch
            refused.append((item, f"{type(error).__name__}: {error}"))
    return read, refused


async def write_items(
    db: RawConnection,
    handlers: Handlers,
    read: Mapping[ItemKind, Sequence[tuple[InboxItem, Any]]],
) -> Written:
    """Write everything that was read, kind by kind and always in the same order."""
    written = Written()
    for kind in sorted(read):
        one = await handlers[kind].write(db, read[kind])
        written.changes += one.changes
        written.outcomes += one.outcomes
    return written


def outcome_key(item: InboxItem, outcome: Outcome, category: str, reason: str = "") -> OutcomeKey:
    """Return the counter of an item's outcome: by the minute in which it came."""
    return OutcomeKey(
        organization_id=item.organization_id,
        ingest_key_id=item.ingest_key_id,
        minute=item.received_at.replace(second=0, microsecond=0),
        outcome=outcome,
        category=category,
        reason=reason,
    )
