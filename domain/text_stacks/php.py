"""PHP: an exception as it prints itself, with the exceptions that came before it."""

import re

from domain.text_stacks.parts import (
    MAX_EXCEPTIONS,
    MAX_FRAME_LINE,
    MAX_FRAMES,
    Exceptions,
    Frame,
    exception,
    frame,
    number,
)

_FRAME = re.compile(
    r"\s*+#(\d{1,6}) (?:(.*?)\((\d{1,10})\): (.*+)|(\[internal function\]): (.*+))$"
)
_MAIN = re.compile(r"\s*+#\d{1,6} \{main\}\s*+$")
_UNCAUGHT = re.compile(r"^.{0,200}?Uncaught ", re.DOTALL)
_NAME = re.compile(r"\\?([A-Za-z_]\w*+(?:\\\w++)*+(?:@anonymous[^\s:]*+)?)(?:: (.*+))?$", re.DOTALL)
_PLACE = re.compile(r"(\S.*?)(?::| on line )(\d{1,10})$")
_FOREIGN = ("/vendor/", "[internal")


def is_frame(line: str) -> bool:
    """Say whether a line is a frame of a PHP trace."""
    return line.lstrip()[:1] == "#" and (
        _FRAME.match(line) is not None or _MAIN.match(line) is not None
    )


def read(lines: list[str]) -> Exceptions:
    """Return the exceptions of a trace; what was thrown first is printed first."""
    told: Exceptions = []
    said: list[str] = []
    calls: list[tuple[str | None, int | None, str]] = []
    for line in [*lines, "Next "]:
        short = line if len(line) <= MAX_FRAME_LINE else ""
        if found := _FRAME.match(short):
            if len(calls) < MAX_FRAMES:
                calls.append(_call(found))
        elif line.startswith("Next ") and calls:
            told.append(_told(said, calls))
            said, calls = [line.removeprefix("Next ")], []
        elif _MAIN.match(short):
            calls.append((None, None, ""))
        elif not calls and line.strip() != "Stack trace:":
            said.append(line)
    return told[-MAX_EXCEPTIONS:]


def _call(found: re.Match[str]) -> tuple[str | None, int | None, str]:
    """Return where a call was made, and the name of what was called, without its arguments."""
    file, line = (found[2], number(found[3])) if found[5] is None else (None, None)
    called = found[4] if found[5] is None else found[6]
    # `Shop\{closure}(1)`, `Cart->pay('x')`; since PHP 8.4 `{closure:/srv/shop.php:12}(1)`.
    start = called.find("(", called.find("}") + 1 if "{closure" in called else 0)
    return file, line, (called[:start] if start > 0 else called).replace("->", "::")


def _told(said: list[str], calls: list[tuple[str | None, int | None, str]]) -> dict[str, object]:
    text = _UNCAUGHT.sub("", "\n".join(said).strip("\n"), count=1)
    said_first, _, where = text.rpartition(" in ")
    place = _PLACE.match(where[:MAX_FRAME_LINE]) if said_first else None
    file, line = (place[1], number(place[2])) if place else (None, None)
    named = _NAME.match(said_first if place else text)
    name, value = (named[1], named[2] or "") if named else (None, text)
    frames: list[Frame] = []
    # A line of the trace says where the next inner function was called: names move by one.
    for called_from, called_at, called in calls:
        frames.append(_frame(file, line, called))
        file, line = called_from, called_at
    if file is not None:
        frames.append(_frame(file, line, ""))
    return exception(name, value, [each for each in frames[::-1] if each])


def _frame(path: str | None, line: int | None, function: str) -> Frame:
    if path is None and not function:
        return {}
    path = path or "[internal]"
    return frame(
        function=function,
        filename=path,
        abs_path=path,
        lineno=line,
        in_app=not any(mark in path for mark in _FOREIGN),
    )
