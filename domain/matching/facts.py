"""Facts: what a rule may ask of an event, read only when a rule asks.

A fact may have many values: an event has many frames, and a device a name and a kind. What an event
does not say is the empty text.
"""

from collections.abc import Callable, Mapping
from typing import Any

from domain.events.event import Event
from domain.events.stacks import frames_in, told_frames
from domain.levels import LogLevel

Values = tuple[str, ...]
TAG = "tag."


def _one(read: Callable[[Event], str | None]) -> Callable[[Event], Values]:
    return lambda event: (read(event) or "",)


def _chain(name: str) -> Callable[[Event], Values]:
    def of(event: Event) -> Values:
        entry = event.body.get("exception")
        values = [each.get(name) or "" for each in entry["values"]] if entry else []
        return tuple(dict.fromkeys(values)) or ("",)

    return of


def _context(name: str, *keys: str) -> Callable[[Event], Values]:
    def of(event: Event) -> Values:
        context = (event.body.get("contexts") or {}).get(name) or {}
        found = [told for key in keys if isinstance(told := context.get(key), str) and told]
        version = context.get("version")
        if found and isinstance(version, str) and version:
            found.append(f"{found[0]} {version}")
        return tuple(found) or ("",)

    return of


def _user(name: str) -> Callable[[Event], Values]:
    def of(event: Event) -> Values:
        said = (event.body.get("user") or {}).get(name)
        return (said if isinstance(said, str) else "",)

    return of


def _level(event: Event) -> Values:
    # Most SDKs have another word for the worst.
    is_worst = event.level is LogLevel.CRITICAL
    return (event.level.value, "fatal") if is_worst else (event.level.value,)


def _said(flag: bool | None) -> str:
    return "" if flag is None else ("true" if flag else "false")


def _sdk(event: Event) -> Values:
    name = (event.sdk or "").partition("/")[0]
    return (name, event.sdk) if event.sdk and name != event.sdk else (name,)


_READERS: Mapping[str, Callable[[Event], Values]] = {
    "type": _one(lambda event: event.type),
    "value": _one(lambda event: event.value),
    "message": _one(lambda event: event.message),
    "title": _one(lambda event: event.title),
    "culprit": _one(lambda event: event.culprit),
    "error_type": _one(lambda event: event.error_type),
    "level": _level,
    "platform": _one(lambda event: event.platform),
    "logger": _one(lambda event: event.logger),
    "environment": _one(lambda event: event.environment),
    "release": _one(lambda event: event.release),
    "transaction": _one(lambda event: event.transaction),
    "url": _one(lambda event: event.url),
    "endpoint": _one(lambda event: event.endpoint_path),
    "server_name": _one(lambda event: event.server_name),
    "component": _one(lambda event: event.component),
    "handled": _one(lambda event: _said(event.handled)),
    "mechanism": _one(lambda event: event.mechanism),
    "user": _one(lambda event: event.user_ref),
    "user.id": _user("id"),
    "user.email": _user("email"),
    "user.name": _user("username"),
    "cause.type": _chain("type"),
    "cause.value": _chain("value"),
    "browser": _context("browser", "name"),
    "os": _context("os", "name"),
    "runtime": _context("runtime", "name"),
    "device": _context("device", "device_type", "name", "family", "model"),
    "sdk": _sdk,
}
_SERVICE = "service"
FIELDS = (*_READERS, _SERVICE)

_FRAME_READERS: Mapping[str, Callable[[Mapping[str, Any]], Values]] = {
    "frame.module": lambda frame: (frame.get("module") or "",),
    "frame.function": lambda frame: (frame.get("function") or "",),
    "frame.path": lambda frame: (frame.get("abs_path") or "", frame.get("filename") or ""),
    "frame.package": lambda frame: (_text(frame.get("package")),),
    "frame.in_app": lambda frame: (_said(frame.get("in_app")),),
}
FRAME_FIELDS = tuple(_FRAME_READERS)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def of_frame(frame: Mapping[str, Any], field: str) -> Values:
    """Return what a frame in shape says of one of `FRAME_FIELDS`."""
    return _FRAME_READERS[field](frame)


class Facts:
    """An event as rules see it; an event that no rule asks about costs nothing."""

    __slots__ = ("_event", "_frames", "_known", "_service")

    def __init__(self, event: Event, service: str = "") -> None:
        self._event = event
        self._service = service
        self._known: dict[str, Values] = {}
        self._frames: tuple[Mapping[str, Any], ...] | None = None

    def values(self, field: str) -> Values:
        """Return what the event says of one of `FIELDS`, or of a tag (`tag.NAME`)."""
        known = self._known.get(field)
        if known is None:
            known = self._known[field] = self._read(field)
        return known

    def _read(self, field: str) -> Values:
        if field == _SERVICE:
            return (self._service,)
        if field.startswith(TAG):
            return (dict(self._event.tags).get(field.removeprefix(TAG), ""),)
        return _READERS[field](self._event)

    @property
    def frames(self) -> tuple[Mapping[str, Any], ...]:
        """Every frame of the chain of exceptions, or else of the thread that tells most."""
        if self._frames is None:
            body = self._event.body
            chain = body["exception"]["values"] if "exception" in body else []
            found = [frame for one in chain for frame in frames_in(one)]
            self._frames = tuple(found or told_frames(body))
        return self._frames
