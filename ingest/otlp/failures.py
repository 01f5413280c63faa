"""Failures in OTLP: exceptions of spans and of log records, as event documents.

One failure often comes twice: as an event of the span, and as a log record within it. Both get the
id that the span, the type and the message give, so that the second is a duplicate of the first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.ids import ServiceId, derived_uuid
from ingest.otlp.records import Attributes, Log, Source, Span

WORST_OK = 16
_EXCEPTION = "exception"
_PLATFORMS = {"nodejs": "node", "webjs": "javascript", "dotnet": "csharp", "cpp": "native"}
# Those that write the module into the type; others write the whole name of a class.
_QUALIFIED = frozenset({"python", "java"})
_LEVELS = ((8, "debug"), (12, "info"), (16, "warning"), (20, "error"))
_RESOURCE_TAGS = (
    "service.name",
    "service.namespace",
    "service.instance.id",
    "k8s.pod.name",
    "cloud.region",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure with the id that both of its forms have."""

    event_id: UUID
    document: dict[str, Any]


def in_logs(logs: Sequence[Log], service: ServiceId) -> Iterator[Failure]:
    """Yield the failures among log records: exceptions, and what is an error by its severity."""
    for log in logs:
        if is_failure(log):
            yield _of_log(log, service)


def is_failure(log: Log) -> bool:
    """Say whether a log record tells of a failure."""
    said = log.attributes
    has_exception = bool(said.get("exception.type") or said.get("exception.stacktrace"))
    return has_exception or log.severity > WORST_OK


def in_spans(spans: Sequence[Span], service: ServiceId) -> Iterator[Failure]:
    """Yield the exceptions of spans; one that passed through several is its outermost span's."""
    told = {(span.trace_id, span.span_id): _raised_in(span) for span in spans}
    for span in spans:
        outer = told.get((span.trace_id, span.parent_span_id), {})
        for key, (at_ns, attributes) in _raised_in(span).items():
            if key not in outer:
                yield _of_span(span, at_ns, attributes, service)


def _raised_in(span: Span) -> Mapping[tuple[str, str], tuple[int, Attributes]]:
    return {
        _key(event.attributes): (event.at_ns, event.attributes)
        for event in span.events
        if event.name == _EXCEPTION
    }


def _key(attributes: Attributes) -> tuple[str, str]:
    return _text(attributes, "exception.type"), _text(attributes, "exception.message")


def _of_log(log: Log, service: ServiceId) -> Failure:
    said = log.attributes
    message = log.body if isinstance(log.body, str) else _spelled(log.body)
    level = next((name for most, name in _LEVELS if 0 < log.severity <= most), "fatal")
    document = _document(log.source, said, log.at_ns, level if log.severity else "error")
    type_name, value = _key(said)
    parts = [log.trace_id, log.span_id, type_name, value]
    if type_name or said.get("exception.stacktrace"):
        document["exception"] = {"values": [_exception(log.source, said)]}
        if message and message != value:
            document["message"] = message
    else:
        document["message"] = message or log.severity_text or "(no message)"
        # What is logged twice in a span happened twice.
        parts += [document["message"], str(log.at_ns)]
    if not log.trace_id:
        parts.append(str(log.at_ns))
    _place(document, log.trace_id, log.span_id)
    return Failure(event_id=_event_id(service, log.source, parts), document=document)


def _of_span(span: Span, at_ns: int, attributes: Attributes, service: ServiceId) -> Failure:
    said = {**span.attributes, **attributes}
    document = _document(span.source, said, at_ns, "error")
    document["exception"] = {"values": [_exception(span.source, attributes)]}
    if span.name:
        document["transaction"] = span.name
    _place(document, span.trace_id, span.span_id, span.parent_span_id)
    parts = [span.trace_id, span.span_id, *_key(attributes)]
    return Failure(event_id=_event_id(service, span.source, parts), document=document)


def _event_id(service: ServiceId, source: Source, parts: Sequence[str]) -> UUID:
    named = _text(source.resource, "service.name")
    return derived_uuid(service.bytes, b"otlp", *(part.encode() for part in (named, *parts)))


def _exception(source: Source, attributes: Attributes) -> dict[str, Any]:
    type_name, value = _key(attributes)
    exception: dict[str, Any] = {"value": value}
    module, dot, short = type_name.rpartition(".")
    if dot and _language(source) in _QUALIFIED:
        exception |= {"type": short, "module": module}
    elif type_name:
        exception["type"] = type_name
    if stack := _text(attributes, "exception.stacktrace"):
        exception["stacktrace"] = stack
    mechanism: dict[str, Any] = {"type": "opentelemetry"}
    # Python writes "False" as a text; only an exception that left its span says something.
    if str(attributes.get("exception.escaped")).lower() == "true":
        mechanism["handled"] = False
    return exception | {"mechanism": mechanism}


def _language(source: Source) -> str:
    return _text(source.resource, "telemetry.sdk.language").lower()


def _document(source: Source, said: Attributes, at_ns: int, level: str) -> dict[str, Any]:
    """Return what resource and attributes say, in the places where SDKs say it."""
    resource = source.resource

    def first(*names: str, of: Attributes = said) -> str:
        return next((text for name in names if (text := _text(of, name))), "")

    language = _language(source)
    tags = {name: text for name in _RESOURCE_TAGS if (text := _text(resource, name))}
    if session := first("session.id"):
        tags["session.id"] = session
    request = {
        "url": first("url.full", "http.url", "url.path"),
        "method": first("http.request.method", "http.method"),
    }
    agent = first("user_agent.original", "http.user_agent")
    user = {
        "id": first("user.id", "enduser.id"),
        "email": first("user.email"),
        "username": first("user.name"),
        "ip_address": first("client.address"),
    }
    found = {
        "timestamp": at_ns / 1e9 if at_ns > 0 else None,
        "level": level,
        "platform": _PLATFORMS.get(language, language) or "other",
        "release": _text(resource, "service.version"),
        "environment": first("deployment.environment.name", "deployment.environment", of=resource),
        "server_name": first("host.name", "k8s.pod.name", "service.instance.id", of=resource),
        "logger": source.scope,
        "transaction": first("http.route"),
        "tags": tags,
        "user": _filled(user),
        "request": _filled(request) | ({"headers": {"User-Agent": agent}} if agent else {}),
        "sdk": _filled(
            {
                "name": f"opentelemetry.{language}" if language else "opentelemetry",
                "version": _text(resource, "telemetry.sdk.version"),
            }
        ),
        "contexts": {"otel": {"resource": dict(resource), "attributes": _unread(said)}},
    }
    return _filled(found)


def _unread(said: Attributes) -> dict[str, Any]:
    return {name: value for name, value in said.items() if not name.startswith("exception.")}


def _place(document: dict[str, Any], trace_id: str, span_id: str, parent: str = "") -> None:
    if trace_id:
        ids = {"trace_id": trace_id, "span_id": span_id, "parent_span_id": parent}
        document["contexts"]["trace"] = _filled(ids)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", {})}


def _text(attributes: Attributes, name: str) -> str:
    value = attributes.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else ""


def _spelled(body: Any) -> str:
    """Return a body that is no text as one: a mapping's own message, else what it holds."""
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return str(body["message"])
    return "" if body is None else str(body)
