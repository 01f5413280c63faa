"""Go: panics and fatal errors with the dump of the goroutine that failed."""

import re

from domain.text_stacks.parts import (
    MAX_FRAME_LINE,
    MAX_FRAMES,
    Exceptions,
    Frame,
    exception,
    frame,
    number,
)

_FILE = re.compile(r"\s++(\S.*?\.(?:go|s|c)):(\d{1,10})(?: \+0x[0-9a-f]++)?\s*+$")
_GOROUTINE = re.compile(r"goroutine \d++ (?:gp=\S++ m=\S++ (?:mp=\S++ )?)?\[[^\]]*+\]:?\s*+$")
_PANIC = re.compile(r"(panic|fatal error): (.*+)$", re.DOTALL)
_ARGUMENTS = re.compile(r"\((?:[^()]|\([^()]*+\))*+\)$")
_CREATED = "created by "
_RUNTIME = ("runtime", "testing", "internal/", "syscall", "reflect")
_ROOTS = ("/usr/local/go/src/", "/usr/lib/go/src/", "/libexec/src/", "/go/pkg/mod/", "/vendor/")


def is_frame(line: str) -> bool:
    """Say whether a line is the second line of a frame: where it is."""
    return line[:1] in ("\t", " ") and _FILE.match(line) is not None


def read(lines: list[str]) -> Exceptions:
    """Return the panic with the frames of the first goroutine, which is the one that failed."""
    said: list[str] = []
    frames: list[Frame] = []
    kind = "panic"
    before = ""
    is_told = False
    for line in lines:
        short = line if len(line) <= MAX_FRAME_LINE else ""
        if is_frame(short):
            if _GOROUTINE.match(before) is None and len(frames) < MAX_FRAMES:
                frames.append(_frame(before, short))
        elif _GOROUTINE.match(short):
            if frames:
                break
            is_told = True
        elif not said and not frames and (found := _PANIC.match(line)):
            kind, said = found[1], [found[2]]
        elif not is_told and not frames and line.strip() and not line.startswith("[signal "):
            said.append(line.strip())
        before = short
    if not is_told and said and said[-1] == before_first(frames):
        said.pop()
    value = "\n".join(said).removesuffix(" [recovered]")
    return [exception(kind, value, frames[::-1])] if frames else []


def before_first(frames: list[Frame]) -> str:
    """Return the first frame's function as its own line has it (errors that print their stack)."""
    if not frames:
        return ""
    first = frames[0]
    parts = (first.get("module", ""), first.get("function", ""))
    return ".".join(part for part in parts if part)


def _frame(name: str, place: str) -> Frame:
    found = _FILE.match(place)
    assert found is not None  # noqa: S101  the caller has asked is_frame
    name = name.strip()
    if name.startswith(_CREATED):
        name = name.removeprefix(_CREATED).partition(" in goroutine ")[0]
    else:
        name = _ARGUMENTS.sub("", name)
    module, function = _split(name)
    path = found[1]
    is_foreign = any(root in path for root in _ROOTS) or module.startswith(_RUNTIME)
    return frame(
        function=function,
        module=module,
        filename=path,
        abs_path=path,
        lineno=number(found[2]),
        in_app=not is_foreign,
    )


def _split(name: str) -> tuple[str, str]:
    """Split `example.com/shop/cart.(*Cart).Pay` into its package and its function."""
    directory, slash, rest = name.rpartition("/")
    package, _, function = rest.partition(".")
    return (directory + slash + package, function) if function else ("", name)
