"""Expressions of suppression rules: matchers as people write them, one on each line."""

import re

from domain.failures import Invalid
from domain.matching import Matcher, Matchers, parse_matchers

LONGEST_EXPRESSION = 10_000
_LINE = re.compile(r"\s*([a-z][\w.\-]*)\s*(!=|=~|!~|=)\s?(.*)", re.IGNORECASE)


def matchers_of(expression: str) -> Matchers:
    """Return the matchers of a text such as `type = TimeoutError`, or raise Invalid.

    Empty lines and lines that begin with # are left out.
    """
    if len(expression) > LONGEST_EXPRESSION:
        raise Invalid(
            f"An expression has at most {LONGEST_EXPRESSION:,} characters.", field="expression"
        )
    sent = []
    for number, line in enumerate(expression.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            raise Invalid(
                f"Line {number} is not like `field = value` (or !=, =~, !~).", field="expression"
            )
        sent.append({"field": found[1], "op": found[2], "value": found[3]})
    return parse_matchers(sent)


def together(matchers: tuple[Matcher, ...], expression: str | None) -> Matchers:
    """Return the matchers of a rule that has some by themselves and some as a text."""
    written = matchers_of(expression).all if expression else ()
    return Matchers((*matchers, *written))


def apart(matchers: Matchers, expression: str | None) -> tuple[Matcher, ...]:
    """Return the matchers of a rule that it has by themselves: `together` puts them first."""
    written = len(matchers_of(expression).all) if expression else 0
    return matchers.all[: len(matchers.all) - written]
