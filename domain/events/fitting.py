"""Fitting: an event that is too large loses what people miss least, and says what it lost."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from domain.events import limits
from domain.events.repairs import Repair, RepairKind
from domain.events.stacks import frames_in

_ESSENTIAL = frozenset(
    {
        "dist", "environment", "errors", "event_id", "exception", "fingerprint", "level", "logger",
        "logentry", "platform", "release", "server_name", "tags", "timestamp", "transaction",
        "type", "user",
    }
)  # fmt: skip
_NAMES = ("type", "module", "value")
_USER_NAMES = ("id", "username", "email", "ip_address")
_SHORT = 200
_SMALL_ERROR = 1000


def fit(body: dict[str, Any]) -> None:
    """Leave parts of a body out, in place, until it is no larger than a body may be."""
    for name, leave_out in _STEPS:
        if len(orjson.dumps(body)) <= limits.BODY_BYTES:
            return
        if leave_out(body):
            lost = Repair(kind=RepairKind.TOO_LARGE, at=name)
            body.setdefault("errors", []).append(lost.as_error())


def _frames(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    owners = [body]
    for key in ("exception", "threads"):
        owners += body[key]["values"] if key in body else []
    for owner in owners:
        yield from frames_in(owner)
        yield from frames_in(owner, "raw_stacktrace")


def _leave_out(nodes: Iterable[dict[str, Any]], *names: str) -> bool:
    return bool([node.pop(name) for node in nodes for name in names if name in node])


def _without(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: _leave_out([body], *names)


def _without_in_frames(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: _leave_out(_frames(body), *names)


def _without_request_body(body: dict[str, Any]) -> bool:
    return "request" in body and _leave_out([body["request"]], "data")


def _without_the_rest(body: dict[str, Any]) -> bool:
    return _leave_out([body], *(body.keys() - _ESSENTIAL))


def _without_all_but_names(body: dict[str, Any]) -> bool:
    kept = {key: body[key] for key in _ESSENTIAL if type(body.get(key)) is str}
    kept |= {key: body[key] for key in ("tags", "fingerprint") if key in body}
    kept["errors"] = [each for each in body.get("errors", ()) if len(str(each)) < _SMALL_ERROR]
    if "exception" in body:
        raised = body["exception"]["values"][-limits.EXCEPTIONS_TAIL :]
        kept["exception"] = {"values": [_texts_of(each, *_NAMES) for each in raised]}
    if "logentry" in body:
        kept["logentry"] = {"formatted": body["logentry"]["formatted"]}
    if "user" in body:
        kept["user"] = _texts_of(body["user"], *_USER_NAMES)
    body.clear()
    body.update(kept)
    return True


def _texts_of(node: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: text[:_SHORT] for name in names if type(text := node.get(name)) is str}


_STEPS: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    ("vars", _without_in_frames("vars")),
    ("breadcrumbs", _without("breadcrumbs")),
    ("pre_context, post_context", _without_in_frames("pre_context", "post_context")),
    ("extra", _without("extra")),
    ("request.data", _without_request_body),
    ("threads", _without("threads")),
    ("debug_meta, modules", _without("debug_meta", "modules")),
    ("everything but what was raised", _without_the_rest),
    ("everything but names", _without_all_but_names),
)
