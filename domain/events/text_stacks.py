"""Stacks sent as text: read into frames, so that they show and group like those of an SDK.

A text may stand as an exception's `stacktrace` (or as `text` in it, or as its `stack`), in place of
the whole exception, or as the `stacktrace` of an event that has no exception.
"""

from typing import Any

from domain.events import limits
from domain.events.repairs import RepairKind, Repairs
from domain.events.shapes import shape_values
from domain.scrubbing.marks import reindex
from domain.text_stacks import Stack, read_stack

_UNKNOWN = frozenset({None, "", "other"})


def read_text_stacks(body: dict[str, Any], repairs: Repairs) -> None:
    """Put exceptions with frames where a sender put the text of a stack; an unread text stays."""
    if type(body.get("stacktrace")) is str and not body.get("exception"):
        _read_text_of_event(body, repairs)
        return
    if "exception" not in body:
        return
    values = shape_values(body, "exception", repairs)
    for index, value in enumerate(values):
        text = _text_in(value)
        if not text or limits.EXCEPTIONS_HEAD <= index < len(values) - limits.EXCEPTIONS_TAIL:
            continue
        exception = {} if type(value) is str else value
        if stack := read_stack(text, body.get("platform")):
            values[index] = _with_frames(exception, stack)
            if body.get("platform") in _UNKNOWN:
                body["platform"] = stack.language
            if len(values) == 1 and (causes := stack.exceptions[:-1]):
                reindex(body, ("exception", "values"), [*([-1] * len(causes)), 0])
                values[:0] = causes
            # Of several, each has its own text, with the causes in it told again.
        elif type(value) is dict:
            _set_aside(exception, text, f"exception.values.{index}.stacktrace", repairs)


def _read_text_of_event(body: dict[str, Any], repairs: Repairs) -> None:
    """Read the stack of an event without an exception; loggers send it as the message as well."""
    text = body.pop("stacktrace")
    stack = read_stack(text, body.get("platform"))
    if stack is None:
        if body.get("message") != text:
            body["stack_text"] = text
            repairs.note(RepairKind.INVALID_DATA, "stacktrace", was=text)
        return
    body["exception"] = {"values": stack.exceptions}
    if body.get("platform") in _UNKNOWN:
        body["platform"] = stack.language
    if body.get("message") == text:
        before = text.strip().partition("\n")[0]
        last = stack.exceptions[-1]
        told = (last.get("value") or last.get("type") or "").partition("\n")[0]
        # What a logger wrote above the stack stays; what the exception says is not told twice.
        if told in before or before.startswith("Traceback "):
            del body["message"]
        else:
            body["message"] = before


def _text_in(value: Any) -> str | None:
    if type(value) is str:
        return value if "\n" in value else None
    if type(value) is not dict:
        return None
    stack = value.get("stacktrace")
    if type(stack) is dict and not stack.get("frames"):
        stack = stack.get("text")
    elif stack is None:
        stack = value.get("stack")
    return stack if type(stack) is str else None


def _with_frames(exception: dict[str, Any], stack: Stack) -> dict[str, Any]:
    """Return the exception with what the text adds; what the sender said of it stays."""
    told = stack.exceptions[-1]
    if told.get("stacktrace"):
        exception["stacktrace"] = told["stacktrace"]
    else:
        exception.pop("stacktrace", None)
    exception.pop("stack", None)
    if not exception.get("type"):
        exception |= {name: told[name] for name in ("type", "module") if name in told}
    for name in ("value", "mechanism"):
        if name in told:
            exception.setdefault(name, told[name])
    if told.get("module") and exception.get("type") == told.get("type"):
        exception.setdefault("module", told["module"])
    return exception


def _set_aside(exception: dict[str, Any], text: str, at: str, repairs: Repairs) -> None:
    exception.pop("stacktrace", None)
    exception.pop("stack", None)
    if text.strip():
        exception["stack_text"] = text
        repairs.note(RepairKind.INVALID_DATA, at, was=text)
