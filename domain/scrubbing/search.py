"""Searching: which of a document's strings may hold a secret, and of what kind.

All strings are looked at together, as one text. A pattern is tried only where a cheap hint of it
was seen, so that an ordinary event pays for some substring searches and not for the patterns.
"""

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from itertools import accumulate

from domain.scrubbing.own import Replacing
from domain.scrubbing.patterns import (
    ADDRESS,
    ASSIGNED,
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
    ("session=", ASSIGNED),
    ("connect.sid", ASSIGNED),
    ("pass=", ASSIGNED),
    ("pass =", ASSIGNED),
    ('pass"', ASSIGNED),
    ("pass'", ASSIGNED),
    ("pass\\", ASSIGNED),
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
_LIKE_A_CARD = re.compile(b"0" * 13)
_LIKE_AN_IBAN = re.compile(rb"AA00[A0]{11}")

_REMEMBERED = 16_384
_LONGEST = 200

# Stands between two texts.
_BETWEEN = "\0"


class Memory:
    """The texts that were searched before and held nothing.

    The frames of one file repeat its name and each other's lines, and the events of one error
    repeat them all; so most texts of an event were seen before.
    """

    __slots__ = ("_harmless",)

    def __init__(self) -> None:
        self._harmless: set[str] = set()

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """Return each of the texts once that is not known to be harmless."""
        harmless = self._harmless
        return [text for text in dict.fromkeys(texts) if text not in harmless]

    def learn(self, texts: Iterable[str], suspicious: Container[str]) -> None:
        """Remember the texts that are not suspicious; long ones do not come again."""
        if len(self._harmless) >= _REMEMBERED:
            self._harmless.clear()
        self._harmless.update(
            [text for text in texts if len(text) <= _LONGEST and text not in suspicious]
        )


def suspects(distinct: Sequence[str], *, emails: bool, addresses: bool) -> dict[str, list[Pattern]]:
    """Return those of the texts that may hold a secret, each with the patterns to try."""
    joined = _BETWEEN.join(distinct)
    if joined.count(_BETWEEN) >= len(distinct) > 0:
        joined = _BETWEEN.join([text.replace(_BETWEEN, " ") for text in distinct])
    lowered = joined.lower()
    if len(lowered) != len(joined):
        lowered = "".join(low if len(low := sign.lower()) == 1 else sign for sign in joined)
    hints = [(joined, hint, pattern) for hint, pattern in _MARKERS if hint in joined]
    hints += [(lowered, hint, pattern) for hint, pattern in _WORDS if hint in lowered]
    if emails and "@" in joined:
        hints.append((joined, "@", EMAIL))
    if USER_INFO.found_by.search(joined):
        hints.append((joined, "://", USER_INFO))
    found = _placed(distinct, hints) if hints else {}
    _place_by_shape(joined, distinct, found)
    if addresses:
        _place(ADDRESS, filter(ADDRESS.found_by.search, distinct), found)
    return {text: sorted(patterns, key=_ORDER.index) for text, patterns in found.items()}


def cleaned(text: str, patterns: Sequence[Replacing], *, in_source: bool) -> tuple[str, list[str]]:
    """Return a text without the secrets that these patterns find, and the rules that found any."""
    rules = []
    for pattern in patterns:
        after = pattern.sub(text, in_source=in_source)
        if after != text:
            rules.append(pattern.rule)
            text = after
    return text, rules


def _placed(
    texts: Sequence[str], hints: Sequence[tuple[str, str, Pattern]]
) -> dict[str, list[Pattern]]:
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    found: dict[str, list[Pattern]] = {}
    for joined, hint, pattern in hints:
        position = joined.find(hint)
        while position >= 0:
            index = bisect_right(starts, position) - 1
            _place(pattern, (texts[index],), found)
            position = joined.find(hint, starts[index + 1])
    return found


def _place_by_shape(joined: str, texts: Sequence[str], found: dict[str, list[Pattern]]) -> None:
    picture = joined.replace("%20", " ").encode().translate(_PICTURE, b" -+")
    for pattern, shape in ((CARD, _LIKE_A_CARD), (IBAN, _LIKE_AN_IBAN)):
        index = start = 0
        while match := shape.search(picture, start):
            index += picture.count(b"\0", start, match.start())
            _place(pattern, (texts[index],), found)
            end = picture.find(b"\0", match.end())
            if end < 0:
                break
            index, start = index + 1, end + 1


def _place(pattern: Pattern, texts: Iterable[str], found: dict[str, list[Pattern]]) -> None:
    for text in texts:
        patterns = found.setdefault(text, [])
        if pattern not in patterns:
            patterns.append(pattern)
