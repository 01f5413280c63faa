"""Ignoring: until when an error may happen without anybody being told."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.failures import Invalid

MAX_COUNT = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreCondition:
    """The counts at which an error is no longer ignored: as they will stand, not how many more."""

    occurrences: int | None = None
    users: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as it is kept."""
        return {"occurrences": self.occurrences, "users": self.users}

    @classmethod
    def of_json(cls, kept: Mapping[str, object]) -> "IgnoreCondition":
        """Return it as it was kept."""
        counts = (kept.get("occurrences"), kept.get("users"))
        known = [count if isinstance(count, int) else None for count in counts]
        return cls(occurrences=known[0], users=known[1])


def condition_after(
    *, occurrences: int, users: int, more_occurrences: int | None, more_users: int | None
) -> IgnoreCondition | None:
    """Return the condition that ends after so many more, None where there is none."""
    for name, more in (("occurrences", more_occurrences), ("users", more_users)):
        if more is not None and not 1 <= more <= MAX_COUNT:
            raise Invalid(f"Ask for 1 to {MAX_COUNT} more, not {more}.", field=name)
    if more_occurrences is None and more_users is None:
        return None
    return IgnoreCondition(
        occurrences=None if more_occurrences is None else occurrences + more_occurrences,
        users=None if more_users is None else users + more_users,
    )


def ignore_ended(condition: IgnoreCondition, *, occurrences: int, users: int) -> bool:
    """Say whether an error with these counts has reached what it was ignored until."""
    return (condition.occurrences is not None and occurrences >= condition.occurrences) or (
        condition.users is not None and users >= condition.users
    )
