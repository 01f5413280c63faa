"""Python: tracebacks, chained ones, and the tree in which exception groups are printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.text_stacks.parts import (
    MAX_EXCEPTIONS,
    MAX_FRAME_LINE,
    Exceptions,
    Frame,
    after_any,
    exception,
    frame,
    number,
)

_FILE = re.compile(r'\s*+File "([^"]++)", line (\d{1,10})(?:, in (.++))?$')
_START = re.compile(r"(?:Exception Group )?Traceback \(most recent call last\):$")
_TYPE = re.compile(r"([^\W\d][\w.<>]*+)(?:: ?(.*+))?$", re.DOTALL)
_LIBRARY = re.compile(r"/(?:site|dist)-packages/|/lib(?:64)?/python\d[\d.]*+/")
_COUNT = re.compile(r" \(\d{1,9} sub-exceptions?\)(?=\n|$)")
_LINKS = {
    "The above exception was the direct cause of the following exception:": "__cause__",
    "During handling of the above exception, another exception occurred:": "__context__",
}
_MEMBER = re.compile(r"\+-(?:\+-)?-*+ (?:\d++|\.\.\.) -*+$")


def is_frame(line: str) -> bool:
    """Say whether a line is one of a traceback's frames."""
    return 'File "' in line and _FILE.match(line.lstrip(" |+")) is not None


@dataclass(slots=True)
class _Raised:
    """One exception of the text; its cause is printed before it, its members after it."""

    frames: list[Frame] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    cause: "_Raised | None" = None
    source: str = ""
    members: "list[_Raised]" = field(default_factory=list)


def read(lines: list[str]) -> Exceptions:
    """Return the exceptions that a traceback tells of."""
    reader = _Reader()
    is_tree = any("Exception Group Traceback" in line for line in lines)
    for line in lines:
        reader.take(*(_unboxed(line) if is_tree else (0, line, False)))
    told = [_told(*each) for each in _flat(reader.last)]
    return [each for each in reversed(told) if each]


def _unboxed(line: str) -> tuple[int, str, bool]:
    """Return how deep in the tree a line stands, what it says, and whether it begins a member."""
    bare = line.lstrip(" ")
    indent = len(line) - len(bare)
    # The box of the outermost group is indented by two, and stands where a traceback would.
    indent = max(indent - 2, 0)
    if bare.startswith(("+ Exception Group", "|")):
        return indent, bare[2:], False
    if bare.startswith("+-"):
        # The line of the first member hangs on the group's own edge.
        is_first = bare.startswith("+-+")
        return indent + (2 if is_first else 0), "", _MEMBER.match(bare) is not None
    return 0, line, False


class _Reader:
    """Takes line after line; `last` is the exception that left the program."""

    def __init__(self) -> None:
        self.last: _Raised | None = None
        self._now: _Raised | None = None
        self._depth = 0
        self._source = ""
        self._count = 0
        # Per depth: the exception that was printed last there.
        self._at: dict[int, _Raised] = {}

    def take(self, depth: int, line: str, is_member: bool) -> None:
        if is_member:
            self._forget_below(depth)
            self._now, self._depth = None, depth
            self._begin(depth)
        elif line.strip() in _LINKS:
            self._source = _LINKS[line.strip()]
            self._now = None
        elif _START.match(line.strip()):
            if not self._is_fresh(depth):
                self._begin(depth)
        elif self._now is not None:
            self._add(self._now, line)
        elif is_frame(line) and self._begin(depth):
            self.take(depth, line, False)

    def _is_fresh(self, depth: int) -> bool:
        """Say whether a member has just begun here, and this is its own traceback."""
        now = self._now
        return now is not None and self._depth == depth and not now.frames and not now.said

    def _forget_below(self, depth: int) -> None:
        for below in [each for each in self._at if each >= depth]:
            del self._at[below]

    def _begin(self, depth: int) -> bool:
        self._count += 1
        if self._count > MAX_EXCEPTIONS:
            self._now = None
            return False
        raised = _Raised(cause=self._at.get(depth), source=self._source)
        self._source = ""
        self._place(depth, raised)
        self._now, self._depth = raised, depth
        return True

    def _place(self, depth: int, raised: _Raised) -> None:
        above = [each for each in self._at if each < depth]
        if above:
            members = self._at[max(above)].members
            # A chain inside a member is one member: the last of the chain stands for it.
            if raised.cause is not None and members and members[-1] is raised.cause:
                members.pop()
            members.append(raised)
        else:
            self.last = raised
        self._forget_below(depth)
        self._at[depth] = raised

    def _add(self, now: _Raised, line: str) -> None:
        if not now.said and len(line) <= MAX_FRAME_LINE:
            if found := _FILE.match(line):
                now.frames.append(_frame(found[1], found[2], found[3]))
                return
            if now.frames and line.startswith(" "):
                _add_source(now.frames[-1], line)
                return
        if now.said or line.strip():
            now.said.append(line)


def _add_source(last: Frame, line: str) -> None:
    bare = line.strip()
    is_marker = bool(bare) and not bare.strip("^~ ")
    if bare and not is_marker and "context_line" not in last and not bare.startswith("[Previous"):
        last["context_line"] = bare


def _frame(path: str, line: str, function: str | None) -> Frame:
    is_library = _LIBRARY.search(path) is not None or path.startswith("<frozen ")
    filename, module = path, None
    if is_library:
        filename = _below_library(path)
        module = filename.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        module = None if module.startswith("<") else module
    return frame(
        function=function,
        module=module,
        filename=filename,
        abs_path=path,
        lineno=number(line),
        in_app=not is_library and not path.startswith("<"),
    )


def _below_library(path: str) -> str:
    below = after_any(path, "/site-packages/", "/dist-packages/")
    if below is not None:
        return below
    ends = [found.end() for found in _LIBRARY.finditer(path)]
    return path[ends[-1] :] if ends else path


def _flat(last: _Raised | None) -> Iterator[tuple[_Raised, int, int | None, str]]:
    """Walk as SDKs number: an exception, then its causes, then its members, each with its own."""
    waiting: list[tuple[_Raised, int | None, str]] = [(last, None, "")] if last else []
    count = 0
    while waiting:
        raised, parent, source = waiting.pop()
        yield raised, count, parent, source
        members = [
            (member, count, f"exceptions[{index}]") for index, member in enumerate(raised.members)
        ]
        waiting += reversed(members)
        if raised.cause is not None:
            waiting.append((raised.cause, count, raised.source or "__context__"))
        count += 1


def _told(raised: _Raised, id_: int, parent: int | None, source: str) -> dict[str, Any]:
    said = "\n".join(raised.said)
    found = _TYPE.match(said)
    name, value = (found[1], found[2] or "") if found else ("", said)
    value = _COUNT.sub("", value, count=1) if raised.members else value
    module, _, short = name.rpartition(".")
    module = module.partition(".<locals>")[0]
    told = exception(short, value, raised.frames, module=module)
    if told and (parent is not None or raised.members):
        mechanism: dict[str, Any] = {"type": "generic", "exception_id": id_}
        if parent is not None:
            mechanism |= {"type": "chained", "parent_id": parent, "source": source}
        if raised.members:
            mechanism["is_exception_group"] = True
        told["mechanism"] = mechanism
    return told
