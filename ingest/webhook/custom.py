"""Our own webhook: `{source, error: {message, stack, type, metadata}}`, alone or in a batch.

Everything but a message (or a type, or a stack) may be left out; names may be written in either
style (`serverName`, `server_name`); what stands beside `error` may stand inside it as well.
"""

from typing import Any

from ingest.webhook.entries import (
    Entry,
    Failure,
    Told,
    Unread,
    filled,
    first,
    mapping,
    plain_tags,
    text,
)

_FIELDS = {
    "level": ("level", "severity"),
    "platform": ("platform", "language"),
    "environment": ("environment",),
    "release": ("release", "version"),
    "server_name": ("serverName", "server_name", "host", "hostname"),
    "logger": ("logger",),
    "transaction": ("transaction", "route"),
    "timestamp": ("timestamp", "occurredAt", "occurred_at", "time"),
    "fingerprint": ("fingerprint",),
    "breadcrumbs": ("breadcrumbs",),
    "contexts": ("contexts",),
}
_USER = {
    "id": ("userId", "user_id"),
    "email": ("userEmail", "user_email"),
    "username": ("username", "userName"),
}
_ID = ("eventId", "event_id", "idempotencyKey", "idempotency_key", "id")
_STACK = ("stack", "stacktrace", "stackTrace", "stack_trace", "backtrace")


def told(entry: Any) -> Told:
    """Return what one posted object says."""
    if not isinstance(entry, dict):
        return Unread("An error must be a JSON object.")
    said = entry.get("error")
    error = said if isinstance(said, dict) else {"message": text(said)} if said else entry
    places: tuple[Entry, ...] = (entry, error)
    message = text(first(error, entry, names=("message", "description")))
    type_name = first(error, names=("type", "name", "class"))
    stack = first(error, entry, names=_STACK)
    if not (message or type_name or stack):
        return Unread("An error needs a message, a type or a stack.")
    metadata = mapping(first(error, entry, names=("metadata",)))
    document = filled({name: first(*places, names=names) for name, names in _FIELDS.items()})
    document |= _raised(message, type_name, stack)
    document |= filled(
        {
            "tags": _tags(entry, error, metadata),
            "extra": mapping(first(*places, names=("extra",))) | metadata,
            "user": _user(entry, error),
            "request": _request(entry, error),
        }
    )
    identity = first(*places, names=_ID)
    return Failure(document, text(identity))


def _raised(message: str, type_name: Any, stack: Any) -> dict[str, Any]:
    if not type_name and not stack:
        return {"message": message}
    if isinstance(stack, list) and not all(isinstance(line, dict) for line in stack):
        stack = "\n".join(text(line) for line in stack)
    if isinstance(stack, list):
        stack = {"frames": stack}
    exception = filled({"type": type_name, "value": message, "stacktrace": stack})
    return {"exception": {"values": [exception]}}


def _tags(entry: Entry, error: Entry, metadata: Entry) -> dict[str, str]:
    tags = plain_tags(metadata)
    for place in (entry, error):
        tags |= plain_tags(mapping(place.get("tags")))
    for name, names in (
        ("source", ("source",)),
        ("session.id", ("sessionId", "session_id")),
        ("component", ("component",)),
    ):
        if value := first(entry, error, names=names):
            tags[name] = text(value)
    return tags


def _user(entry: Entry, error: Entry) -> Any:
    user = first(entry, error, names=("user",))
    if user is not None:
        return user
    return filled({name: first(entry, error, names=names) for name, names in _USER.items()})


def _request(entry: Entry, error: Entry) -> dict[str, Any]:
    request = mapping(first(entry, error, names=("request",)))
    agent = first(entry, error, names=("userAgent", "user_agent"))
    return filled(
        {
            **request,
            "url": request.get("url") or first(entry, error, names=("url",)),
            "method": request.get("method") or first(entry, error, names=("method",)),
            "headers": request.get("headers") or ({"User-Agent": agent} if agent else None),
        }
    )
