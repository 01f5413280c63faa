"""Completing: what may follow while a search is typed.

Keys and their few values are known here. Names (services, people, tags) are not: of those the
answer says what is asked for, and who asks looks them up.
"""

import re
from dataclasses import dataclass

from domain.search.terms import KEYS, Key, KeyKind, key_named

MAX_SUGGESTIONS = 20
_UNDER_THE_CURSOR = re.compile(r'(?:[^\s"\[,]|"[^"]*"?|\[[^\]]*|,)*$')
_KEY_AND_VALUE = re.compile(
    r"(?P<no>[!-]?)(?P<key>[A-Za-z][\w.\-]*):(?P<sign>>=|<=|>|<)?(?P<value>.*)", re.DOTALL
)
_TIMES = ("1h", "24h", "7d", "30d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A text that may stand between `start` and `end` instead of what is there."""

    text: str
    says: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Names that begin like this are wanted for a key; they go between `start` and `end`."""

    key: Key
    begins: str
    start: int
    end: int


def suggestions(text: str, cursor: int) -> tuple[list[Suggestion], Wanted | None]:
    """Return what may stand at the cursor, and what names shall be looked up, if any."""
    cursor = max(0, min(cursor, len(text)))
    found = _UNDER_THE_CURSOR.search(text[:cursor])
    word = found[0] if found else ""
    start = cursor - len(word)
    if (typed := _KEY_AND_VALUE.fullmatch(word)) is None:
        return _keys(word.lstrip("!-"), cursor), None
    key = key_named(typed["key"])
    if key is None:
        return [], None
    value = typed["value"]
    # In a bracket only what follows the last comma is being typed.
    begins = re.split(r"[\[,]\s*", value)[-1].strip('"')
    at = start + len(word) - len(re.split(r"[\[,]\s*", value)[-1])
    known = [*key.values, *_more_values(key)]
    listed = [
        Suggestion(text=one, says=key.says, start=at, end=cursor)
        for one in known
        if one.startswith(begins.lower())
    ]
    is_open = key.kind in (KeyKind.NAME, KeyKind.PERSON)
    wanted = Wanted(key=key, begins=begins, start=at, end=cursor) if is_open else None
    return listed[:MAX_SUGGESTIONS], wanted


def _keys(typed: str, cursor: int) -> list[Suggestion]:
    start = cursor - len(typed)
    found = [
        Suggestion(text=f"{key.name}:", says=key.says, start=start, end=cursor)
        for key in KEYS.values()
        if key.name.startswith(typed.lower())
    ]
    return found[:MAX_SUGGESTIONS]


def _more_values(key: Key) -> tuple[str, ...]:
    if key.kind is KeyKind.PERSON:
        return ("me", "my-teams", "nobody")
    return _TIMES if key.kind is KeyKind.TIME else ()
