"""Likeness: how much two errors have in common, and in which buckets alike ones meet.

An error is its exception's type, its frames and the words of its message, the latter two as
numbers. Errors that share many of them get equal minimal hashes (MinHash), so an index that knows
only equality finds them; how alike they are is then counted exactly.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.ids import ErrorId

MAX_FRAMES = 50
MAX_WORDS = 64
BANDS = 6
# Two minimal hashes in a bucket: errors of which half is shared meet nearly always.
_ROWS = 2
_LEAST = 0.15
_WEIGHTS = {"type": 0.3, "frames": 0.45, "words": 0.25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an error is made of, as numbers."""

    exception_type: str
    frames: tuple[int, ...]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two errors are, 0 to 1, and why."""

    score: float
    reasons: tuple[str, ...]


def traits_of(exception_type: str, body: Mapping[str, object], words: Iterable[str]) -> Traits:
    """Return what an event makes its error of: its own frames, or all where none is its own."""
    every = list(_frames_in(body))
    own = [frame for frame in every if frame.get("in_app")] or every
    frames = dict.fromkeys(_number(_name(frame)) for frame in reversed(own))
    return Traits(
        exception_type=exception_type[:255],
        frames=tuple(frames)[:MAX_FRAMES],
        words=tuple(dict.fromkeys(map(_number, words)))[:MAX_WORDS],
    )


def buckets_of(traits: Traits) -> tuple[int, ...]:
    """Return the buckets of an error; alike ones share at least one, as a rule."""
    parts = [("f", n) for n in traits.frames] or [("w", n) for n in traits.words]
    if traits.exception_type:
        parts.append(("t", _number(traits.exception_type)))
    if not parts:
        return ()
    found = []
    for band in range(BANDS):
        least = [
            min(_number(f"{band * _ROWS + row}\0{kind}\0{n}") for kind, n in parts)
            for row in range(_ROWS)
        ]
        found.append(_number(f"{band}\0{least}"))
    return tuple(dict.fromkeys(found))


def likeness(one: Traits, other: Traits) -> Likeness | None:
    """Return how alike two errors are; None when it is not worth telling."""
    weights, shared, reasons = 0.0, 0.0, []
    if one.exception_type or other.exception_type:
        weights += _WEIGHTS["type"]
        if one.exception_type == other.exception_type:
            shared += _WEIGHTS["type"]
            reasons.append(f"The same type of exception, {one.exception_type}.")
    for name, noun in (("frames", "frames"), ("words", "words")):
        mine, theirs = set(getattr(one, name)), set(getattr(other, name))
        if not mine and not theirs:
            continue
        both = len(mine & theirs)
        weights += _WEIGHTS[name]
        shared += _WEIGHTS[name] * both / len(mine | theirs)
        if both:
            reasons.append(f"{both} of {max(len(mine), len(theirs))} {noun} are the same.")
    if not weights or shared / weights < _LEAST:
        return None
    return Likeness(score=round(shared / weights, 3), reasons=tuple(reasons))


def ranked(
    own: Traits, others: Sequence[tuple[ErrorId, Traits]], first: int
) -> list[tuple[ErrorId, Likeness]]:
    """Return the others that are most alike, best first."""
    found = [(key, like) for key, each in others if (like := likeness(own, each)) is not None]
    return sorted(found, key=lambda one: (-one[1].score, str(one[0])))[:first]


def _frames_in(body: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for exception in _items(body.get("exception"), "values"):
        yield from _items(exception.get("stacktrace"), "frames")


def _items(section: object, name: str) -> list[Mapping[str, object]]:
    found = section.get(name) if isinstance(section, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _name(frame: Mapping[str, object]) -> str:
    return f"{frame.get('module') or frame.get('filename')}\0{frame.get('function')}"


def _number(text: str) -> int:
    raw = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(raw, "big", signed=True)
