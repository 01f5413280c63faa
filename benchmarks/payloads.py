"""Payloads: events that real SDKs sent, with fresh ids and times; about 7 kB each."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

RECORDED = Path(__file__).parent.parent / "tests" / "envelopes"
# Events of about 7 kB, from different integrations and with different stacks.
NAMES = (
    "sentry-python-2/threading-asyncio-1.envelope",
    "sentry-python-2/excepthook-1.envelope",
    "sentry-python-2/chained-2.envelope",
    "sentry-python-2/logging-2.envelope",
    "sentry-python-2/chained-1.envelope",
    "sentry-python-1/flask-unhandled-1.envelope",
    "sentry-python-2/django-unhandled-1.envelope",
    "sentry-python-2/flask-unhandled-1.envelope",
)
ID = "f" * 32


def events() -> list[dict[str, object]]:
    """Return the recorded events, dated now, under the placeholder id."""
    found = []
    for name in NAMES:
        lines = (RECORDED / name).read_bytes().split(b"\n")
        kinds = [n for n, line in enumerate(lines) if b'"type":"event"' in line.replace(b" ", b"")]
        event = json.loads(lines[kinds[0] + 1])
        event["event_id"] = ID
        event["timestamp"] = time.time()
        found.append(event)
    return found


def envelope(event: dict[str, object]) -> bytes:
    """Return an envelope with one event."""
    head = {"event_id": event["event_id"], "sent_at": datetime.now(UTC).isoformat()}
    payload = json.dumps(event, separators=(",", ":")).encode()
    item = {"type": "event", "content_type": "application/json", "length": len(payload)}
    return b"\n".join((json.dumps(head).encode(), json.dumps(item).encode(), payload))


def mean_bytes() -> float:
    """Return the mean size of an event's payload."""
    sizes = [len(json.dumps(event, separators=(",", ":"))) for event in events()]
    return sum(sizes) / len(sizes)
