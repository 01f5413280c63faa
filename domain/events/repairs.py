"""Repairs: what had to be changed in an event so that it could be kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.events import limits

_ORIGINAL = 200


class RepairKind(StrEnum):
    """Why something in an event is not as it was sent."""

    INVALID_UTF8 = "invalid_utf8"
    BYTE_ORDER_MARK = "byte_order_mark"
    LONE_SURROGATE = "lone_surrogate"
    NUL_REMOVED = "nul_removed"
    NOT_A_NUMBER = "not_a_number"
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    INVALID_DATA = "invalid_data"
    FUTURE_TIMESTAMP = "future_timestamp"
    PAST_TIMESTAMP = "past_timestamp"
    CLOCK_DRIFT = "clock_drift"


SENTENCES: dict[RepairKind, str] = {
    RepairKind.INVALID_UTF8: "Bytes that are not UTF-8 were replaced.",
    RepairKind.BYTE_ORDER_MARK: "A byte order mark was taken off.",
    RepairKind.LONE_SURROGATE: "Halves of characters were replaced.",
    RepairKind.NUL_REMOVED: "U+0000 was taken out, because it cannot be stored.",
    RepairKind.NOT_A_NUMBER: "A number that is none was kept as text.",
    RepairKind.TOO_DEEP: "What was nested too deeply was cut off.",
    RepairKind.TOO_LONG: "A text that was too long was clipped.",
    RepairKind.TOO_MANY: "Of too many items some were left out.",
    RepairKind.TOO_LARGE: "The event was too large; this part was left out.",
    RepairKind.INVALID_DATA: "The value does not fit its place and was replaced or left out.",
    RepairKind.FUTURE_TIMESTAMP: "The time lies in the future; the time of arrival was taken.",
    RepairKind.PAST_TIMESTAMP: "The time lies too far back; the time of arrival was taken.",
    RepairKind.CLOCK_DRIFT: "The sender's clock is wrong; the time was corrected.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was changed: where, and what had been there if that says anything."""

    kind: RepairKind
    at: str = ""
    was: str | None = None

    def as_error(self) -> dict[str, str]:
        """Return the repair as one of the `errors` of an event, in the protocol's words."""
        error = {"type": self.kind.value, "message": SENTENCES[self.kind]}
        if self.at:
            error["name"] = self.at
        if self.was is not None:
            error["value"] = self.was
        return error


class Repairs:
    """The repairs of one event while it is worked on; the first of a kind and place counts."""

    __slots__ = ("_found",)

    def __init__(self, earlier: tuple[Repair, ...] = ()) -> None:
        self._found: dict[tuple[RepairKind, str], Repair] = {(r.kind, r.at): r for r in earlier}

    @property
    def noted(self) -> tuple[Repair, ...]:
        """All repairs so far, in the order made."""
        return tuple(self._found.values())

    def note(self, kind: RepairKind, at: str = "", *, was: Any = None) -> None:
        """Remember a repair; past the limit of an event they are no longer counted."""
        if len(self._found) < limits.REPAIRS:
            original = None if was is None else str(was)[:_ORIGINAL]
            at = at[:_ORIGINAL]
            self._found.setdefault((kind, at), Repair(kind=kind, at=at, was=original))
