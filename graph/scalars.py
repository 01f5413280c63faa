"""Scalars: values as they are written in JSON, the same by Python as by PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)

_LARGEST = 2**63 - 1


def moment_text(moment: datetime) -> str:
    """Return a moment as PostgreSQL prints it in UTC: no zeros at the end of a fraction."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    return f"{text}+00:00"


def moment_of(text: Any) -> datetime:
    """Return the moment of an RFC 3339 text; without an offset nobody knows which moment it is."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise GraphQLError(
            f"{text!r} is not a moment such as 2026-01-31T12:00:00Z, with its offset from UTC."
        ) from None


def big_int_of(value: Any) -> int:
    """Return a whole number of at most 64 bits."""
    if type(value) is not int or not -_LARGEST - 1 <= value <= _LARGEST:
        raise GraphQLError(f"{value!r} is not a whole number of at most 64 bits.")
    return value


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, as RFC 3339 has it: 2026-01-31T12:00:00.25+00:00.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=moment_text,
        parse_value=moment_of,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of up to 64 bits, as a JSON number.",
        serialize=big_int_of,
        parse_value=big_int_of,
    ),
}
