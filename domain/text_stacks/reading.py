"""Reading a text stack: which language wrote it, and what it says."""

from collections.abc import Callable
from typing import NamedTuple

from domain.text_stacks import dotnet, golang, java, javascript, php, python, ruby
from domain.text_stacks.parts import MAX_FRAME_LINE, Exceptions, has_frames, lines_of


class _Language(NamedTuple):
    is_frame: Callable[[str], bool]
    read: Callable[[list[str]], Exceptions]


# In the order in which they are asked when several know as many lines.
_LANGUAGES = {
    "python": _Language(python.is_frame, python.read),
    "php": _Language(php.is_frame, php.read),
    "go": _Language(golang.is_frame, golang.read),
    "ruby": _Language(ruby.is_frame, ruby.read),
    "java": _Language(java.is_frame, java.read),
    "csharp": _Language(dotnet.is_frame, dotnet.read),
    "javascript": _Language(javascript.is_frame, javascript.read),
}
# What senders call these platforms and languages.
_ALSO = {
    "node": "javascript",
    "nodejs": "javascript",
    "webjs": "javascript",
    "typescript": "javascript",
    "js": "javascript",
    "kotlin": "java",
    "scala": "java",
    "android": "java",
    "jvm": "java",
    "dotnet": "csharp",
    ".net": "csharp",
    "c#": "csharp",
    "golang": "go",
}


class Stack(NamedTuple):
    """What a text tells: its language, and the exceptions; what was raised last is the last."""

    language: str
    exceptions: Exceptions


def read_stack(text: str, hint: str | None = None) -> Stack | None:
    """Return what a text tells, or None if it is no stack.

    `hint` is a platform or language as senders name it: it is believed if the text bears it out.
    """
    lines = lines_of(text)
    for name in _candidates(lines, hint):
        if has_frames(found := _LANGUAGES[name].read(lines)):
            return Stack(name, found)
    return None


def parse_stack(text: str, hint: str | None = None) -> Exceptions:
    """Return the exceptions of a text, what was raised last at the end; none if it is no stack."""
    found = read_stack(text, hint)
    return found.exceptions if found else []


def _candidates(lines: list[str], hint: str | None) -> list[str]:
    counts = dict.fromkeys(_LANGUAGES, 0)
    for line in lines:
        if line and len(line) <= MAX_FRAME_LINE:
            for name, language in _LANGUAGES.items():
                counts[name] += language.is_frame(line)
    found = [name for name, count in counts.items() if count]
    hinted = _hinted(hint)
    return sorted(found, key=lambda name: (name != hinted, -counts[name]))


def _hinted(hint: str | None) -> str | None:
    name = (hint or "").lower()
    return _ALSO.get(name, name)
