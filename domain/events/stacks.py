"""Stacks: exceptions and threads with their frames, in the one shape that all code reads."""

from typing import Any

from domain.events import limits
from domain.events.event import Frame
from domain.events.repairs import RepairKind, Repairs
from domain.events.shapes import (
    dotted,
    keep_ends,
    keep_mappings,
    shape_mapping,
    shape_text,
    shape_values,
    spelled,
)

_FRAME_TEXTS = ("function", "module", "filename", "abs_path", "context_line")
_FRAME_NUMBERS = ("lineno", "colno")
# Code that was evaluated, or the engine's own.
_NOWHERE = frozenset({None, "", "<anonymous>", "[native code]"})
_FRAME_LINES = ("pre_context", "post_context")
_LARGEST_LINE = 2**31 - 1


def shape_exceptions(body: dict[str, Any], repairs: Repairs) -> list[dict[str, Any]]:
    """Bring the exceptions into shape: the innermost cause first, what was raised last."""
    values = shape_values(body, "exception", repairs)
    path = ("exception", "values")
    for index, value in enumerate(values):
        if type(value) is str:
            values[index] = {"value": value}
    keep_mappings(body, values, path, repairs)
    if keep_ends(body, values, path, limits.EXCEPTIONS_HEAD, limits.EXCEPTIONS_TAIL):
        repairs.note(RepairKind.TOO_MANY, "exception.values")
    for index, exception in enumerate(values):
        _shape_exception(body, exception, (*path, index), repairs)
    if not values:
        body.pop("exception", None)
    return values


def _shape_exception(
    body: dict[str, Any], exception: dict[str, Any], path: tuple[str | int, ...], repairs: Repairs
) -> None:
    at = dotted(path)
    shape_text(exception, "type", f"{at}.type", repairs)
    shape_text(exception, "module", f"{at}.module", repairs)
    value = exception.get("value")
    if value is not None and type(value) is not str:
        exception["value"] = spelled(value)
    if type(exception.get("mechanism")) is str:
        exception["mechanism"] = {"type": exception["mechanism"]}
    mechanism = shape_mapping(exception, "mechanism", f"{at}.mechanism", repairs)
    if mechanism:
        shape_text(mechanism, "type", f"{at}.mechanism.type", repairs)
        if type(mechanism.get("handled")) not in (bool, type(None)):
            repairs.note(RepairKind.INVALID_DATA, f"{at}.mechanism.handled")
            del mechanism["handled"]
    shape_stack(body, exception, path, repairs)


def shape_threads(body: dict[str, Any], repairs: Repairs) -> list[dict[str, Any]]:
    """Bring the threads into shape, and the old stack of an event that has no thread."""
    values = shape_values(body, "threads", repairs)
    path = ("threads", "values")
    keep_mappings(body, values, path, repairs)
    if keep_ends(body, values, path, limits.THREADS, 0):
        repairs.note(RepairKind.TOO_MANY, "threads.values")
    for index, thread in enumerate(values):
        shape_stack(body, thread, (*path, index), repairs)
    if not values:
        body.pop("threads", None)
    shape_stack(body, body, (), repairs)
    return values


def shape_stack(
    body: dict[str, Any], owner: dict[str, Any], path: tuple[str | int, ...], repairs: Repairs
) -> None:
    """Bring the stack of an exception or thread into shape; of endless ones keep both ends."""
    for name in ("stacktrace", "raw_stacktrace"):
        stack = owner.get(name)
        if stack is None:
            owner.pop(name, None)
            continue
        if type(stack) is list:
            stack = owner[name] = {"frames": stack}
        frames = stack.get("frames") if type(stack) is dict else None
        if type(frames) is not list:
            repairs.note(RepairKind.INVALID_DATA, dotted((*path, name)))
            del owner[name]
            continue
        where = (*path, name, "frames")
        keep_mappings(body, frames, where, repairs)
        omitted = keep_ends(body, frames, where, limits.FRAMES_HEAD, limits.FRAMES_TAIL)
        if omitted:
            stack["frames_omitted"] = [limits.FRAMES_HEAD, limits.FRAMES_HEAD + omitted]
            repairs.note(RepairKind.TOO_MANY, dotted(where), was=f"{len(frames) + omitted} frames")
        for frame in frames:
            _shape_frame(frame)


def _shape_frame(frame: dict[str, Any]) -> None:
    for key in _FRAME_TEXTS:
        value = frame.get(key)
        if type(value) is not str and key in frame:
            _set(frame, key, spelled(value))
    for key in _FRAME_NUMBERS:
        value = frame.get(key)
        if value is not None and not (type(value) is int and 0 <= value <= _LARGEST_LINE):
            _set(frame, key, _line(value))
    for key in _FRAME_LINES:
        lines = frame.get(key)
        if lines is not None:
            _shape_lines(frame, key, lines)
    if type(frame.get("in_app")) not in (bool, type(None)):
        del frame["in_app"]
    if type(frame.get("vars")) not in (dict, type(None)):
        frame["vars"] = {"value": frame["vars"]}


def _shape_lines(frame: dict[str, Any], key: str, lines: Any) -> None:
    if type(lines) is not list:
        _set(frame, key, [lines] if type(lines) is str else None)
        return
    try:
        "".join(lines)
    except TypeError:
        frame[key] = [spelled(line) or "" for line in lines]


def _set(node: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        del node[key]
    else:
        node[key] = value


def _line(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number <= _LARGEST_LINE else None


def frame_of(frame: dict[str, Any]) -> Frame:
    """Return a frame in shape as the object that the rest of the house reads."""
    get = frame.get
    return Frame(
        function=get("function"),
        module=get("module"),
        filename=get("filename"),
        absolute_path=get("abs_path"),
        line_number=get("lineno"),
        column_number=get("colno"),
        context_line=get("context_line"),
        in_app=get("in_app"),
    )


def frames_in(owner: dict[str, Any], name: str = "stacktrace") -> list[dict[str, Any]]:
    """Return the frames of an exception or thread in shape, the caller first."""
    stack = owner.get(name)
    return stack["frames"] if stack else []


def told_frames(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the frames that tell where it happened: of what was raised, else of a thread."""
    exceptions = body["exception"]["values"] if "exception" in body else []
    for exception in reversed(exceptions):
        if frames := frames_in(exception):
            return frames
    threads = body["threads"]["values"] if "threads" in body else []
    ranked = sorted(
        threads, key=lambda thread: (not thread.get("crashed"), not thread.get("current"))
    )
    for thread in ranked:
        if frames := frames_in(thread):
            return frames
    return frames_in(body)


def crash_frame(frames: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the innermost frame of the sender's own code, or else the innermost of all."""
    own = [frame for frame in frames if frame.get("in_app")]
    placed = [frame for frame in own if frame.get("filename") not in _NOWHERE]
    best = placed or own or frames
    return best[-1] if best else None
