"""Fingerprints: the sender's own idea of what is the same error, with variables of the event."""

import re
from collections.abc import Callable, Mapping

from domain.events.event import Event, Frame

_VARIABLE = re.compile(r"\{\{\s*([\w.-]{1,200})\s*\}\}")
_DEFAULT = re.compile(r"^\{\{\s*default\s*\}\}$")


def _crash(event: Event) -> Frame | None:
    own = [frame for frame in event.frames if frame.in_app]
    frames = own or event.frames
    return frames[-1] if frames else None


def _of_frame(read: Callable[[Frame], str | None]) -> Callable[[Event], str | None]:
    def of(event: Event) -> str | None:
        frame = _crash(event)
        return read(frame) if frame else None

    return of


_FUNCTION = _of_frame(lambda frame: frame.function)
_MODULE = _of_frame(lambda frame: frame.module)
_FILE = _of_frame(lambda frame: frame.filename)

_READERS: Mapping[str, Callable[[Event], str | None]] = {
    "type": lambda event: event.type,
    "error.type": lambda event: event.type,
    "value": lambda event: event.value,
    "error.value": lambda event: event.value,
    "message": lambda event: event.message,
    "title": lambda event: event.title,
    "culprit": lambda event: event.culprit,
    "transaction": lambda event: event.transaction,
    "level": lambda event: event.level.value,
    "logger": lambda event: event.logger,
    "platform": lambda event: event.platform,
    "environment": lambda event: event.environment,
    "release": lambda event: event.release,
    "component": lambda event: event.component,
    "server_name": lambda event: event.server_name,
    "function": _FUNCTION,
    "stack.function": _FUNCTION,
    "module": _MODULE,
    "stack.module": _MODULE,
    "package": _MODULE,
    "filename": _FILE,
    "stack.filename": _FILE,
    "stack.abs_path": _of_frame(lambda frame: frame.absolute_path),
}


def is_default(part: str) -> bool:
    """Say whether a part stands for the grouping that the event would have had without it."""
    return _DEFAULT.match(part) is not None


def expanded(part: str, event: Event) -> str:
    """Return a part with its variables filled in; a variable that we do not know stays as it is."""
    return _VARIABLE.sub(lambda found: _value(found, event), part) if "{{" in part else part


def _value(found: re.Match[str], event: Event) -> str:
    name = found[1]
    if name.startswith("tags."):
        return dict(event.tags).get(name.removeprefix("tags."), "")
    reader = _READERS.get(name)
    return (reader(event) or "") if reader else found.group()
