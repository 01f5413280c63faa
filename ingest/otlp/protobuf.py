"""The protobuf form of OTLP, by the messages of the opentelemetry-proto package."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from ingest.answers import Refused
from ingest.otlp.records import (
    MAX_DEPTH,
    Log,
    Point,
    Read,
    Rejected,
    Source,
    Span,
    SpanEvent,
    known_id,
    mean,
)

_REQUESTS: dict[str, Callable[[], Any]] = {
    "logs": ExportLogsServiceRequest,
    "traces": ExportTraceServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}
_RESPONSES: dict[str, tuple[Callable[[], Any], str]] = {
    "logs": (ExportLogsServiceResponse, "rejected_log_records"),
    "traces": (ExportTraceServiceResponse, "rejected_spans"),
    "metrics": (ExportMetricsServiceResponse, "rejected_data_points"),
}
_TEMPORALITIES = {1: "delta", 2: "cumulative"}


def read(signal: str, body: bytes) -> Read:
    """Return the records of a protobuf request; refuse one that is no request at all."""
    request = _REQUESTS[signal]()
    try:
        request.ParseFromString(body)
    except DecodeError as error:
        raise Refused(400, "The body is not the protobuf message of this path.") from error
    found = Read()
    if signal == "logs":
        for resource in request.resource_logs:
            attributes = _attributes(resource.resource.attributes)
            for scoped in resource.scope_logs:
                source = Source(resource=attributes, scope=scoped.scope.name)
                found.logs.extend(_log(source, one) for one in scoped.log_records)
    elif signal == "traces":
        for resource in request.resource_spans:
            attributes = _attributes(resource.resource.attributes)
            for scoped in resource.scope_spans:
                source = Source(resource=attributes, scope=scoped.scope.name)
                for one in scoped.spans:
                    _add_span(found, source, one)
    else:
        for resource in request.resource_metrics:
            attributes = _attributes(resource.resource.attributes)
            for scoped in resource.scope_metrics:
                source = Source(resource=attributes, scope=scoped.scope.name)
                for one in scoped.metrics:
                    _add_metric(found, source, one)
    return found


def response(signal: str, rejected: Rejected) -> bytes:
    """Return the answer to a request that was taken, as a whole or in part."""
    make, field = _RESPONSES[signal]
    message = make()
    if rejected.count:
        setattr(message.partial_success, field, rejected.count)
        message.partial_success.error_message = rejected.why
    written: bytes = message.SerializeToString()
    return written


def _log(source: Source, one: Any) -> Log:
    return Log(
        source=source,
        at_ns=one.time_unix_nano or one.observed_time_unix_nano,
        severity=one.severity_number,
        severity_text=one.severity_text,
        body=_value(one.body),
        attributes=_attributes(one.attributes),
        trace_id=_id(one.trace_id, 16),
        span_id=_id(one.span_id, 8),
    )


def _add_span(found: Read, source: Source, one: Any) -> None:
    trace_id, span_id = _id(one.trace_id, 16), _id(one.span_id, 8)
    if not trace_id or not span_id:
        found.rejected.add("A span needs a trace id of 16 and a span id of 8 bytes.")
        return
    found.spans.append(
        Span(
            source=source,
            trace_id=trace_id,
            span_id=span_id,
            parent_span_id=_id(one.parent_span_id, 8),
            name=one.name,
            kind=one.kind,
            start_ns=one.start_time_unix_nano,
            end_ns=one.end_time_unix_nano,
            attributes=_attributes(one.attributes),
            events=tuple(
                SpanEvent(
                    name=event.name,
                    at_ns=event.time_unix_nano,
                    attributes=_attributes(event.attributes),
                )
                for event in one.events
            ),
            is_error=one.status.code == 2,
        )
    )


def _add_metric(found: Read, source: Source, one: Any) -> None:
    form = one.WhichOneof("data")
    if form is None:
        found.rejected.add("A metric is none of gauge, sum, histogram and summary.")
        return
    data = getattr(one, form)
    temporality = _TEMPORALITIES.get(getattr(data, "aggregation_temporality", 0))
    marks = {"otel.temporality": temporality} if temporality else {}
    is_counter = form == "sum" and data.is_monotonic
    kind = "counter" if is_counter else "gauge" if form in ("gauge", "sum") else "histogram"
    for point in data.data_points:
        try:
            measured = _measured(point, form)
        except ValueError as error:
            found.rejected.add(str(error))
            continue
        found.points.append(
            Point(
                source=source,
                name=one.name,
                unit=one.unit,
                kind=kind,
                at_ns=point.time_unix_nano,
                attributes=_attributes(point.attributes) | marks,
                **measured,
            )
        )


def _measured(point: Any, form: str) -> dict[str, Any]:
    if point.flags & 1:
        return {"value": None}
    if form in ("gauge", "sum"):
        held = point.WhichOneof("value")
        return {"value": _finite(getattr(point, held)) if held else None}
    if not point.count:
        return {"value": None}
    if form == "summary":
        ends = {one.quantile: one.value for one in point.quantile_values}
        total, least, most = point.sum, ends.get(0.0), ends.get(1.0)
    else:
        total = point.sum if point.HasField("sum") else None
        least = point.min if point.HasField("min") else None
        most = point.max if point.HasField("max") else None
    value = mean(point.count, total, least, most)
    if value is None:
        raise ValueError("A histogram without a sum, a minimum and a maximum says too little.")
    return {
        "value": _finite(value),
        "count": point.count,
        "total": total,
        "least": least,
        "most": most,
    }


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("The value is not a finite number.")
    return value


def _id(raw: bytes, size: int) -> str:
    return known_id(raw.hex()) if len(raw) == size else ""


def _attributes(pairs: Iterable[Any], depth: int = 0) -> dict[str, Any]:
    return {pair.key: _value(pair.value, depth) for pair in pairs if pair.key}


def _value(value: Any, depth: int = 0) -> Any:
    """Return an AnyValue as what it stands for."""
    held = value.WhichOneof("value")
    if held is None or depth > MAX_DEPTH:
        return None
    if held == "array_value":
        return [_value(one, depth + 1) for one in value.array_value.values]
    if held == "kvlist_value":
        return _attributes(value.kvlist_value.values, depth + 1)
    if held == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, held)
