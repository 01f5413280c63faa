"""Outcomes: what came of a decision, as it is answered and as it is kept for a retry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.ids import ErrorId

MAX_TOLD = 100


@dataclass(frozen=True, slots=True)
class Skipped:
    """An error that the decision could not be made about, and why."""

    error: ErrorId
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a decision; its lists name the first hundred.

    `made` are the ids of what the decision added, such as comments.
    """

    matched: int
    changed: int
    skipped: int
    changed_ids: tuple[ErrorId, ...] = ()
    skipped_ones: tuple[Skipped, ...] = ()
    made: tuple[UUID, ...] = ()
    is_dry_run: bool = False
    is_replayed: bool = False

    def as_json(self) -> dict[str, object]:
        """Return it as it is kept."""
        return {
            "matched": self.matched,
            "changed": self.changed,
            "skipped": self.skipped,
            "made": [str(id_) for id_ in self.made],
            "changed_ids": [str(id_) for id_ in self.changed_ids],
            "skipped_ones": [[str(each.error), each.message] for each in self.skipped_ones],
        }


def replayed(kept: Mapping[str, Any]) -> Outcome:
    """Return what was answered to the same request before."""
    return Outcome(
        matched=kept["matched"],
        changed=kept["changed"],
        skipped=kept["skipped"],
        changed_ids=tuple(ErrorId(UUID(id_)) for id_ in kept["changed_ids"]),
        skipped_ones=tuple(Skipped(ErrorId(UUID(id_)), why) for id_, why in kept["skipped_ones"]),
        made=tuple(UUID(id_) for id_ in kept["made"]),
        is_replayed=True,
    )
