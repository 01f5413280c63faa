"""Java and Kotlin: stack traces of the JVM, with causes and suppressed exceptions."""

import re
from dataclasses import dataclass, field

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

_FRAME = re.compile(r"\s*+at ([^\s(][^(]*+)\(([^()]*+)\)(?:\s*+~?\[[^\]]*+\])?\s*+$")
_FILE = re.compile(r"([^:\s]+\.[a-zA-Z]{1,10}|SourceFile|Unknown)(?::(-?\d{1,10}))?$")
_MORE = re.compile(r"\s*+\.\.\. (\d{1,9}) (?:more|common frames omitted)\s*+$")
_HEADER = re.compile(
    r'\s*+(?:Exception in thread "[^"]*+" )?'
    r"((?:[^\W\d][\w$]*+\.)+[^\W\d][\w$]*+|[A-Z][\w$]*+(?:Exception|Error))(?:: (.*+))?$",
    re.DOTALL,
)
_INNER = re.compile(r"(\s*+)(Caused by: |Suppressed: |Wrapped by: )(.*+)$", re.DOTALL)
_PLATFORM = (
    "java.", "javax.", "jdk.", "sun.", "com.sun.", "kotlin.", "kotlinx.", "android.", "androidx.",
    "scala.", "org.springframework.", "org.apache.", "org.hibernate.", "io.netty.", "org.junit.",
    "jakarta.", "groovy.", "dalvik.", "com.android.", "reactor.",
)  # fmt: skip


def is_frame(line: str) -> bool:
    """Say whether a line is a frame of the JVM."""
    found = _FRAME.match(line)
    return found is not None and _is_source(found[2]) and "." in found[1]


def _is_source(text: str) -> bool:
    return text in ("Native Method", "Unknown Source") or _FILE.match(text) is not None


@dataclass(slots=True)
class _Raised:
    """One exception; its frames are as printed, the innermost call first."""

    indent: int
    said: list[str]
    outer: "_Raised | None" = None
    frames: list[Frame] = field(default_factory=list)


def read(lines: list[str]) -> Exceptions:
    """Return the exceptions of a trace; a cause is printed after what it caused."""
    preamble: list[str] = []
    raised: list[_Raised] = []
    total = 0
    for line in lines:
        short = line if len(line) <= MAX_FRAME_LINE else ""
        if is_frame(short):
            if not raised:
                raised.append(_Raised(0, preamble))
            if (total := total + 1) <= MAX_FRAMES:
                raised[-1].frames.append(_frame(short))
        elif inner := _INNER.match(line):
            indent = len(inner[1].expandtabs(8))
            outer = next((each for each in reversed(raised) if each.indent <= indent), None)
            raised.append(_Raised(indent, [inner[3]], outer))
        elif more := _MORE.match(short):
            if raised:
                total += _fill(raised[-1], int(more[1]), MAX_FRAMES - total)
        elif not raised:
            preamble.append(line)
        elif not raised[-1].frames:
            raised[-1].said.append(line)
        if len(raised) > MAX_EXCEPTIONS:
            break
    return [_told(each) for each in reversed(raised)]


def _fill(raised: _Raised, count: int, room: int) -> int:
    """Add the frames that were left out because they are those of the enclosing trace."""
    shared = raised.outer.frames[-count:] if raised.outer and count > 0 else []
    shared = shared[: max(room, 0)]
    raised.frames += [dict(each) for each in shared]
    return len(shared)


def _told(raised: _Raised) -> dict[str, object]:
    start = 0
    for index in reversed(range(len(raised.said))):
        if _HEADER.match(raised.said[index]):
            start = index
            if not raised.said[index].startswith((" ", "\t")):
                break
    said = "\n".join(raised.said[start:]).strip("\n")
    found = _HEADER.match(said)
    if not found:
        return exception(None, said, raised.frames[::-1])
    module, _, name = found[1].rpartition(".")
    return exception(name, found[2] or "", raised.frames[::-1], module=module)


def _frame(line: str) -> Frame:
    found = _FRAME.match(line)
    assert found is not None  # noqa: S101  the caller has asked is_frame
    module, _, function = _without_loader(found[1]).rpartition(".")
    file = _FILE.match(found[2])
    return frame(
        function=function,
        module=module,
        filename=file[1] if file else None,
        lineno=number(file[2]) if file else None,
        in_app=not module.startswith(_PLATFORM),
    )


def _without_loader(name: str) -> str:
    """Take off class loader and module: `app//shop.Cart`, `java.base/java.lang.Thread`."""
    for _ in range(2):
        first, slash, rest = name.partition("/")
        # A hidden class has a slash as well: `Shop$$Lambda/0x0000000800c03000`.
        if not slash or "$" in first:
            break
        name = rest
    return name
