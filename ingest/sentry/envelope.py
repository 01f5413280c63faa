"""The envelope: a line of JSON, then items of a header line and a payload.

https://develop.sentry.dev/sdk/foundations/transport/envelopes/ — an item's `length` counts bytes;
without one the payload ends at the next newline. Unknown attributes and items are never an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from domain.events.document import parse
from domain.failures import Invalid
from ingest.answers import Refused

MAX_ITEMS = 1_000
_MAX_MENDED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an envelope."""

    type: str
    headers: dict[str, Any]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope's header and items."""

    headers: dict[str, Any]
    items: tuple[Item, ...]


def split(body: bytes) -> Envelope:
    """Return the parts of an envelope, or refuse what is none."""
    line, start = _line(body, 0)
    headers = _object(line, "The envelope header") if line.strip() else {}
    return Envelope(headers, tuple(_items(body, start)))


def _items(body: bytes, start: int) -> Iterator[Item]:
    position, count = start, 0
    while position < len(body):
        line, position = _line(body, position)
        if not line.strip():
            continue
        count += 1
        if count > MAX_ITEMS:
            raise Refused(400, f"An envelope holds at most {MAX_ITEMS} items.")
        headers = _object(line, f"The header of item {count}")
        length = headers.get("length")
        if length is None:
            payload, position = _line(body, position)
        else:
            payload, position = _counted(body, position, length, count)
        yield Item(_type(headers), headers, payload)


def _line(body: bytes, start: int) -> tuple[bytes, int]:
    end = body.find(b"\n", start)
    if end < 0:
        return body[start:], len(body)
    return body[start:end], end + 1


def _counted(body: bytes, start: int, length: object, count: int) -> tuple[bytes, int]:
    if type(length) is not int or length < 0:
        raise Refused(400, f"The length of item {count} is not a number of bytes.")
    end = start + length
    if end > len(body):
        raise Refused(400, f"Item {count} ends before its length of {length} bytes.")
    if end < len(body) and body[end : end + 1] != b"\n":
        raise Refused(400, f"Item {count} does not end after its length of {length} bytes.")
    return body[start:end], end + 1


def _object(line: bytes, name: str) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        value = _mended(line)
        if value is None:
            raise Refused(400, f"{name} is not JSON.", causes=(str(error),)) from error
    if not isinstance(value, dict):
        raise Refused(400, f"{name} is not a JSON object.")
    return value


def _mended(line: bytes) -> dict[str, Any] | None:
    """Return a header as an event is mended: half a character in a name must lose no event."""
    if len(line) > _MAX_MENDED:
        return None
    try:
        return parse(line).data
    except Invalid:
        return None


def _type(headers: dict[str, Any]) -> str:
    name = headers.get("type")
    return name if isinstance(name, str) and name else "unknown"
