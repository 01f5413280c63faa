"""Reading: from the bytes of an event item to a JSON object that can be worked with and stored.

A client never sends an event twice, so whatever can be read is read. What had to be mended on the
way is noted, and shown with the event.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from domain.events.bounds import bounded, may_exceed, without_nul
from domain.events.mending import mended
from domain.events.repairs import Repair, Repairs
from domain.failures import Invalid

_ESCAPED_NUL = b"\\u0000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A JSON object as it was sent, as far as it can be stored, and what was mended in it."""

    data: dict[str, Any]
    repairs: tuple[Repair, ...] = ()
    size: int


def parse(payload: bytes) -> Document:
    """Read a payload; bad bytes, bad numbers and endless nesting are mended, not refused."""
    repairs = Repairs()
    is_mended = False
    try:
        data = orjson.loads(payload)
    except orjson.JSONDecodeError:
        data = mended(payload, repairs)
        is_mended = True
    if not isinstance(data, dict):
        raise Invalid("The event must be a JSON object.", field="payload")
    if is_mended or may_exceed(payload, data):
        bounded(data, repairs)
    # After the cut, because the walk that takes the signs out goes as deep as the document.
    if _ESCAPED_NUL in payload:
        data = without_nul(data, repairs)
    return Document(data=data, repairs=repairs.noted, size=len(payload))
