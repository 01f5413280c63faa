"""JavaScript: the stacks of V8 (Node, Chrome), and those of Firefox and Safari."""

import re

from domain.text_stacks.parts import (
    MAX_EXCEPTIONS,
    MAX_FRAME_LINE,
    Exceptions,
    Frame,
    exception,
    frame,
    number,
)

_AT = re.compile(r"\s*+at (?=\S)")
_PLACE = re.compile(r":(\d{1,10})(?::(\d{1,10}))?$")
_NO_PLACES = frozenset({"native", "<anonymous>", "index", "unknown location", "native code"})
_HEADER = re.compile(
    r"(?:Uncaught (?:\(in promise\) )?)?((?:[\w$]++\.)*[A-Z_$][\w$]*+)"
    r"(?: \[[\w.]++\])?(?:: ?(.*+))?$",
    re.DOTALL,
)
_INNER = re.compile(r"\s*+(?:\[cause\]: |Caused by: |\[errors\]: \[)(.*+)$")
_SIMPLE = re.compile(r"\s*+[A-Z][\w$]*+(?:Error|Exception)(?:: .*+)?$")
_ALIAS = re.compile(r" \[as [^\]]*+\]$")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9.+-]*+://")
_LOOSE = frozenset({"", "eval", "<anonymous>", "anonymous"})


def is_frame(line: str) -> bool:
    """Say whether a line is a frame of any engine."""
    if found := _AT.match(line):
        rest = line[found.end() :].rstrip()
        return _v8_place(rest) is not None
    return _other(line.strip()) is not None


def read(lines: list[str]) -> Exceptions:
    """Return the exceptions of a stack; a cause is printed after what it caused."""
    headers: list[str] = []
    raised: list[tuple[list[str], list[Frame]]] = []
    frames: list[Frame] = []
    shorts = [line if len(line) <= MAX_FRAME_LINE else "" for line in lines]
    # Node prints the place of an uncaught exception as a line of its own: no frame.
    read_frame = _v8_frame if any(map(_v8_frame, shorts)) else _other_frame
    for line, short in zip(lines, shorts, strict=True):
        if found := read_frame(short):
            if not frames:
                raised.append((headers, frames))
            frames.append(found)
        elif inner := _INNER.match(short):
            headers, frames = ([inner[1]] if inner[1] else []), []
        elif frames and _SIMPLE.match(short):
            headers, frames = [line.strip()], []
        elif not frames:
            headers.append(line)
    told = [_told(said, own, index > 0) for index, (said, own) in enumerate(raised)]
    return [each for each in reversed(told[:MAX_EXCEPTIONS]) if each]


def _told(headers: list[str], frames: list[Frame], is_inner: bool) -> dict[str, object]:
    start = 0
    # Node prints the line that failed first: the header is the last line that looks like one.
    for index in reversed(range(len(headers))):
        if (found := _HEADER.match(headers[index])) and (
            found[2] is not None or is_error(found[1])
        ):
            start = index
            if is_error(found[1]):
                break
    said = "\n".join(headers[start:]).strip("\n")
    found = _HEADER.match(said)
    name, value = (found[1], found[2] or "") if found else (None, said)
    if value.endswith(" {") and is_inner:
        value = value[:-2]
    return exception(name, value, frames[::-1])


def is_error(name: str) -> bool:
    """Say whether a name is one that errors have."""
    return name.endswith(("Error", "Exception")) or name == "AbortSignal"


def _v8_place(rest: str) -> tuple[str, str] | None:
    """Return the function and the place of a V8 frame without its `at`."""
    rest = rest.removesuffix(" {")
    if rest.endswith(")"):
        # The place may hold brackets itself: `eval (eval at f (http://x:1:2), <anonymous>:1:30)`.
        function, found, place = rest[:-1].partition(" (")
        if not found:
            return None
        if place.startswith(("index ", "eval at ")) or place in _NO_PLACES:
            return function, place
        # A name may hold brackets, too.
        if not _PLACE.search(place):
            return (function, place) if _looks_like_file(place) else None
        return function, place
    bare = rest.removeprefix("async ")
    if bare == "<anonymous>" or (_PLACE.search(bare) and not bare.startswith("(")):
        return "", bare
    return None


def _looks_like_file(place: str) -> bool:
    return place.startswith(("http://", "https://", "file://", "/", "webpack://", "node:"))


def _v8_frame(line: str) -> Frame | None:
    found = _AT.match(line)
    if not found or (parts := _v8_place(line[found.end() :].rstrip())) is None:
        return None
    function, place = parts
    if place.startswith("eval at "):
        # What counts is where the evaluated code was written down.
        inner = place.rpartition("(")[2].partition(")")[0]
        place = inner if _PLACE.search(inner) else "<anonymous>"
    return _frame(function, place)


def _other(line: str) -> tuple[str, str] | None:
    """Return the function and the place of a frame of Firefox or Safari."""
    function, found, place = line.rpartition("@")
    if found:
        # An @ may be part of the URL as well (scoped packages).
        first, _, rest = line.partition("@")
        if _SCHEME.match(rest) and " " not in first.removeprefix("async*"):
            function, place = first, rest
        if place == "[native code]" or (_PLACE.search(place) and _looks_like_place(place)):
            return function, place
        return None
    if _SCHEME.match(line) and _PLACE.search(line):
        return "", line
    return None


def _looks_like_place(place: str) -> bool:
    return bool(_SCHEME.match(place)) or place.startswith(("/", "resource:", "debugger "))


def _other_frame(line: str) -> Frame | None:
    parts = _other(line.strip())
    if parts is None:
        return None
    function, place = parts
    # Firefox: `fn/<` is a function inside fn, `async*` marks where a task began.
    function = function.removeprefix("async*").removeprefix("promise callback*").rstrip("/<")
    place = place.partition(" line ")[0] + ":" + number_after(place) if " line " in place else place
    return _frame(function, place)


def number_after(place: str) -> str:
    """Return the line of `url line 3 > eval:1:1`: where the evaluated code was written down."""
    return place.partition(" line ")[2].partition(" ")[0]


def _frame(function: str, place: str) -> Frame:
    function = _ALIAS.sub("", function.removeprefix("async ").strip())
    found = _PLACE.search(place)
    path = place[: found.start()] if found else place
    if path.startswith("index ") or path in ("native", "[native code]", "index"):
        path = "<anonymous>" if not path.startswith(("native", "[")) else "[native code]"
    path = path.removeprefix("file://")
    return frame(
        function="?" if function in _LOOSE else function,
        filename=path,
        abs_path=path,
        lineno=number(found[1]) if found else None,
        colno=number(found[2]) if found else None,
        # Evaluated code has a position; what has none is a function of the engine.
        in_app=found is not None if path == "<anonymous>" else _is_own(path),
    )


def _is_own(path: str) -> bool:
    if "node_modules/" in path or path.startswith(("node:", "internal/", "native", "<", "[")):
        return False
    return path.startswith(("/", ".")) or path[1:3] == ":\\" or bool(_SCHEME.match(path))
