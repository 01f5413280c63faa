"""The JSON form of OTLP, read by hand.

Protobuf's own JSON parser is wrong for it: ids are hex here and not base64, and whole numbers come
as text or as numbers (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from ingest.answers import Refused
from ingest.otlp.records import (
    MAX_DEPTH,
    Log,
    Point,
    Read,
    Source,
    Span,
    SpanEvent,
    SpanKind,
    known_id,
    mean,
)

_HEX = re.compile(r"(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{32})")
_Object = dict[str, Any]


def read(signal: str, body: bytes) -> Read:
    """Return the records of a JSON request; refuse one that is no request at all."""
    try:
        request = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"The body is not JSON: {error}.") from error
    if not isinstance(request, dict):
        raise Refused(400, "The body must be a JSON object.")
    found = Read()
    add = {"logs": _add_log, "traces": _add_span, "metrics": _add_metric}[signal]
    for source, record in _records(request, signal):
        _try(found, add, source, record)
    return found


def _records(request: _Object, signal: str) -> Iterator[tuple[Source, _Object]]:
    resources, scopes, records = {
        "logs": ("resourceLogs", "scopeLogs", "logRecords"),
        "traces": ("resourceSpans", "scopeSpans", "spans"),
        "metrics": ("resourceMetrics", "scopeMetrics", "metrics"),
    }[signal]
    for one in _objects(request.get(resources)):
        resource = _attributes(_object(one.get("resource")).get("attributes"))
        for scoped in _objects(one.get(scopes)):
            source = Source(resource=resource, scope=_text(_object(scoped.get("scope")), "name"))
            for record in _list(scoped.get(records)):
                yield source, record


def _try(
    found: Read, add: Callable[[Read, Source, _Object], None], source: Source, record: Any
) -> None:
    if not isinstance(record, dict):
        found.rejected.add("A record is not a JSON object.")
        return
    try:
        add(found, source, record)
    except (ValueError, OverflowError) as error:
        found.rejected.add(str(error)[:200])


def _add_log(found: Read, source: Source, one: _Object) -> None:
    found.logs.append(
        Log(
            source=source,
            at_ns=_whole(one, "timeUnixNano") or _whole(one, "observedTimeUnixNano"),
            severity=_enumerated(one.get("severityNumber"), {}),
            severity_text=_text(one, "severityText"),
            body=_value(one.get("body")),
            attributes=_attributes(one.get("attributes")),
            trace_id=_id(one, "traceId"),
            span_id=_id(one, "spanId"),
        )
    )


_KINDS = {f"SPAN_KIND_{kind.name}": kind.value for kind in SpanKind}


def _add_span(found: Read, source: Source, one: _Object) -> None:
    trace_id, span_id = _id(one, "traceId"), _id(one, "spanId")
    if len(trace_id) != 32 or len(span_id) != 16:
        raise ValueError("A span needs a trace id of 32 and a span id of 16 hex digits.")
    events = tuple(
        SpanEvent(
            name=_text(event, "name"),
            at_ns=_whole(event, "timeUnixNano"),
            attributes=_attributes(event.get("attributes")),
        )
        for event in _objects(one.get("events"))
    )
    found.spans.append(
        Span(
            source=source,
            trace_id=trace_id,
            span_id=span_id,
            parent_span_id=_id(one, "parentSpanId"),
            name=_text(one, "name"),
            kind=_enumerated(one.get("kind"), _KINDS),
            start_ns=_whole(one, "startTimeUnixNano"),
            end_ns=_whole(one, "endTimeUnixNano"),
            attributes=_attributes(one.get("attributes")),
            events=events,
            is_error=_enumerated(_object(one.get("status")).get("code"), {"STATUS_CODE_ERROR": 2})
            == 2,
        )
    )


_TEMPORALITIES = {"AGGREGATION_TEMPORALITY_DELTA": 1, "AGGREGATION_TEMPORALITY_CUMULATIVE": 2}
_FORMS = ("gauge", "sum", "histogram", "exponentialHistogram", "summary")


def _add_metric(found: Read, source: Source, one: _Object) -> None:
    form = next((form for form in _FORMS if isinstance(one.get(form), dict)), None)
    if form is None:
        raise ValueError("A metric is none of gauge, sum, histogram and summary.")
    data = one[form]
    temporality = _enumerated(data.get("aggregationTemporality"), _TEMPORALITIES)
    marks = {"otel.temporality": {1: "delta", 2: "cumulative"}.get(temporality)}
    is_counter = form == "sum" and data.get("isMonotonic") is True
    kind = "counter" if is_counter else "gauge" if form in ("gauge", "sum") else "histogram"
    for point in _list(data.get("dataPoints")):
        _try(
            found,
            lambda found, source, point: found.points.append(
                Point(
                    source=source,
                    name=_text(one, "name"),
                    unit=_text(one, "unit"),
                    kind=kind,
                    at_ns=_whole(point, "timeUnixNano"),
                    **_measured(point, kind),
                    attributes=_attributes(point.get("attributes"))
                    | {name: mark for name, mark in marks.items() if mark},
                )
            ),
            source,
            point,
        )


def _measured(point: _Object, kind: str) -> _Object:
    if _whole(point, "flags") & 1:
        return {"value": None}
    if kind != "histogram":
        value = _number(point, "asDouble")
        return {"value": _number(point, "asInt") if value is None else value}
    count, total = min(_whole(point, "count"), 2**63 - 1), _number(point, "sum")
    least, most = _number(point, "min"), _number(point, "max")
    for quantile in _objects(point.get("quantileValues")):
        if quantile.get("quantile", 0) == 0:
            least = _number(quantile, "value")
        elif quantile.get("quantile") == 1:
            most = _number(quantile, "value")
    if not count:
        return {"value": None}
    value = mean(count, total, least, most)
    if value is None:
        raise ValueError("A histogram without a sum, a minimum and a maximum says too little.")
    return {"value": value, "count": count, "total": total, "least": least, "most": most}


def _object(value: Any) -> _Object:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[_Object]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _text(node: _Object, name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _id(node: _Object, name: str) -> str:
    text = _text(node, name)
    return known_id(text.lower()) if _HEX.fullmatch(text) else ""


def _whole(node: _Object, name: str) -> int:
    """Return a whole number that may be written as text; 0 where there is none."""
    value = node.get(name)
    if isinstance(value, str) and len(value) <= 20 and value.lstrip("-").isdigit():
        value = int(value)
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _number(node: _Object, name: str) -> float | None:
    value = node.get(name)
    if value is None or isinstance(value, bool):
        return None
    number = float(value) if isinstance(value, int | float | str) else math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} is not a finite number.")
    return number


def _enumerated(value: Any, names: dict[str, int]) -> int:
    """Return an enum's number; the specification wants numbers, some senders write names."""
    if isinstance(value, str):
        return names.get(value, int(value) if value.isdigit() and len(value) < 4 else 0)
    return value if isinstance(value, int) else 0


def _attributes(value: Any, depth: int = 0) -> _Object:
    return {
        one["key"]: _value(one.get("value"), depth)
        for one in _objects(value)
        if isinstance(one.get("key"), str) and one["key"]
    }


def _value(value: Any, depth: int = 0) -> Any:
    """Return an AnyValue as what it stands for."""
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return None
    for name, held in value.items():
        if name == "intValue":
            whole = _whole(value, name)
            return whole if -(2**63) <= whole < 2**63 else str(whole)
        if name in ("stringValue", "boolValue", "doubleValue"):
            return held if isinstance(held, str | bool | int | float) else None
        if name == "arrayValue":
            return [_value(one, depth + 1) for one in _list(_object(held).get("values"))]
        if name == "kvlistValue":
            return _attributes(_object(held).get("values"), depth + 1)
        if name == "bytesValue":
            return _bytes(held)
    return None


def _bytes(value: Any) -> str | None:
    try:
        return base64.b64decode(value, validate=True).hex()
    except (binascii.Error, TypeError, ValueError):
        return None
