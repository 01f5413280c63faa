"""What an organization adds to our rules, and which of ours it may switch off."""

from collections.abc import Mapping
from typing import Protocol

from domain.expressions import expression
from domain.scrubbing.patterns import (
    ASSIGNED,
    BEARER,
    BRANDED_KEY,
    CARD,
    HEADER_LINE,
    IBAN,
    JWT,
    PRIVATE_KEY,
    USER_INFO,
    Pattern,
)
from domain.scrubbing.settings import BuiltIn, SecretPattern

BUILT_IN: Mapping[BuiltIn, tuple[Pattern, ...]] = {
    BuiltIn.NAMES: (),
    BuiltIn.PASSWORDS: (ASSIGNED, HEADER_LINE, USER_INFO),
    BuiltIn.TOKENS: (PRIVATE_KEY, JWT, BEARER, BRANDED_KEY),
    BuiltIn.CARDS: (CARD,),
    BuiltIn.IBANS: (IBAN,),
}


class Replacing(Protocol):
    """Something that takes one kind of secret out of a text."""

    @property
    def rule(self) -> str:
        """What the place is marked with."""
        ...

    def sub(self, text: str, *, in_source: bool) -> str:
        """Return a text without the secrets of this kind."""
        ...


class OwnPattern:
    """A pattern of an organization's own, ready to be used."""

    __slots__ = ("_expression", "_mark", "rule")

    def __init__(self, pattern: SecretPattern) -> None:
        self.rule = f"organization:{pattern.name}"
        self._expression = expression(pattern.expression, field="expression")
        self._mark = pattern.mark

    def found_in(self, text: str) -> bool:
        """Say whether a text holds such a secret."""
        return self._expression.found_in(text)

    def sub(self, text: str, *, in_source: bool) -> str:
        """Return a text without the secrets of this kind, in source code as everywhere."""
        return self._expression.replaced(text, self._mark)
