"""Transactions: what SDKs before spans-only tracing send of a request, a task or a page load."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.events.columns import headers_of, session_id_of, user_ref_of
from domain.failures import Invalid
from domain.telemetry.devices import connection_type_of, device_type_of
from domain.telemetry.kinds import MetricType
from domain.telemetry.ratings import Vital, kept
from domain.telemetry.reading import (
    ENDPOINT,
    NAME,
    PAGE,
    USER_AGENT,
    WORD,
    document_of,
    duration_ms_of,
    mapping_of,
    mappings_of,
    metadata_of,
    moment_of,
    number_of,
    path_of,
    plain_url,
    text_of,
    trace_id_of,
)
from domain.telemetry.samples import Origin, Sample, Telemetry, Vitals
from domain.telemetry.timings import Answer, is_query, query_time, response_time
from domain.telemetry.units import unit_of

MAX_MEASUREMENTS = 10
_VITALS = frozenset(vital.value for vital in Vital)
# What SDKs measure by themselves beside the vitals, and nobody asks for.
_BESIDE = ("connection.", "ttfb.", "lcp.", "cls.", "inp.")


def read_transaction(
    payload: bytes, *, received_at: datetime, sent_at: datetime | None
) -> Telemetry:
    """Return what a transaction says, or raise Invalid when it has no duration."""
    body = document_of(payload)
    duration = duration_ms_of(body.get("start_timestamp"), body.get("timestamp"))
    if duration is None:
        raise Invalid("A transaction needs a start and an end after it.", field="timestamp")
    at = moment_of(body.get("timestamp"), received_at, sent_at)
    trace = mapping_of(mapping_of(body.get("contexts")).get("trace"))
    origin = _origin(body, trace)
    spans = mappings_of(body.get("spans"))
    op = text_of(trace.get("op"), NAME)
    answer = Answer(
        key="transaction",
        origin=origin,
        at=at,
        duration_ms=duration,
        op=op,
        status=text_of(trace.get("status"), WORD),
        metadata=_metadata(body, trace, len(spans)),
    )
    queries = query_time(
        list(_query_durations(spans)), key="transaction", origin=origin, at=at, op=op
    )
    measured = mapping_of(body.get("measurements"))
    samples = [response_time(answer), *_measured(measured, origin, at, op)]
    return Telemetry(
        samples=tuple(samples if queries is None else [*samples, queries]),
        vitals=tuple(_vitals(measured, origin, at, body)),
        transactions=1,
        spans=len(spans),
    )


def vitals_in(measurements: Mapping[str, Any]) -> dict[Vital, float]:
    """Return the web vitals among measurements; a value that cannot be one is left out."""
    found = {}
    for vital in Vital:
        measured = mapping_of(measurements.get(vital.value))
        value = number_of(measured.get("value"))
        if value is not None and vital is not Vital.CLS:
            value *= unit_of(measured.get("unit") or "ms")[1]
        if (value := kept(vital, value)) is not None:
            found[vital] = value
    return found


def _vitals(
    measured: Mapping[str, Any], origin: Origin, at: datetime, body: Mapping[str, Any]
) -> Iterator[Vitals]:
    if values := vitals_in(measured):
        page = text_of(body.get("transaction"), PAGE)
        yield Vitals(key="transaction", origin=origin, page=page, measured_at=at, values=values)


def _origin(body: Mapping[str, Any], trace: Mapping[str, Any]) -> Origin:
    contexts, tags = mapping_of(body.get("contexts")), mapping_of(body.get("tags"))
    request, data = mapping_of(body.get("request")), mapping_of(trace.get("data"))
    headers = headers_of({"headers": mapping_of(request.get("headers"))})
    user_agent = text_of(headers.get("user-agent"), USER_AGENT)
    url = plain_url(request.get("url"))
    sessions = {"session": mapping_of(contexts.get("session"))}
    named = {name: text for name in tags if (text := text_of(tags[name])) is not None}
    connection = data.get("effectiveConnectionType") or tags.get("effectiveConnectionType")
    return Origin(
        release=text_of(body.get("release")),
        environment=text_of(body.get("environment")),
        trace_id=trace_id_of(trace.get("trace_id")),
        session_id=session_id_of(named, sessions),
        user_ref=user_ref_of(mapping_of(body.get("user"))),
        page_url=url,
        endpoint_path=text_of(body.get("transaction"), ENDPOINT) or path_of(url),
        user_agent=user_agent,
        device_type=device_type_of(user_agent),
        connection_type=connection_type_of(text_of(connection, WORD)),
    )


def _metadata(
    body: Mapping[str, Any], trace: Mapping[str, Any], spans: int
) -> dict[str, str | float | bool]:
    response = mapping_of(mapping_of(body.get("contexts")).get("response"))
    return metadata_of(
        {
            "method": mapping_of(body.get("request")).get("method"),
            "status_code": response.get("status_code"),
            "source": mapping_of(body.get("transaction_info")).get("source"),
            "span_id": trace.get("span_id"),
            "spans": spans,
        }
    )


def _query_durations(spans: list[dict[str, Any]]) -> Iterator[float]:
    for span in spans:
        if is_query(text_of(span.get("op"), NAME)):
            duration = duration_ms_of(span.get("start_timestamp"), span.get("timestamp"))
            if duration is not None:
                yield duration


def _measured(
    measurements: Mapping[str, Any], origin: Origin, at: datetime, op: str | None
) -> Iterator[Sample]:
    """Yield what a program measured for itself, under its own names."""
    left = MAX_MEASUREMENTS
    for name, measured in measurements.items():
        if not left or name in _VITALS or name.startswith(_BESIDE) or not name.strip():
            continue
        value = number_of(mapping_of(measured).get("value"))
        if value is None:
            continue
        left -= 1
        unit, factor = unit_of(mapping_of(measured).get("unit"))
        yield Sample(
            key=f"measurement:{name}",
            origin=origin,
            name=text_of(name, NAME) or name[:NAME],
            metric_type=MetricType.CUSTOM,
            value=value * factor,
            unit=unit,
            measured_at=at,
            op=op,
        )
