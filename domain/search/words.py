"""Words: what of an error's texts it can be found by, and what of a search is looked for.

A word is letters and digits in one case. `ConnectTimeout` is found by `connecttimeout` and by its
parts, and every word by its beginning.
"""

import re
from collections.abc import Iterator

MAX_WORDS = 16
SHORTEST = 2
LONGEST = 64
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")


def words_of(*texts: str) -> tuple[str, ...]:
    """Return the words of an error's texts, the first ones if there are too many."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _words(text):
            if len(found) >= MAX_WORDS:
                return tuple(found)
            found[word] = None
    return tuple(found)


def wanted_words(text: str) -> tuple[str, ...]:
    """Return the words that something must have to fit a text that is searched for."""
    lowered = (match[0].lower()[:LONGEST] for match in _WORD.finditer(text))
    return tuple(dict.fromkeys(word for word in lowered if len(word) >= SHORTEST))


def after(word: str) -> str:
    """Return the text before which all words stand, by code points, that begin like this one."""
    last = ord(word[-1])
    # Nothing may stand at the surrogates, nor behind the last sign of all.
    following = 0xE000 if last == 0xD7FF else min(last + 1, 0x10FFFF)
    return word[:-1] + chr(following)


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        whole = match[0]
        parts = _HUMP.findall(whole)
        for word in (whole, *parts) if len(parts) > 1 else (whole,):
            if len(word) >= SHORTEST:
                yield word.lower()[:LONGEST]
