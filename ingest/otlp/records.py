"""Records: what an OTLP request says, whichever of its two encodings it came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

Attributes = Mapping[str, Any]

# A value may be nested as deeply as a sender likes; below this it says nothing to anyone.
MAX_DEPTH = 16
_NO_IDS = frozenset({"", "0" * 16, "0" * 32})


class SpanKind(IntEnum):
    """What a span's operation is to others (the numbers are the protocol's)."""

    UNSPECIFIED = 0
    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What sent a record: the resource's attributes, and the library inside it."""

    resource: Attributes
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log record; an id that is not there is empty."""

    source: Source
    at_ns: int
    severity: int
    severity_text: str
    body: Any
    attributes: Attributes
    trace_id: str
    span_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEvent:
    """Something that happened during a span."""

    name: str
    at_ns: int
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One operation of a trace."""

    source: Source
    trace_id: str
    span_id: str
    parent_span_id: str
    name: str
    kind: int
    start_ns: int
    end_ns: int
    attributes: Attributes
    events: tuple[SpanEvent, ...]
    is_error: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One data point of a metric; `value` is None where its sender measured nothing."""

    source: Source
    name: str
    unit: str
    kind: str
    at_ns: int
    attributes: Attributes
    value: float | None
    count: int | None = None
    total: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(slots=True)
class Rejected:
    """How many records of a request could not be taken, and why the first of them."""

    count: int = 0
    why: str = ""

    def add(self, why: str, count: int = 1) -> None:
        """Count records that are left out."""
        self.count += count
        self.why = self.why or why


@dataclass(frozen=True, slots=True)
class Read:
    """What one request holds: records of its signal, and what had to be left out."""

    logs: list[Log] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    rejected: Rejected = field(default_factory=Rejected)


def known_id(text: str) -> str:
    """Return an id of a trace or span, empty where it is the one that means none."""
    return "" if text in _NO_IDS else text


def mean(count: int, total: float | None, least: float | None, most: float | None) -> float | None:
    """Return what a distribution stands for as one number, if it says enough for one."""
    if total is not None and count:
        return total / count
    return (least + most) / 2 if least is not None and most is not None else None
