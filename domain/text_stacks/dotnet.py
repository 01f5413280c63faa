"""The .NET languages: exceptions as they print themselves, with inner exceptions."""

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
    r"\s*+at (?:async )?([^\s(][^(]*+)\(([^()]*+(?:\([^()]*+\)[^()]*+)*+)\)(?: in (\S.*))?\s*+$"
)
_FILE = re.compile(r"(.+):(?:line )?(\d{1,10})$")
_TYPE = re.compile(
    r"(?:Unhandled [Ee]xception[.:] )?((?:[^\W\d][\w`+]*+\.)*[^\W\d][\w`+]*+)"
    r"(?: \([^)]*+\))?(?:: ?(.*+))?$",
    re.DOTALL,
)
_MEMBER = re.compile(r"\(Inner Exception #\d++\) ")
_END = "--- End of inner exception stack trace ---"
_STATE_MACHINE = re.compile(r"(.*?)[.+]<([^<>]*+)>d__\d++(?:`\d++)?$")
_LAMBDA = re.compile(r"<([^<>]*+)>b__[\w|]*+$")
_LOCAL = re.compile(r"<[^<>]*+>g__([^|<>]++)\|[\w|]*+$")
_CLOSURE = re.compile(r"[.+]<>c(?:__DisplayClass[\w]*+)?(?:`\d++)?$")
_PLATFORM = ("System.", "Microsoft.", "Mono.", "MS.", "Newtonsoft.Json.", "Interop.")
_ARGUMENT = re.compile(r"[\w.`&*+\[\]<>,|]++(?:\[[^\]]*+\])? [^\W\d]\w*+")


def is_frame(line: str) -> bool:
    """Say whether a line is a frame of .NET."""
    found = _FRAME.match(line)
    if found is None or "." not in found[1] or found[1].endswith(" ") or " " in found[1].strip():
        return False
    arguments = found[2]
    return found[3] is not None or not arguments or _ARGUMENT.match(arguments) is not None


def read(lines: list[str]) -> Exceptions:
    """Return the exceptions of a text: inner ones are printed within what they caused."""
    open_: list[tuple[list[str], list[Frame]]] = [([], [])]
    done: Exceptions = []
    total = 0
    for line in lines:
        short = line if len(line) <= MAX_FRAME_LINE else ""
        if is_frame(short):
            if (total := total + 1) <= MAX_FRAMES:
                open_[-1][1].append(_frame(short))
        elif short.strip() == _END:
            if len(open_) > 1:
                done.append(_told(*open_.pop()))
        elif " ---> " in line or line.startswith("---> "):
            _open(open_, line)
        elif not open_[-1][1] and not line.strip().startswith("--- End of stack trace"):
            open_[-1][0].append(line)
    while open_:
        done.append(_told(*open_.pop()))
    return [each for each in done[-MAX_EXCEPTIONS:] if each]


def _open(open_: list[tuple[list[str], list[Frame]]], line: str) -> None:
    """Begin the exceptions that a line names: `Outer: x ---> Inner: y`, or one by itself."""
    before, *inner = (" " + line).split(" ---> ")
    if before.strip() and not open_[-1][1]:
        open_[-1][0].append(before[1:])
    for said in inner[:MAX_EXCEPTIONS]:
        if len(open_) < MAX_EXCEPTIONS:
            open_.append(([_MEMBER.sub("", said, count=1).removesuffix("<---")], []))


def _told(said: list[str], frames: list[Frame]) -> dict[str, object]:
    start = 0
    for index in reversed(range(len(said))):
        found = _TYPE.match(said[index])
        if found and "." in found[1] and (found[2] is not None or "Exception" in found[1]):
            start = index
            break
    text = "\n".join(said[start:]).strip("\n")
    found = _TYPE.match(text)
    name, value = (found[1], found[2] or "") if found else (None, text)
    return exception(name, value, frames[::-1])


def _frame(line: str) -> Frame:
    found = _FRAME.match(line)
    assert found is not None  # noqa: S101  the caller has asked is_frame
    module, _, function = _without_generics(found[1].strip()).rpartition(".")
    if function in ("ctor", "cctor"):
        module, function = module.rstrip("."), "." + function
    module, function = _as_written(module, function)
    place = _FILE.match(found[3]) if found[3] else None
    path = place[1] if place else found[3]
    return frame(
        function=function,
        module=module,
        filename=path.replace("\\", "/").rpartition("/")[2] if path else None,
        abs_path=path,
        lineno=number(place[2]) if place else None,
        in_app=not module.startswith(_PLATFORM),
    )


def _without_generics(name: str) -> str:
    """Take off the type arguments of a method: `List.Map[T]`."""
    start = name.rfind("[")
    return name[:start] if start > 0 and name.endswith("]") else name


def _as_written(module: str, function: str) -> tuple[str, str]:
    """Return the names as they stand in the source, where the compiler made its own."""
    if function == "MoveNext" and (found := _STATE_MACHINE.match(module)):
        module, function = found[1], found[2]
    module = _CLOSURE.sub("", module)
    if found := _LAMBDA.search(function):
        function = f"{found[1]} {{ <lambda> }}"
    elif found := _LOCAL.search(function):
        function = found[1]
    return module, function
