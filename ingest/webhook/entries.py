"""Entries: what a posted body holds, and what becomes of each of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ingest.answers import Refused

Entry = Mapping[str, Any]
NOT_JSON = "The line is not JSON."


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry that is an error; `identity` is what makes it the same when it comes twice."""

    document: dict[str, Any]
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An entry that is in order and no error."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry that cannot be taken, and why."""

    reason: str


Told = Failure | Ignored | Unread


def entries_in(body: bytes) -> list[Any]:
    """Return the parts of a body: of a list, of `errors`, of lines of JSON, or the one object."""
    if not body.strip():
        raise Refused(400, "The body is empty; it should be JSON.")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) == 1:
            raise Refused(400, f"The body is not JSON: {error}.") from error
        return [part for line in lines for part in _parts(_line(line))]
    return _parts(found)


def _line(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return Unread(NOT_JSON)


def _parts(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict) and isinstance(found.get("errors"), list):
        # What is said once counts for all of them.
        shared = {name: value for name, value in found.items() if name != "errors"}
        return [{**shared, **one} if isinstance(one, dict) else one for one in found["errors"]]
    return [found]


def first(*places: Entry, names: tuple[str, ...]) -> Any:
    """Return the first value that is there under one of these names."""
    return next(_values(places, names), None)


def _values(places: tuple[Entry, ...], names: tuple[str, ...]) -> Iterator[Any]:
    for place in places:
        for name in names:
            if place.get(name) not in (None, ""):
                yield place[name]


def mapping(value: Any) -> dict[str, Any]:
    """Return a value that is a mapping, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """Return any value as text: what is no text as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else orjson.dumps(value, default=str).decode()


def plain_tags(values: Entry) -> dict[str, str]:
    """Return those of the values that can be tags: plain ones."""
    return {
        name: text(value)
        for name, value in values.items()
        if isinstance(value, str | int | float | bool) and value != ""
    }


def filled(values: Entry) -> dict[str, Any]:
    """Return the values without those that say nothing."""
    return {name: value for name, value in values.items() if value not in (None, "", {}, [])}


def told_text(message: str) -> dict[str, Any]:
    """Return a logged text as parts of an event: where it holds a stack, that shows as frames."""
    return {"message": message, "stacktrace": message} if "\n" in message else {"message": message}
