"""Settings of scrubbing: what an organization decided about what is never stored of its events."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.expressions import expression
from domain.failures import Invalid
from domain.scrubbing.names import FILTERED

MAX_NAMES = 200
MAX_PATTERNS = 50
LONGEST_NAME = 100
LONGEST_MARK = 100


class BuiltIn(StrEnum):
    """A set of our own rules that an organization may switch off."""

    NAMES = "names"
    PASSWORDS = "passwords"
    TOKENS = "tokens"
    CARDS = "cards"
    IBANS = "ibans"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPattern:
    """A secret that only this organization knows of, found by a regular expression."""

    name: str
    expression: str
    mark: str = FILTERED

    def __post_init__(self) -> None:
        """Refuse what cannot be used."""
        if not self.name.strip() or len(self.name) > LONGEST_NAME or "\0" in self.name:
            raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", field="name")
        if len(self.mark) > LONGEST_MARK or "\0" in self.mark:
            raise Invalid(f"A mark has at most {LONGEST_MARK} characters.", field="mark")
        if expression(self.expression, field="expression").found_in(""):
            raise Invalid("The expression matches even an empty text.", field="expression")

    def as_json(self) -> dict[str, str]:
        """Return the pattern as it is stored."""
        return {"name": self.name, "expression": self.expression, "mark": self.mark}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubbingSettings:
    """The decisions of one organization; the defaults are those of an organization without any."""

    secret_names: frozenset[str] = frozenset()
    safe_names: frozenset[str] = frozenset()
    hides_emails: bool = False
    hides_addresses: bool = False
    infers_addresses: bool = False
    switched_off: frozenset[BuiltIn] = frozenset()
    patterns: tuple[SecretPattern, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        for field in ("secret_names", "safe_names"):
            _check_names(getattr(self, field), field)
        if len(self.patterns) > MAX_PATTERNS:
            raise Invalid(f"There are at most {MAX_PATTERNS} patterns.", field="patterns")
        if self.hides_addresses and self.infers_addresses:
            raise Invalid(
                "An address that is hidden cannot be inferred as well.", field="infers_addresses"
            )


def _check_names(names: frozenset[str], field: str) -> None:
    if len(names) > MAX_NAMES:
        raise Invalid(f"There are at most {MAX_NAMES} names.", field=field)
    for name in names:
        if not any(map(str.isalnum, name)) or len(name) > LONGEST_NAME or "\0" in name:
            raise Invalid(f"A name has 1 to {LONGEST_NAME} letters and digits.", field=field)


def parse_patterns(sent: Iterable[Any]) -> tuple[SecretPattern, ...]:
    """Return the patterns of `[{name, expression, mark}]`, or refuse with the wrong one's place."""
    found = []
    for index, one in enumerate(sent):
        try:
            found.append(
                SecretPattern(
                    name=one["name"],
                    expression=one["expression"],
                    mark=one.get("mark", FILTERED),
                )
            )
        except Invalid as wrong:
            raise Invalid(wrong.message, field=f"patterns.{index}.{wrong.field}") from wrong
    return tuple(found)
