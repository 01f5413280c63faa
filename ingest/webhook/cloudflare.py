"""Cloudflare Workers: what a Tail Worker forwards, and what Logpush delivers.

Both tell of one invocation: its exceptions, what it logged, and how it ended. A Tail Worker writes
names as JavaScript does (`scriptName`), Logpush with capitals (`ScriptName`).
https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/workers_trace_events/
"""

from collections.abc import Iterator
from typing import Any

from ingest.webhook.entries import Failure, Ignored, Told, Unread, filled, mapping, text, told_text

# The visitor went away; nothing is wrong with the program.
_FINE = frozenset({"", "ok", "canceled", "responsestreamdisconnected"})
_ERRORS = frozenset({"error", "fatal"})
_TAGS = {
    "outcome": "outcome",
    "scriptname": "cloudflare.script",
    "entrypoint": "cloudflare.entrypoint",
    "eventtype": "cloudflare.event",
    "dispatchnamespace": "cloudflare.namespace",
}
_MAX_FAILURES = 50


def told(entry: Any) -> list[Told]:
    """Return what one invocation says: each exception and each logged error."""
    if not isinstance(entry, dict):
        return [Unread("An invocation must be a JSON object.")]
    # What Logpush sends to see whether anybody answers.
    if set(entry) == {"content"}:
        return [Ignored("It is a test of the destination.")]
    said = _plain(entry)
    if "outcome" not in said and "exceptions" not in said:
        return [Unread("An invocation needs an outcome or exceptions.")]
    shared = _shared(said)
    failures = [
        _failure(document, shared, said, number)
        for number, document in enumerate(_documents(said))
        if number < _MAX_FAILURES
    ]
    return [*failures] or [Ignored("The invocation ended well.")]


def _plain(node: Any) -> dict[str, Any]:
    """Return a mapping with its names in lower case: both ways of writing become one."""
    return {str(name).lower(): value for name, value in mapping(node).items()}


def _items(value: Any) -> list[dict[str, Any]]:
    return [_plain(one) for one in value if isinstance(one, dict)] if type(value) is list else []


def _documents(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what went wrong; only an end without any word of it is an error by itself."""
    is_told = False
    for exception in _items(said.get("exceptions")):
        is_told = True
        stack = exception.get("stack")
        value = filled(
            {
                "type": exception.get("name") or "Error",
                "value": text(exception.get("message")),
                "stacktrace": stack if isinstance(stack, str) and "\n" in stack else None,
                "mechanism": {"type": "cloudflare", "handled": False},
            }
        )
        yield {"exception": {"values": [value]}, "timestamp": _moment(exception, said)}
    for log in _items(said.get("logs")):
        if str(log.get("level", "")).lower() in _ERRORS:
            is_told = True
            parts = log.get("message")
            words = parts if isinstance(parts, list) else [parts]
            yield {**told_text(" ".join(map(text, words))), "timestamp": _moment(log, said)}
    outcome = text(said.get("outcome"))
    if not is_told and outcome.lower() not in _FINE:
        yield {
            "message": f"The worker {text(said.get('scriptname'))} ended with {outcome}",
            "timestamp": _moment({}, said),
        }


def _moment(one: dict[str, Any], said: dict[str, Any]) -> Any:
    return (
        one.get("timestamp")
        or one.get("timestampms")
        or said.get("eventtimestamp")
        or said.get("eventtimestampms")
    )


def _shared(said: dict[str, Any]) -> dict[str, Any]:
    event = _plain(said.get("event"))
    request, response = _plain(event.get("request")), _plain(event.get("response"))
    version = _plain(said.get("scriptversion"))
    headers = _plain(request.get("headers"))
    tags = {ours: text(said[theirs]) for theirs, ours in _TAGS.items() if said.get(theirs)}
    tags |= filled(
        {
            "cloudflare.ray": text(event.get("rayid") or headers.get("cf-ray")),
            "status_code": text(response.get("status")),
            "cron": text(event.get("cron")),
            "queue": text(event.get("queue")),
        }
    )
    return filled(
        {
            "level": "error",
            "platform": "javascript",
            "server_name": said.get("scriptname"),
            "logger": "cloudflare.worker",
            "release": version.get("tag") or version.get("id"),
            "tags": tags,
            "request": filled(
                {
                    "url": text(request.get("url")),
                    "method": text(request.get("method")),
                    "headers": headers,
                }
            ),
        }
    )


def _failure(
    document: dict[str, Any], shared: dict[str, Any], said: dict[str, Any], number: int
) -> Failure:
    tags = shared.get("tags", {})
    ray, moment = tags.get("cloudflare.ray"), _moment({}, said)
    # The invocation and the place in it; without either nobody can tell a repetition.
    parts = [text(said.get("scriptname")), text(ray), text(moment), str(number)]
    return Failure({**shared, **filled(document)}, "/".join(parts) if ray or moment else "")
