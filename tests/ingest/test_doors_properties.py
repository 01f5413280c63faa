"""Whatever JSON is posted, every part of it is told apart, and what is an error can be written."""

from typing import Any
from uuid import UUID

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ids import ServiceId
from ingest.answers import Refused
from ingest.otlp import failures, json_form, protobuf, telemetry
from ingest.webhook import cloudflare, custom, vercel
from ingest.webhook.entries import Failure, entries_in
from tests.ingest.test_otlp import recorded
from tests.ingest.test_webhook import LOGPUSH, TAIL, VERCEL, an_error

SERVICE = ServiceId(UUID(int=7))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=20),
)


def nodes(names: list[str]) -> st.SearchStrategy[Any]:
    """JSON whose objects use the names that the readers look for."""
    return st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(st.sampled_from(names), inner, max_size=6),
        ),
        max_leaves=20,
    )


def changed(base: dict[str, Any], names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A good object of which some parts are anything."""
    return st.dictionaries(st.sampled_from(names), nodes(names), max_size=4).map(
        lambda odd: {**base, **odd}
    )


WORDS = ["error", "message", "stack", "type", "metadata", "tags", "user", "request", "timestamp"]


@given(changed(an_error(), [*WORDS, "url", "userAgent", "errors", "level", "id"]))
@settings(max_examples=200, deadline=None)
def test_any_object_posted_to_the_custom_webhook_is_told(entry: dict[str, Any]):
    for part in entries_in(orjson.dumps(entry)):
        told = custom.told(part)
        if isinstance(told, Failure):
            assert orjson.loads(orjson.dumps(told.document))


@given(changed(VERCEL, [*VERCEL, "userAgent"]))
@settings(max_examples=200, deadline=None)
def test_any_entry_of_a_drain_is_told(entry: dict[str, Any]):
    told = vercel.told(entry)
    if isinstance(told, Failure):
        assert orjson.loads(orjson.dumps(told.document))


@given(st.one_of(changed(TAIL, [*TAIL, "name"]), changed(LOGPUSH, [*LOGPUSH, "Message"])))
@settings(max_examples=200, deadline=None)
def test_any_invocation_is_told(entry: dict[str, Any]):
    for told in cloudflare.told(entry):
        if isinstance(told, Failure):
            assert orjson.loads(orjson.dumps(told.document))


OTLP = [
    *("resource", "attributes", "key", "value", "stringValue", "intValue", "doubleValue"),
    *("arrayValue", "kvlistValue", "values", "bytesValue", "traceId", "spanId", "events", "name"),
    *("timeUnixNano", "startTimeUnixNano", "kind", "status", "severityNumber", "body", "gauge"),
    *("sum", "histogram", "dataPoints", "count", "asInt", "asDouble", "quantileValues", "flags"),
]
FORMS = {
    "logs": ("resourceLogs", "scopeLogs", "logRecords"),
    "traces": ("resourceSpans", "scopeSpans", "spans"),
    "metrics": ("resourceMetrics", "scopeMetrics", "metrics"),
}
SPAN = {"traceId": "a" * 32, "spanId": "b" * 16, "name": "pay"}


@given(st.sampled_from(sorted(FORMS)), changed(SPAN, OTLP), nodes(OTLP))
@settings(max_examples=300, deadline=None)
def test_any_otlp_json_is_read_or_rejected(signal: str, record: dict[str, Any], resource: Any):
    resources, scopes, records = FORMS[signal]
    body = {resources: [{"resource": resource, scopes: [{records: [record]}]}]}

    _written(json_form.read(signal, orjson.dumps(body)))


@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=200), st.integers(0, 1500))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_protobuf_or_refused(signal: str, noise: bytes, at: int):
    whole = recorded(f"python-{signal}-1.pb")
    body = whole[:at] + noise + whole[at + len(noise) :]

    try:
        found = protobuf.read(signal, body)
    except Refused:
        return
    _written(found)


def _written(found: Any) -> None:
    for failure in [
        *failures.in_logs(found.logs, SERVICE),
        *failures.in_spans(found.spans, SERVICE),
    ]:
        assert orjson.dumps(failure.document, default=str)
    for count, payload in [
        *telemetry.span_payloads(found.spans),
        *telemetry.sample_payloads(found.points),
    ]:
        held = orjson.loads(payload)
        assert len(held.get("items", held.get("samples"))) == count
