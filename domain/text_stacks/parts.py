"""Parts: frames and exceptions in the shape in which SDKs send them, and the bounds of a text."""

from collections.abc import Sequence
from typing import Any

Frame = dict[str, Any]
Exceptions = list[dict[str, Any]]

MAX_TEXT = 512 * 1024
MAX_LINES = 6000
MAX_FRAMES = 4000
MAX_EXCEPTIONS = 50
MAX_VALUE = 8192
# No runtime writes a longer line for a frame; a message may be longer.
MAX_FRAME_LINE = 2000
_LARGEST_NUMBER = 2**31 - 1


def lines_of(text: str) -> list[str]:
    """Return the lines of a text; of an endless one the beginning and the end."""
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT // 2] + "\n" + text[-MAX_TEXT // 2 :]
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        lines = lines[: MAX_LINES // 2] + lines[-MAX_LINES // 2 :]
    return lines


def number(digits: str | None) -> int | None:
    """Return a line or column number, or None where there is none that could be."""
    if not digits or len(digits) > 10 or not digits.isascii() or not digits.isdigit():
        return None
    value = int(digits)
    return value if value <= _LARGEST_NUMBER else None


def frame(
    *,
    function: str | None = None,
    module: str | None = None,
    filename: str | None = None,
    abs_path: str | None = None,
    lineno: int | None = None,
    colno: int | None = None,
    in_app: bool | None = None,
) -> Frame:
    """Return a frame of what is known of it."""
    known = {
        "function": function,
        "module": module,
        "filename": filename,
        "abs_path": abs_path,
        "lineno": lineno,
        "colno": colno,
        "in_app": in_app,
    }
    return {name: value for name, value in known.items() if value is not None and value != ""}


def exception(
    type_name: str | None, value: str, frames: Sequence[Frame], *, module: str | None = None
) -> dict[str, Any]:
    """Return an exception; its frames are given with the oldest call first."""
    made: dict[str, Any] = {}
    if type_name:
        made["type"] = type_name
    if module:
        made["module"] = module
    if value := value.strip("\n").rstrip():
        made["value"] = value[:MAX_VALUE]
    if frames:
        made["stacktrace"] = {"frames": list(frames[-MAX_FRAMES:])}
    return made


def has_frames(exceptions: Exceptions) -> bool:
    """Say whether anything was read that tells where it happened."""
    return any("stacktrace" in each for each in exceptions)


def after_any(path: str, *marks: str) -> str | None:
    """Return what follows the last of these marks in a path, or None if it has none of them."""
    for mark in marks:
        before, found, after = path.rpartition(mark)
        if found and (before or mark.startswith("/")):
            return after
    return None
