"""Expressions: patterns that people write, which may never hold up the digest.

They are matched by RE2, in a time that grows with the text and not with what was thought up: there
is no backtracking, so there are no look-arounds and no back-references either.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from domain.failures import Invalid

LONGEST = 500
_MEMORY_BYTES = 1 << 20
_REMEMBERED = 2048
_LONGEST_REMEMBERED = 200

_OPTIONS = re2.Options()
_OPTIONS.max_mem = _MEMORY_BYTES
_OPTIONS.log_errors = False


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """One compiled pattern; it remembers what it said of short texts, because frames come again."""

    source: str
    _compiled: Any
    _known: dict[str, bool]

    def found_in(self, text: str) -> bool:
        """Say whether the pattern matches anywhere in a text."""
        said = self._known.get(text)
        if said is not None:
            return said
        said = self._compiled.search(_encodable(text)) is not None
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = said
        return said

    def replaced(self, text: str, by: str) -> str:
        """Return a text with every match, but for empty ones, replaced by a fixed text."""
        sent = _encodable(text)
        if self._compiled.search(sent) is None:
            return text
        made: str = self._compiled.sub(lambda found: by if found.group() else "", sent)
        return made


def expression(source: str, *, field: str) -> Expression:
    """Return a pattern ready to be used, or raise Invalid with what is wrong with it."""
    if not source:
        raise Invalid("A regular expression must not be empty.", field=field)
    if len(source) > LONGEST:
        raise Invalid(f"A regular expression has at most {LONGEST} characters.", field=field)
    try:
        return Expression(source, _compiled(source), {})
    except (re2.error, UnicodeEncodeError) as error:
        raise Invalid(
            f"This is no regular expression that can be used here: {_said(error)} "
            "(The syntax is RE2's: no look-around, no back-references.)",
            field=field,
        ) from error


def glob(source: str) -> Expression:
    """Return a whole text in which `*` stands for anything and case does not count."""
    pieces = [piece.replace("\0", "*") for piece in source.replace(r"\*", "\0").split("*")]
    pattern = r"[\s\S]*".join(map(re2.escape, pieces))
    return Expression(source, _compiled(rf"(?i)\A{pattern}\z"), {})


@lru_cache(maxsize=1024)
def _compiled(source: str) -> Any:
    return re2.compile(source, _OPTIONS)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return text[:1].upper() + text[1:] + "."
