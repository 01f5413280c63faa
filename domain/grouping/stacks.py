"""Stacks: what the frames of a stack say about where it happened, and what they do not.

A frame counts by its module (or file), its function and the text of its line, never by a line
number. Each distinct frame counts once, so that a recursion is the same at every depth.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domain.grouping.config import GroupingConfig
from domain.grouping.names import clean_file, clean_function, clean_module, clean_type
from domain.grouping.rules import NO_RULES, Applied

# A longer line is minified code, or data.
_LONGEST_LINE = 256
_FAMILIES = {
    "javascript": "javascript",
    "node": "javascript",
    "python": "python",
    "java": "java",
    "native": "native",
    "c": "native",
    "cocoa": "native",
    "objc": "native",
    "rust": "native",
}
_THROWING = re.compile(r"throw\b|(?:return )?(?:Promise\.)?(?:reject|fail|next|done|callback|cb)\(")
_NOWHERE = frozenset(
    {"", "<anonymous>", "anonymous", "native", "[native code]", "<unknown module>"}
)
_COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
_LIBRARIES = (
    "/site-packages/", "/dist-packages/", "/lib/python", "<frozen ", "/node_modules/", "node:",
    "/gems/", "/vendor/", "/usr/lib/", "/usr/local/lib/", "/go/pkg/mod/", "/.cargo/registry/",
)  # fmt: skip


class Verdict(NamedTuple):
    """What a frame contributes, or why it does not; an opaque one hides where it happened."""

    parts: tuple[str, str, str] | None
    because: str
    is_opaque: bool = False


class Reading(NamedTuple):
    """One exception as it is grouped: its type, and its frames with the verdict on each."""

    type_name: str
    value: str
    frames: Sequence[dict[str, Any]]
    verdicts: Sequence[Verdict]
    own: Sequence[bool]


_ENGINE = Verdict(None, "It is ignored: a function of the engine has no place.")
_EVALUATED = Verdict(None, "It is ignored: evaluated code has no place.", True)
_COMPREHENSION = Verdict(
    None, "It is ignored: a comprehension is a part of the function around it."
)
_MINIFIED = Verdict(None, "It is ignored: a minified name changes with each build.", True)
_SILENT = Verdict(None, "It is ignored: it names neither a function nor a line.", True)


def verdict_on(frame: dict[str, Any], platform: str, config: GroupingConfig) -> Verdict:
    """Say what a frame contributes."""
    # A frame may be of another platform than its event; what is no name is none.
    own = frame.get("platform")
    family = _FAMILIES.get(own if own and isinstance(own, str) else platform, "other")
    named = frame.get("function") or ""
    if named in _COMPREHENSIONS:
        return _COMPREHENSION
    function = clean_function(named, family) if named else ""
    if family == "native":
        return _counted("", function, "") if function else _SILENT
    place = _place_of(frame)
    if place in _NOWHERE:
        return _EVALUATED if frame.get("lineno") is not None else _ENGINE
    line = ""
    if config.uses_context_lines and family != "java":
        line = _line_of(frame)
    if family == "javascript":
        # Builds rename functions, so the line says more; but one that only throws stands anywhere.
        if line and not _THROWING.match(line):
            function = ""
        elif not line and not function:
            return _MINIFIED if named else _SILENT
    return _counted(place, function, line) if function or line else _SILENT


def _counted(place: str, function: str, line: str) -> Verdict:
    return Verdict((place, function, line), "")


def _place_of(frame: dict[str, Any]) -> str:
    module = frame.get("module")
    # Every script is called __main__.
    if module and module != "__main__":
        return clean_module(module)
    file = frame.get("filename") or frame.get("abs_path")
    return clean_file(file) if file else module or ""


def _line_of(frame: dict[str, Any]) -> str:
    line = frame.get("context_line")
    if not line:
        return ""
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST_LINE and "{snip}" not in line else ""


def own_frames(frames: Sequence[dict[str, Any]], rules: Applied = NO_RULES) -> list[bool]:
    """Say of each frame whether it is the sender's own code, as far as anybody knows."""
    said = [_is_own(frame, rules) for frame in frames]
    if True in said:
        return [own is True for own in said]
    return [own is not False for own in said] if False in said else [True] * len(said)


def _is_own(frame: dict[str, Any], rules: Applied) -> bool | None:
    if rules.in_app and (decided := rules.own(frame)) is not None:
        return decided
    said: bool | None = frame.get("in_app")
    if said is None:
        path = frame.get("abs_path") or frame.get("filename") or ""
        return False if any(library in path for library in _LIBRARIES) else None
    return said


def read(
    exception: dict[str, Any],
    frames: Sequence[dict[str, Any]],
    platform: str,
    config: GroupingConfig,
    rules: Applied = NO_RULES,
) -> Reading:
    """Read an exception, or a bare stack, for grouping."""
    return Reading(
        clean_type(exception.get("type") or ""),
        exception.get("value") or "",
        frames,
        [verdict_on(frame, platform, config) for frame in frames],
        own_frames(frames, rules),
    )


def said_by(verdicts: Iterable[Verdict]) -> list[tuple[str, str, str]]:
    """Return what a stack contributes, each distinct frame once; nothing if its end is hidden."""
    parts: dict[tuple[str, str, str], None] = {}
    is_hidden = True
    for verdict in verdicts:
        if verdict.parts is not None:
            parts[verdict.parts] = None
            is_hidden = False
        elif verdict.is_opaque:
            is_hidden = True
    return [] if is_hidden else list(parts)
