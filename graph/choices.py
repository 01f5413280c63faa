"""Choices: what clients name in filters, several values of a field, as far as they may."""

from collections.abc import Sequence
from typing import TypeVar

from strawberry import UNSET

from domain.failures import Invalid
from graph.texts import text_of

MAX_CHOICES = 100

Choice = TypeVar("Choice")


def said_nothing(asked: object) -> None:
    """Put null in the place of every field of an input that was not given."""
    for name, value in vars(asked).items():
        if value is UNSET:
            setattr(asked, name, None)


def chosen(values: Sequence[Choice] | None, field: str) -> tuple[Choice, ...] | None:
    """Return the different values of a choice, or refuse too many."""
    if values is None:
        return None
    if len(values) > MAX_CHOICES:
        raise Invalid(f"At most {MAX_CHOICES} values are taken.", field=field)
    return tuple(dict.fromkeys(values))


def texts(values: list[str] | None, field: str) -> tuple[str, ...] | None:
    """Return the different texts of a choice, or refuse one that cannot be meant."""
    found = chosen(values, field)
    return None if found is None else tuple(text_of(v, field=field, maximum=255) for v in found)
