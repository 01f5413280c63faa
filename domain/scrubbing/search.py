"""Searching: which of a document's strings may hold a secret, and of what kind.

All strings are looked at together, as one text. A pattern is tried only where a cheap hint of it
was seen, so that an ordinary event pays for some substring searches and not for the patterns.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from domain.scrubbing.patterns import (
    ADDRESS,
    ASSIGNED,
    ASSIGNED_LITERAL,
    BEARER,
    BRANDED_KEY,
    CARD,
    EMAIL,
    HEADER_LINE,
    IBAN,
    JWT,
    PRIVATE_KEY,
    USER_INFO,
    Pattern,
)

_MARKERS: tuple[tuple[str, Pattern], ...] = (
    ("-----BEGIN", PRIVATE_KEY),
    ("eyJ", JWT),
    ("AKIA", BRANDED_KEY),
    ("ASIA", BRANDED_KEY),
    ("gho_", BRANDED_KEY),
    ("ghp_", BRANDED_KEY),
    ("ghs_", BRANDED_KEY),
    ("github_pat_", BRANDED_KEY),
    ("glpat-", BRANDED_KEY),
    ("xox", BRANDED_KEY),
    ("k_live_", BRANDED_KEY),
    ("k_test_", BRANDED_KEY),
    ("AIza", BRANDED_KEY),
    ("sk-ant-", BRANDED_KEY),
)
# These are written with any case.
_WORDS: tuple[tuple[str, Pattern], ...] = (
    ("passw", ASSIGNED),
    ("passphrase", ASSIGNED),
    ("pwd", ASSIGNED),
    ("secret", ASSIGNED),
    ("token", ASSIGNED),
    ("api_key", ASSIGNED),
    ("apikey", ASSIGNED),
    ("api-key", ASSIGNED),
    ("sessionid", ASSIGNED),
    ("sessid", ASSIGNED),
    ("authorization", HEADER_LINE),
    ("cookie", HEADER_LINE),
    ("bearer", BEARER),
)
# The order in which the patterns of one text are applied: a whole header line before its parts.
_ORDER: tuple[Pattern, ...] = (
    PRIVATE_KEY,
    USER_INFO,
    HEADER_LINE,
    BEARER,
    JWT,
    BRANDED_KEY,
    ASSIGNED,
    CARD,
    IBAN,
    EMAIL,
    ADDRESS,
)

# In this picture of a text every digit is 0, every capital is A, and nothing stands between them.
_PICTURE = bytes.maketrans(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0" * 10 + b"A" * 26)
_ENOUGH_DIGITS = b"0" * 13
_LIKE_A_CARD = re.compile(rb"(?<![0A-Za-z])0{13,}(?![0A-Za-z])")
_LIKE_AN_IBAN = re.compile(rb"AA00[A0]{11}")

# Stands between two strings; a document's strings have no U+0000 of their own.
_BETWEEN = "\0"


def suspects(texts: Sequence[str], *, emails: bool, addresses: bool) -> dict[str, list[Pattern]]:
    """Return those of the texts that may hold a secret, each with the patterns to try."""
    # Frames of one file repeat its name and each other's lines.
    distinct = list(dict.fromkeys(texts))
    joined = _BETWEEN.join(distinct)
    lowered = joined.lower()
    if len(lowered) != len(joined):
        lowered = "".join(low if len(low := sign.lower()) == 1 else sign for sign in joined)
    hints = [(joined, hint, pattern) for hint, pattern in _MARKERS if hint in joined]
    hints += [(lowered, hint, pattern) for hint, pattern in _WORDS if hint in lowered]
    slow = _hinted_by_shape(joined)
    if emails and "@" in joined:
        hints.append((joined, "@", EMAIL))
    if addresses:
        slow.append(ADDRESS)
    return _placed(joined, distinct, hints, slow) if hints or slow else {}


def cleaned(text: str, patterns: Sequence[Pattern], *, in_source: bool) -> tuple[str, list[str]]:
    """Return a text without the secrets that these patterns find, and the rules that found any."""
    rules = []
    for pattern in patterns:
        in_code = in_source and pattern is ASSIGNED
        after = pattern.found_by.sub((ASSIGNED_LITERAL if in_code else pattern).instead, text)
        if after != text:
            rules.append(pattern.rule)
            text = after
    return text, rules


def _hinted_by_shape(joined: str) -> list[Pattern]:
    picture = joined.encode().translate(_PICTURE, b" -")
    found = []
    if _ENOUGH_DIGITS in picture and _LIKE_A_CARD.search(picture):
        found.append(CARD)
    if _LIKE_AN_IBAN.search(picture):
        found.append(IBAN)
    if USER_INFO.found_by.search(joined):
        found.append(USER_INFO)
    return found


def _placed(
    joined: str,
    texts: Sequence[str],
    hints: Iterable[tuple[str, str, Pattern]],
    slow: Iterable[Pattern],
) -> dict[str, list[Pattern]]:
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    found: dict[int, dict[int, Pattern]] = {}

    def note(position: int, pattern: Pattern) -> int:
        index = bisect_right(starts, position) - 1
        found.setdefault(index, {})[_ORDER.index(pattern)] = pattern
        return starts[index + 1]

    for text, hint, pattern in hints:
        position = text.find(hint)
        while position >= 0:
            position = text.find(hint, note(position, pattern))
    for pattern in slow:
        match = pattern.found_by.search(joined)
        while match:
            match = pattern.found_by.search(joined, note(match.start(), pattern))
    return {texts[index]: [by[rank] for rank in sorted(by)] for index, by in found.items()}
