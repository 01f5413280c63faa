"""Originals: what a source map says of a place in minified code."""

from typing import NamedTuple


class Original(NamedTuple):
    """A place in the code that people wrote; line and column count from one.

    `function` is the function around it, `name` what stands there: at a call, what is called.
    """

    source: str
    line: int
    column: int
    function: str | None
    name: str | None
    context_line: str | None
    pre_context: tuple[str, ...]
    post_context: tuple[str, ...]


class MapBroken(Exception):
    """A source map that cannot be used; its text says why."""


class MapsAway(Exception):
    """Source maps cannot be read just now; later they may be."""
