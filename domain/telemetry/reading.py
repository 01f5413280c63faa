"""Reading what senders wrote: each helper returns what a column takes, or None."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.events.document import parse
from domain.events.repairs import Repairs
from domain.events.shapes import clipped, pairs, words
from domain.events.times import occurred_at, read_time

NAME = 100
WORD = 50
LABEL = 255
ENDPOINT = 2000
URL = 2000
PAGE = 500
USER_AGENT = 1000
METADATA_ENTRIES = 20
METADATA_VALUE = 200

# Beyond it there is a wrong unit or a wrong clock, and no duration.
MAX_DURATION_MS = 7 * 24 * 3600 * 1000.0

# So many of these as there will ever be can be added without leaving what a column holds.
_LARGEST = 1e100
_TRACE_ID = re.compile(r"[0-9a-f]{32}")


def document_of(payload: bytes) -> dict[str, Any]:
    """Return the JSON object of a payload, mended where it can be, or raise Invalid."""
    return parse(payload).data


def number_of(value: Any) -> float | None:
    """Return a number that can be summed up, also of a text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= _LARGEST else None


def whole_of(value: Any, *, most: int, least: int = 0) -> int | None:
    """Return a whole number within bounds."""
    number = number_of(value)
    if number is None or not least <= number <= most:
        return None
    return int(number)


def text_of(value: Any, limit: int = LABEL) -> str | None:
    """Return a plain value as a text that fits its column, or None when it says nothing."""
    text = words(value)
    if text is None:
        return None
    text = text.replace("\0", "").strip()
    return clipped(text, limit) if text else None


def mapping_of(value: Any) -> dict[str, Any]:
    """Return a mapping; pairs become one, and anything else is empty."""
    if type(value) is dict:
        return value
    return pairs(value) if isinstance(value, list) else {}


def list_of(value: Any) -> list[Any]:
    """Return a list; anything else is an empty one."""
    return value if isinstance(value, list) else []


def mappings_of(value: Any) -> list[dict[str, Any]]:
    """Return the mappings of a list."""
    return [one for one in list_of(value) if type(one) is dict]


def moment_of(value: Any, received_at: datetime, sent_at: datetime | None) -> datetime:
    """Return when something was: corrected for the sender's clock, and never in the future."""
    return occurred_at(value, received_at=received_at, sent_at=sent_at, repairs=Repairs())


def duration_ms_of(start: Any, end: Any) -> float | None:
    """Return how long something took, or None when its times cannot both be true."""
    begun, ended = read_time(start), read_time(end)
    if begun is None or ended is None:
        return None
    duration = round((ended - begun).total_seconds() * 1000, 3)
    return duration if 0 <= duration <= MAX_DURATION_MS else None


def trace_id_of(value: Any) -> str | None:
    """Return a trace id in the one way to write it."""
    text = value.replace("-", "").lower() if type(value) is str else ""
    return text if _TRACE_ID.fullmatch(text) else None


def plain_url(value: Any) -> str | None:
    """Return an address without what follows its path: there stand secrets and countless values."""
    text = text_of(value, 8 * URL)
    if text is None:
        return None
    text = text.partition("?")[0].partition("#")[0]
    scheme, mark, rest = text.partition("://")
    if mark:
        host, slash, path = rest.partition("/")
        text = f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"
    return clipped(text, URL) or None


def path_of(url: str | None) -> str | None:
    """Return the path of an address."""
    if not url:
        return None
    rest = url.partition("://")[2] if "://" in url else url
    return rest[rest.find("/") :] if "/" in rest else "/"


def metadata_of(values: Mapping[str, Any]) -> dict[str, str | float | bool]:
    """Return some plain values with their names, bounded in number and length."""
    found: dict[str, str | float | bool] = {}
    for name, value in values.items():
        if len(found) == METADATA_ENTRIES:
            break
        key = text_of(name, NAME)
        if key is None:
            continue
        if isinstance(value, bool):
            found[key] = value
        elif isinstance(value, int | float):
            if (number := number_of(value)) is not None:
                found[key] = number
        elif (text := text_of(value, METADATA_VALUE)) is not None:
            found[key] = text
    return found
