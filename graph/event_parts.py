"""The parts of an occurrence's body: what the SDK sent, brought into shape and scrubbed.

Bodies are kept as they were made at their time, so each part is read with tolerance: what is not
there is null or empty, and what is of another kind is left out.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import strawberry
from strawberry.scalars import JSON

_LARGEST_INT = 2**31 - 1


@strawberry.type
class MinifiedPlace:
    """Where a frame lies in the minified code that ran."""

    function: str | None = strawberry.field(description="The function, as it is called there.")
    filename: str | None = strawberry.field(description="The file, as the SDK named it.")
    absolute_path: str | None = strawberry.field(description="The file, in full.")
    line_number: int | None = strawberry.field(description="The line, counted from one.")
    column_number: int | None = strawberry.field(description="The column, counted from one.")

    @classmethod
    def of(cls, frame: Mapping[str, Any]) -> Self:
        """Show what a frame said before it was read by a source map."""
        return cls(
            function=text(frame.get("function")),
            filename=text(frame.get("filename")),
            absolute_path=text(frame.get("abs_path")),
            line_number=_number(frame.get("lineno")),
            column_number=_number(frame.get("colno")),
        )


@strawberry.type
class Frame:
    """One call of a stack."""

    function: str | None = strawberry.field(description="The function that was running.")
    module: str | None = strawberry.field(description="The module that it belongs to.")
    filename: str | None = strawberry.field(description="Its file, as the source names it.")
    absolute_path: str | None = strawberry.field(description="Its file, in full.")
    line_number: int | None = strawberry.field(description="The line, counted from one.")
    column_number: int | None = strawberry.field(description="The column, counted from one.")
    context_line: str | None = strawberry.field(description="The line itself.")
    pre_context: list[str] = strawberry.field(description="The lines before it.")
    post_context: list[str] = strawberry.field(description="The lines after it.")
    is_in_app: bool | None = strawberry.field(
        description="Whether it is the sender's own code and not a library's."
    )
    variables: JSON | None = strawberry.field(description="The local variables, scrubbed.")
    is_mapped: bool = strawberry.field(description="Whether a source map made it readable.")
    minified: MinifiedPlace | None = strawberry.field(
        description="What it said before a source map made it readable."
    )

    @classmethod
    def of(cls, frame: Mapping[str, Any]) -> Self:
        """Show a frame."""
        minified = mapping(frame.get("data")).get("minified")
        return cls(
            is_mapped=isinstance(minified, Mapping),
            minified=MinifiedPlace.of(minified) if isinstance(minified, Mapping) else None,
            function=text(frame.get("function")),
            module=text(frame.get("module")),
            filename=text(frame.get("filename")),
            absolute_path=text(frame.get("abs_path")),
            line_number=_number(frame.get("lineno")),
            column_number=_number(frame.get("colno")),
            context_line=text(frame.get("context_line")),
            pre_context=_texts(frame.get("pre_context")),
            post_context=_texts(frame.get("post_context")),
            is_in_app=_truth(frame.get("in_app")),
            variables=frame.get("vars"),
        )


@strawberry.type
class ExceptionValue:
    """One exception of a chain; the innermost cause comes first, what was raised comes last."""

    type: str | None = strawberry.field(description="The name of its class.")
    value: str | None = strawberry.field(description="Its message.")
    module: str | None = strawberry.field(description="The module of its class.")
    mechanism: JSON | None = strawberry.field(
        description="How the SDK came by it: its type, whether it was handled, and more."
    )
    frames: list[Frame] = strawberry.field(description="Its stack, the caller first.")
    frames_omitted: list[int] = strawberry.field(
        description="Of an endless stack, the first frame left out, and the one after them."
    )

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Show an exception."""
        stack = mapping(value.get("stacktrace"))
        return cls(
            type=text(value.get("type")),
            value=text(value.get("value")),
            module=text(value.get("module")),
            mechanism=value.get("mechanism"),
            frames=[Frame.of(frame) for frame in mappings(stack.get("frames"))],
            frames_omitted=_numbers(stack.get("frames_omitted")),
        )


@strawberry.type
class Breadcrumb:
    """Something that happened before, and may have led there."""

    at: datetime | None = strawberry.field(description="When it happened.")
    type: str | None = strawberry.field(description="What kind of thing it was.")
    category: str | None = strawberry.field(description="Which part of the program it came from.")
    level: str | None = strawberry.field(description="How loudly it was said, in the SDK's words.")
    message: str | None = strawberry.field(description="What was said.")
    data: JSON | None = strawberry.field(description="What else is known of it.")

    @classmethod
    def of(cls, crumb: Mapping[str, Any]) -> Self:
        """Show a breadcrumb."""
        return cls(
            at=_moment(crumb.get("timestamp")),
            type=text(crumb.get("type")),
            category=text(crumb.get("category")),
            level=text(crumb.get("level")),
            message=text(crumb.get("message")),
            data=crumb.get("data"),
        )


@strawberry.type
class Sdk:
    """The library that sent it."""

    name: str | None = strawberry.field(description="Its name.")
    version: str | None = strawberry.field(description="Its version.")


@strawberry.type
class Software:
    """A browser or an operating system."""

    name: str = strawberry.field(description="Its name.")
    version: str | None = strawberry.field(description="Its version, as far as it is known.")

    @classmethod
    def of(cls, context: Any) -> Self | None:
        """Show the software of a context, or None where it has no name."""
        said = mapping(context)
        name = text(said.get("name"))
        return cls(name=name, version=text(said.get("version"))) if name else None


@strawberry.type
class Tag:
    """A word about an occurrence that can be counted."""

    key: str = strawberry.field(description="What is said.")
    value: str = strawberry.field(description="What it is here.")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> Iterable[Mapping[str, Any]]:
    """Return the JSON objects of an array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return a text, None in the place of anything else."""
    return value if isinstance(value, str) else None


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= _LARGEST_INT else None


def _numbers(value: Any) -> list[int]:
    found = map(_number, value) if isinstance(value, list) else ()
    return [number for number in found if number is not None]


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    """Return the moment that an SDK means: seconds since 1970, or a text without an offset."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
