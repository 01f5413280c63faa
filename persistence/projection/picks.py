"""Picks: a plain tree of what is wanted of a thing, under which keys, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


class NotProjectable(Exception):
    """PostgreSQL cannot write this answer by itself; the caller must read it another way."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An argument whose value comes with each asking, by this name."""

    name: str


# What is no variable is the value itself, a part of the question.
Argument: TypeAlias = Variable | object


@dataclass(frozen=True, slots=True)
class Constant:
    """A key with a text that is the same in every answer."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A key with a field of the thing; a field that leads to other things has picks of its own."""

    key: str
    name: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    picks: "Picks | None" = None


Picks: TypeAlias = tuple[Constant | Pick, ...]
