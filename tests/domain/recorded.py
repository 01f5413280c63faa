"""What real clients sent, split into events, and makers of events for the tests of the domain."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from domain.events import Event, normalise, parse
from domain.grouping import HashKind, group
from domain.scrubbing import Scrubber

ENVELOPES = Path(__file__).parents[1] / "envelopes"
EVENT_ID = UUID("9f2830261f5df856c070b2e4b8814345")
RECEIVED_AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SCRUBBER = Scrubber()


def recorded_events() -> dict[str, bytes]:
    """Return the payload of every recorded `event` item, by the name of its file."""
    found: dict[str, bytes] = {}
    for path in sorted(ENVELOPES.glob("sentry-*/*")):
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
        name = f"{path.parent.name}/{path.name.partition('.')[0]}"
        if path.suffix == ".json":
            found[name] = raw
            continue
        for header, payload in items_of(raw):
            if header["type"] == "event":
                found[name] = payload
    return found


def items_of(envelope: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield the items of an envelope: each with its header and its payload."""
    rest = envelope.partition(b"\n")[2]
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        header = orjson.loads(line)
        length = header.get("length")
        if length is None:
            payload, _, rest = rest.partition(b"\n")
        else:
            payload, rest = rest[:length], rest[length + 1 :]
        yield header, payload


def an_event(payload: bytes | None = None, /, **attributes: Any) -> Event:
    """Return the event of a payload, or of these attributes."""
    return normalised(orjson.dumps(attributes) if payload is None else payload)


def normalised(payload: bytes, **arguments: Any) -> Event:
    """Parse and normalise a payload with what the tests do not care about."""
    defaults = {
        "event_id": EVENT_ID,
        "received_at": RECEIVED_AT,
        "sent_at": None,
        "scrubber": SCRUBBER,
    }
    return normalise(parse(payload), **(defaults | arguments))


def a_frame(function: str | None = "pay", **attributes: Any) -> dict[str, Any]:
    """Return a frame of the sender's own Python code."""
    defaults = {
        "filename": "shop/payments.py",
        "module": "shop.payments",
        "lineno": 13,
        "context_line": "    return 100 / total",
        "in_app": True,
    }
    return defaults | {"function": function} | attributes


def an_exception(*frames: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """Return an exception with these frames, the caller first."""
    defaults: dict[str, Any] = {"type": "ZeroDivisionError", "value": "division by zero"}
    if frames:
        defaults["stacktrace"] = {"frames": list(frames)}
    return defaults | attributes


def a_failure(*frames: dict[str, Any], platform: str = "python", **attributes: Any) -> Event:
    """Return the event of one exception with these frames."""
    exception = an_exception(*frames, **attributes)
    return an_event(platform=platform, exception={"values": [exception]})


def told(event: Event) -> list[tuple[str, str | None]]:
    """Return the repairs that are shown with an event, as (type, name)."""
    return [(error["type"], error.get("name")) for error in event.body.get("errors", [])]


def kinds(event: Event) -> list[HashKind]:
    """Return the kinds of the hashes of an event, the strongest first."""
    return [each.kind for each in group(event).hashes]


def same(one: Event, other: Event) -> bool:
    """Say whether two events have one primary hash."""
    return group(one).primary == group(other).primary


def related(one: Event, other: Event) -> bool:
    """Say whether any hash makes two events the same error."""
    values = {each.value for each in group(one).hashes}
    return any(each.value in values for each in group(other).hashes)


def recorded_item(name: str, kind: str) -> tuple[dict[str, Any], bytes]:
    """Return the first item of a kind in a recorded envelope, with its header."""
    [path] = ENVELOPES.glob(f"{name}.envelope*")
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return next((header, payload) for header, payload in items_of(raw) if header["type"] == kind)
