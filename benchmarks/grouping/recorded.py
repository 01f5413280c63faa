"""Recorded events with the group that each truly is of: one program, several SDKs."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

ENVELOPES = Path(__file__).parents[2] / "tests" / "envelopes"
# The number at the end of a recording's name is only its place in the conversation.
GROUPS = {
    "js/limited": ("javascript", ("429",)),
    "js/attachment": ("javascript", ("attachment",)),
    "js/chained": ("javascript", ("chained-aggregate",)),
    "js/undefined": ("javascript", ("error", "replay", "tracing-error")),
    "js/disk": ("javascript", ("message",)),
    "js/string": ("javascript", ("string-throw",)),
    "js/http": ("javascript", ("http-client",)),
    "js/react": ("javascript", ("react-error-boundary",)),
    "js/object": ("javascript", ("rejection-nonerror",)),
    "js/dialog": ("javascript", ("reportdialog",)),
    "js/sourcemap": ("javascript", ("sourcemap",)),
    "js/tunnel": ("javascript", ("tunnel",)),
    "js/declined": ("javascript", ("unhandledrejection",)),
    "js/report": ("javascript", ("user-report",)),
    "py/attachment": ("python", ("attachment",)),
    "py/checkout": ("python", ("chained-1", "chained-store-1")),
    "py/two": ("python", ("chained-2", "chained-store-2")),
    "py/pay-excepthook": ("python", ("excepthook", "excepthook-store")),
    "py/pay-logging": ("python", ("logging-2", "logging-store-2")),
    "py/log": ("python", ("logging-1", "logging-store-1")),
    "py/disk": ("python", ("message", "message-store")),
    "py/flask": ("python", ("flask-unhandled",)),
    "py/django": ("python", ("django-unhandled",)),
    "py/starlette": (
        "python",
        ("sessions", "starlette-transaction", "starlette-unhandled", "starlette-unhandled-pii"),
    ),
    "py/flag": ("python", ("featureflags",)),
    "py/gzip": ("python", ("gzip",)),
    "py/recursion": ("python", ("recursion",)),
    "py/thread": ("python", ("threading-asyncio-1",)),
    "py/job": ("python", ("threading-asyncio-2",)),
}


def recorded() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (service, name of the true group, event) of every recording of an error."""
    for path in sorted(ENVELOPES.glob("sentry-*/*")):
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
        name = path.name.partition(".")[0]
        language = "javascript" if "javascript" in path.parent.name else "python"
        bare = name.rstrip("0123456789").rstrip("-")
        for group, (of, names) in GROUPS.items():
            if of == language and (name in names or bare in names):
                for event in _events(raw, is_document=path.suffix == ".json"):
                    yield f"recorded-{language}", group, event


def _events(raw: bytes, *, is_document: bool) -> Iterator[dict[str, Any]]:
    if is_document:
        yield orjson.loads(raw)
        return
    rest = raw.partition(b"\n")[2]
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        header = orjson.loads(line)
        length = header.get("length")
        if length is None:
            payload, _, rest = rest.partition(b"\n")
        else:
            payload, rest = rest[:length], rest[length + 1 :]
        if header["type"] == "event":
            yield orjson.loads(payload)
