"""Spans and metric points, in the forms in which the digest reads those of all senders."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from ingest.otlp.records import Attributes, Point, Span, SpanKind

SPANS = "application/vnd.sentry.items.span.v2+json"
SAMPLES = "application/vnd.tocsin.samples+json"
PER_ITEM = 500
_ENTRIES = frozenset({SpanKind.SERVER, SpanKind.CONSUMER})
# What a sample or span is told by, of all that a resource says.
_OF_RESOURCE = (
    "service.name",
    "service.version",
    "deployment.environment.name",
    "deployment.environment",
    "host.name",
)
_LONGEST = 2000


def span_payloads(spans: Sequence[Span]) -> Iterator[tuple[int, bytes]]:
    """Yield containers of spans, each with how many it holds."""
    for start in range(0, len(spans), PER_ITEM):
        part = spans[start : start + PER_ITEM]
        yield len(part), orjson.dumps({"items": [_span(span) for span in part]})


def sample_payloads(points: Sequence[Point]) -> Iterator[tuple[int, bytes]]:
    """Yield containers of samples, each with how many it holds."""
    told = [point for point in points if point.value is not None and point.name]
    for start in range(0, len(told), PER_ITEM):
        part = told[start : start + PER_ITEM]
        yield len(part), orjson.dumps({"samples": [_sample(point) for point in part]})


def _span(span: Span) -> dict[str, Any]:
    attributes = {**_resource(span.source.resource), **span.attributes}
    if op := _operation(span):
        attributes.setdefault("sentry.op", op)
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_span_id": span.parent_span_id or None,
        "name": span.name,
        "status": "error" if span.is_error else "ok",
        "is_segment": not span.parent_span_id or span.kind in _ENTRIES,
        "start_timestamp": span.start_ns / 1e9,
        "end_timestamp": span.end_ns / 1e9,
        "attributes": {name: _typed(value) for name, value in attributes.items()},
    }


def _operation(span: Span) -> str | None:
    """Return the operation in the words of the Sentry protocol, as far as it has one."""
    said = span.attributes
    is_http = "http.request.method" in said or "http.method" in said
    if span.kind == SpanKind.SERVER:
        return "http.server" if is_http else "rpc.server" if "rpc.system" in said else None
    if span.kind == SpanKind.CONSUMER:
        return "queue.process"
    if span.kind == SpanKind.PRODUCER:
        return "queue.publish"
    if "db.system.name" in said or "db.system" in said:
        return "db"
    return "http.client" if span.kind == SpanKind.CLIENT and is_http else None


def _typed(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"value": value, "type": "boolean"}
    if isinstance(value, int):
        # A larger one is no integer to the readers of JSON.
        is_plain = -(2**63) <= value < 2**63
        return {"value": value if is_plain else str(value), "type": "integer"}
    if isinstance(value, float):
        return {"value": value, "type": "double"}
    if isinstance(value, str):
        return {"value": value[:_LONGEST], "type": "string"}
    return {"value": value, "type": "array" if isinstance(value, list) else "object"}


def _sample(point: Point) -> dict[str, Any]:
    said = {
        "name": point.name,
        "value": point.value,
        "unit": point.unit or None,
        "at": _iso(point.at_ns),
        "kind": point.kind,
        "attributes": {**_resource(point.source.resource), **point.attributes},
        "count": point.count,
        "sum": point.total,
        "min": point.least,
        "max": point.most,
    }
    return {name: value for name, value in said.items() if value is not None}


def _iso(at_ns: int) -> str | None:
    try:
        return datetime.fromtimestamp(at_ns / 1e9, UTC).isoformat() if at_ns > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def _resource(resource: Attributes) -> Mapping[str, Any]:
    return {name: resource[name] for name in _OF_RESOURCE if name in resource}
