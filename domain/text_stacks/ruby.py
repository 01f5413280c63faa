"""Ruby: backtraces in the old form and in that of Ruby 3.4, with causes."""

import re

from domain.text_stacks.parts import (
    MAX_EXCEPTIONS,
    MAX_FRAME_LINE,
    MAX_FRAMES,
    Exceptions,
    Frame,
    after_any,
    exception,
    frame,
    number,
)

_FRAME = re.compile(
    r"\s*+(?:\d{1,6}: )?(?:from )?"
    r"((?:[A-Za-z]:[\\/])?[^:\s][^:]*+):(\d{1,10}):in [`']([^']++)'(?:: (.*+))?$",
    re.DOTALL,
)
# The main program's own line has no method in old versions.
_BARE = re.compile(r"\s*+(?:\d{1,6}: )?from ((?:[A-Za-z]:[\\/])?[^:\s][^:]*\.rb):(\d{1,10})$")
_CLASS_AT_END = re.compile(r"^(.*)\(([A-Z]\w*+(?:::\w++)*+)\)$", re.DOTALL)
_CLASS_FIRST = re.compile(r"\s*+([A-Z]\w*+(?:::\w++)*+)(?: \((.*)\))?:?(?: (.*+))?$", re.DOTALL)
_METHOD = re.compile(r"([A-Z][\w:]*+)[#.](\S++)$")
_FOREIGN = ("/gems/", "/lib/ruby/", "<internal:", "(eval", "/vendor/bundle/")


def is_frame(line: str) -> bool:
    """Say whether a line is one of a backtrace."""
    return (":in " in line and _FRAME.match(line) is not None) or _BARE.match(line) is not None


class _Raised:
    """One exception of the text, its frames as printed."""

    def __init__(self, said: list[str]) -> None:
        self.said = said
        self.frames: list[Frame] = []
        self.is_closed = False


def read(lines: list[str]) -> Exceptions:
    """Return the exceptions of a backtrace; a cause is printed after what it caused."""
    raised: list[_Raised] = [_Raised([])]
    is_upside_down = lines[0].startswith("Traceback (most recent call last)")
    for line in lines[is_upside_down:]:
        now = raised[-1]
        if len(line) <= MAX_FRAME_LINE and (found := _FRAME.match(line) or _BARE.match(line)):
            message = found[4] if found.re is _FRAME else None
            if message is not None and now.frames and not is_upside_down:
                now = _Raised([])
                raised.append(now)
            if message is not None:
                now.said = [message]
            if len(now.frames) < MAX_FRAMES:
                now.frames.append(_frame(found))
        elif line.strip() and (
            not now.frames or (now.said and len(now.frames) == 1) or is_upside_down
        ):
            now.said.append(line)
    told = [_told(each, is_upside_down) for each in raised[:MAX_EXCEPTIONS]]
    return [each for each in reversed(told) if each]


def _told(raised: _Raised, is_upside_down: bool) -> dict[str, object]:
    said = "\n".join(raised.said)
    name, value = _named(raised.said) if raised.said else (None, said)
    return exception(name, value, raised.frames if is_upside_down else raised.frames[::-1])


def _named(said: list[str]) -> tuple[str | None, str]:
    """Return the class and the message: `message (Class)`, or `Class: message` as loggers write."""
    for index, line in enumerate(said):
        if found := _CLASS_AT_END.match(line):
            # Of a message of several lines the first has the class.
            return found[2], "\n".join([found[1].rstrip(), *said[index + 1 :]])
    text = "\n".join(said)
    if found := _CLASS_FIRST.match(text):
        return found[1], (found[2] or found[3] or "")
    return None, text


def _frame(found: re.Match[str]) -> Frame:
    path = found[1]
    label = found[3] if found.re is _FRAME else ""
    method = _METHOD.match(label)
    module, function = (method[1], method[2]) if method else (None, label)
    is_own = not any(mark in path for mark in _FOREIGN)
    return frame(
        function=function,
        module=module,
        filename=path if is_own else after_any(path, "/gems/", "/lib/ruby/") or path,
        abs_path=path,
        lineno=number(found[2]),
        in_app=is_own,
    )
