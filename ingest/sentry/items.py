"""The items of an envelope: which are handed over, as what, and which are only counted.

An item that cannot be taken never takes the others of its envelope along.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from domain.categories import CATEGORIES, category_of
from domain.ids import uuid_in
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from ingest.answers import Refused
from ingest.reception import Reception, Sending
from ingest.sentry.envelope import Envelope, Item

# The limits of Relay (its documentation, "Size limits").
MAX_EVENT_BYTES = 1024 * 1024
MAX_SESSIONS = 100
LIMITS: Mapping[ItemKind, int] = {
    ItemKind.EVENT: MAX_EVENT_BYTES,
    ItemKind.TRANSACTION: MAX_EVENT_BYTES,
    ItemKind.SPAN: MAX_EVENT_BYTES,
    ItemKind.SESSION: MAX_EVENT_BYTES,
    ItemKind.SESSIONS: MAX_EVENT_BYTES,
    ItemKind.CHECK_IN: 100 * 1024,
    ItemKind.USER_REPORT: MAX_EVENT_BYTES,
    ItemKind.FEEDBACK: MAX_EVENT_BYTES,
    ItemKind.ATTACHMENT: 20 * 1024 * 1024,
    ItemKind.CLIENT_REPORT: 4 * 1024,
    ItemKind.METRIC: MAX_EVENT_BYTES,
}
# What has an event id of its own; the first of them has that of the envelope.
_EVENTS = (ItemKind.EVENT, ItemKind.TRANSACTION, ItemKind.FEEDBACK)
# A sender says the same of two only when it says one thing twice. Of others it may not:
# two processes may count the same number of sessions in the same minute.
_SAME_WHEN_EQUAL = (
    ItemKind.SPAN,
    ItemKind.METRIC,
    ItemKind.SESSION,
    ItemKind.USER_REPORT,
    ItemKind.ATTACHMENT,
)
_EVENT_ID = re.compile(rb'"event_id"\s*:\s*"([0-9a-fA-F-]{32,36})"')
_OTHER_TYPE = re.compile(rb'"type"\s*:\s*"(?:transaction|feedback)"')
_PLAIN = (str, int, float, bool, type(None))
_MAX_HEADER = 2_000


@dataclass(slots=True, kw_only=True)
class Sorting:
    """What becomes of one envelope."""

    reception: Reception
    sending: Sending
    event_id: UUID | None = None
    taken: list[InboxItem] = field(default_factory=list)
    refused: Refused | None = None
    _has_event: bool = False
    _sessions: int = 0

    def sort(self, envelope: Envelope) -> None:
        """Take what can be taken; refuse only if there was something and nothing of it was."""
        self.event_id = uuid_in(envelope.headers.get("event_id")) or self._first_id(envelope)
        for item in envelope.items:
            kind = KINDS.get(item.type)
            if kind is None:
                self._count_unsupported(item)
            elif kind is ItemKind.EVENT:
                self._sort_one(kind_of_event(item.payload), item)
            else:
                self._sort_one(kind, item)
        if self.refused is not None and not self.taken:
            raise self.refused

    def _first_id(self, envelope: Envelope) -> UUID | None:
        """Return the id of the event that the envelope is about; the header named none."""
        for item in envelope.items:
            if KINDS.get(item.type) in _EVENTS:
                is_small = len(item.payload) <= MAX_EVENT_BYTES
                return (id_in(item.payload) if is_small else None) or self.reception.clock.new_id()
        return None

    def _sort_one(self, kind: ItemKind, item: Item) -> None:
        try:
            self._check(kind, item)
            self.taken.append(self._made(kind, item))
        except Refused as refused:
            self.refused = self.refused or refused

    def _made(self, kind: ItemKind, item: Item) -> InboxItem:
        sending, payload = self.sending, item.payload
        if kind is ItemKind.EVENT:
            return self.reception.event(sending, payload, self._own_id(kind, item))
        own = self._own_id(kind, item) if kind in _EVENTS else None
        headers = headers_kept(item.headers, own or self.event_id)
        if kind in _SAME_WHEN_EQUAL:
            own = same_id(sending, kind, headers, payload)
        return self.reception.item(sending, kind, headers, payload, own)

    def _check(self, kind: ItemKind, item: Item) -> None:
        self.reception.check_purpose(self.sending.key, kind)
        if len(item.payload) > LIMITS[kind]:
            raise self._no(
                kind, "too_large", 413, f"The {kind.value} is larger than {LIMITS[kind]} bytes."
            )
        if not item.payload.strip() and kind is not ItemKind.ATTACHMENT:
            raise self._no(kind, "empty", 400, f"The {kind.value} is empty.")
        if kind in (ItemKind.SESSION, ItemKind.SESSIONS):
            self._sessions += 1
            if self._sessions > MAX_SESSIONS:
                detail = f"An envelope holds at most {MAX_SESSIONS} sessions."
                raise self._no(kind, "too_many", 413, detail)

    def _no(self, kind: ItemKind, reason: str, status: int, detail: str) -> Refused:
        self.reception.refused(self.sending.key, CATEGORIES[kind], reason)
        return Refused(status, detail)

    def _own_id(self, kind: ItemKind, item: Item) -> UUID:
        """Return the id of an event; an envelope holds one event or transaction."""
        is_feedback = kind is ItemKind.FEEDBACK
        if self._has_event:
            if not is_feedback:
                raise self._no(kind, "second_event", 400, "An envelope holds one event.")
            return id_in(item.payload) or self.reception.clock.new_id()
        self._has_event = True
        return self.event_id or self.reception.clock.new_id()

    def _count_unsupported(self, item: Item) -> None:
        self.reception.tally.count(
            self.sending.key,
            Outcome.UNSUPPORTED,
            category_of(item.type),
            item.type,
            _quantity(item),
        )


_TYPES: Mapping[ItemKind, str] = {ItemKind.METRIC: "trace_metric"}
KINDS: Mapping[str, ItemKind] = {_TYPES.get(kind, kind.value): kind for kind in LIMITS}


def headers_kept(headers: Mapping[str, Any], event_id: UUID | None) -> dict[str, Any]:
    """Return what is kept of an item's header: its plain values, and the envelope's event id."""
    kept = {
        name: value
        for name, value in headers.items()
        if isinstance(value, _PLAIN) and (type(value) is not str or len(value) <= _MAX_HEADER)
    }
    kept.pop("event_id", None)
    return kept | ({"event_id": event_id.hex} if event_id else {})


def same_id(sending: Sending, kind: ItemKind, headers: Mapping[str, Any], payload: bytes) -> UUID:
    """Return the id that the same item has whenever it is sent."""
    said = orjson.dumps([kind.value, headers.get("event_id"), headers.get("filename")])
    digest = hashlib.sha256(sending.key.service_id.bytes + said + b"\0")
    digest.update(payload)
    return UUID(bytes=digest.digest()[:16])


def _quantity(item: Item) -> int:
    count = item.headers.get("item_count")
    return count if type(count) is int and 0 < count <= 10_000 else 1


def kind_of_event(payload: bytes) -> ItemKind:
    """Return what an event's document says that it is: some clients send all as events."""
    if not _OTHER_TYPE.search(payload):
        return ItemKind.EVENT
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return ItemKind.EVENT
    said = document.get("type") if isinstance(document, dict) else None
    return {"transaction": ItemKind.TRANSACTION, "feedback": ItemKind.FEEDBACK}.get(
        said if isinstance(said, str) else "", ItemKind.EVENT
    )


def id_in(payload: bytes) -> UUID | None:
    """Return the event id at the top of a payload, or in broken JSON the first there is."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        found = _EVENT_ID.search(payload)
        return uuid_in(found[1].decode()) if found else None
    return uuid_in(document.get("event_id")) if isinstance(document, dict) else None
