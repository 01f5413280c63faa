"""The door of OpenTelemetry: recorded requests in both encodings, and what is made of them."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from persistence.database import Database
from tests.domain.recorded import ENVELOPES
from tests.house import Tenant
from tests.ingest.doors import Door, Stored, a_door

pytestmark = pytest.mark.timeout(60)

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


def recorded(name: str) -> bytes:
    return (ENVELOPES / "otlp" / name).read_bytes()


async def export(door: Door, signal: str, body: bytes, kind: str = PROTOBUF, **headers: str):
    sent = {"content-type": kind, "x-tocsin-key": door.tenant.key.public_key, **headers}
    return await door.post(body, path=f"/v1/{signal}", headers=sent)


async def events(door: Door) -> list[Stored]:
    return [row for row in await door.stored() if row.kind == "event"]


async def container(door: Door, kind: str) -> dict[str, Any]:
    [row] = [row for row in await door.stored() if row.kind == kind]
    return json.loads(row.body.partition(b"\n")[2])


async def test_an_exception_of_a_python_span_becomes_an_event(door: Door):
    answer = await export(door, "traces", recorded("python-traces-1.pb"))

    assert (answer.status_code, answer.headers["content-type"]) == (200, PROTOBUF)
    assert ExportTraceServiceResponse.FromString(answer.content) == ExportTraceServiceResponse()
    [row] = await events(door)
    event = row.event
    [exception] = event["exception"]["values"]
    assert (exception["type"], exception["value"]) == ("RuntimeError", "checkout failed")
    assert "handled" not in exception["mechanism"]
    assert exception["stacktrace"].startswith("Traceback (most recent call last):")
    assert {name: event[name] for name in ("platform", "release", "environment")} == {
        "platform": "python",
        "release": "1.2.3",
        "environment": "test",
    }
    assert event["transaction"] == "POST /orders/{id}"
    assert event["tags"]["service.name"] == "shop"
    assert event["user"] == {"id": "u42"}
    assert event["request"] == {"url": "/orders/7", "method": "POST"}
    assert event["contexts"]["trace"] == {
        "trace_id": "ce40dfe00722251f3bc71aa818a3d21a",
        "span_id": "0850172d488538e7",
    }
    assert event["timestamp"] == pytest.approx(1795228662.246353, abs=1e-5)


async def test_spans_are_handed_over_in_the_form_of_the_sdks(door: Door):
    await export(door, "traces", recorded("python-traces-1.pb"))

    [query, request] = (await container(door, "span"))["items"]
    assert (query["name"], query["is_segment"], request["is_segment"]) == ("db", False, True)
    assert query["parent_span_id"] == request["span_id"] == "0850172d488538e7"
    assert request["status"] == "error"
    assert request["attributes"]["http.response.status_code"] == {"value": 500, "type": "integer"}
    assert request["attributes"]["sentry.op"] == {"value": "http.server", "type": "string"}
    assert query["attributes"]["sentry.op"]["value"] == "db"
    assert request["end_timestamp"] - request["start_timestamp"] == pytest.approx(0.00259, 0.01)


async def test_log_records_that_are_no_failure_are_counted_only(door: Door):
    answer = await export(
        door,
        "logs",
        gzip.compress(recorded("python-logs-1.pb")),
        **{"content-encoding": "gzip"},
    )

    assert answer.status_code == 200
    [row] = await door.stored()
    assert row.event["message"] == "payment failed"
    assert row.event["exception"]["values"][0]["type"] == "ZeroDivisionError"
    assert row.event["logger"] == "shop"
    assert await door.outcomes() == {("unsupported", "log_item", "not_a_failure"): 1}


def _logged_too() -> bytes:
    """The log record that Python's handler would have made of the span's own exception."""
    trace = ExportTraceServiceRequest.FromString(recorded("python-traces-1.pb"))
    [raised] = trace.resource_spans[0].scope_spans[0].spans[1].events
    logs = ExportLogsServiceRequest.FromString(recorded("python-logs-1.pb"))
    record = logs.resource_logs[0].scope_logs[0].log_records[1]
    del record.attributes[:]
    record.attributes.extend(raised.attributes)
    return logs.SerializeToString()


async def test_both_forms_of_one_failure_have_one_id(door: Door):
    for _ in range(2):
        await export(door, "traces", recorded("python-traces-1.pb"))
        await export(door, "logs", _logged_too())

    assert len({row.event_id for row in await events(door)}) == 1
    spans = [row.event_id for row in await door.stored() if row.kind == "span"]
    assert len(spans) == 2
    assert len(set(spans)) == 1


async def test_an_exception_that_passes_through_spans_is_one(door: Door):
    request = ExportTraceServiceRequest.FromString(recorded("python-traces-1.pb"))
    inner, outer = request.resource_spans[0].scope_spans[0].spans
    inner.events.extend(outer.events)

    await export(door, "traces", request.SerializeToString())

    [row] = await events(door)
    assert row.event["contexts"]["trace"]["span_id"] == outer.span_id.hex()


async def test_javascript_in_json_gives_the_same_as_protobuf_would(door: Door):
    traces = await export(door, "traces", recorded("javascript-json-traces-1.json"), JSON)
    logs = await export(door, "logs", recorded("javascript-json-logs-1.json"), JSON)

    assert [(each.status_code, each.json()) for each in (traces, logs)] == [(200, {})] * 2
    of_span, of_log = [row.event for row in await events(door)]
    assert of_span["exception"] == of_log["exception"]
    assert of_span["request"] == {"url": "http://localhost/cart"}
    assert of_span["contexts"]["trace"]["trace_id"] == "6f2979b638a419f3e757fd613d1831c5"
    assert of_span["tags"]["session.id"] == of_log["tags"]["session.id"] == "s1"
    assert of_span["contexts"]["otel"]["attributes"]["n"] == 3
    [span] = (await container(door, "span"))["items"]
    assert span["attributes"]["tags"] == {"value": ["a", "b"], "type": "array"}
    assert span["is_segment"]


async def test_metrics_become_samples(door: Door):
    await export(door, "metrics", recorded("python-metrics-1.pb"))

    counter, histogram = (await container(door, "metric"))["samples"]
    assert {name: counter[name] for name in ("name", "value", "kind", "at")} == {
        "name": "checkouts",
        "value": 1,
        "kind": "counter",
        "at": "2026-11-21T02:37:42.255375+00:00",
    }
    assert counter["attributes"]["plan"] == "pro"
    assert counter["attributes"]["otel.temporality"] == "cumulative"
    assert {n: histogram[n] for n in ("kind", "unit", "value", "count", "sum", "min", "max")} == {
        "kind": "histogram",
        "unit": "ms",
        "value": 12.5,
        "count": 1,
        "sum": 12.5,
        "min": 12.5,
        "max": 12.5,
    }


async def test_json_metrics_of_every_form(door: Door):
    point = {"timeUnixNano": "1795228662000000000"}
    metrics = [
        {"name": "temperature", "gauge": {"dataPoints": [{**point, "asDouble": 3.5}]}},
        {
            "name": "orders",
            "sum": {
                "aggregationTemporality": 1,
                "isMonotonic": True,
                "dataPoints": [{**point, "asInt": "7"}, {**point, "asDouble": "NaN"}],
            },
        },
        {
            "name": "sizes",
            "exponentialHistogram": {
                "dataPoints": [{**point, "count": "4", "sum": 8, "scale": 1}, {**point, "count": 0}]
            },
        },
        {
            "name": "waits",
            "summary": {
                "dataPoints": [
                    {
                        **point,
                        "count": "2",
                        "sum": 3,
                        "quantileValues": [{"value": 1}, {"quantile": 1, "value": 2}],
                    }
                ]
            },
        },
        {"name": "nothing"},
    ]
    body = {"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]}

    answer = await export(door, "metrics", json.dumps(body).encode(), JSON)

    assert answer.json() == {
        "partialSuccess": {
            "rejectedDataPoints": "2",
            "errorMessage": "asDouble is not a finite number.",
        }
    }
    samples = (await container(door, "metric"))["samples"]
    assert [(one["name"], one["kind"], one["value"]) for one in samples] == [
        ("temperature", "gauge", 3.5),
        ("orders", "counter", 7),
        ("sizes", "histogram", 2),
        ("waits", "histogram", 1.5),
    ]
    assert samples[1]["attributes"] == {"otel.temporality": "delta"}
    assert (samples[3]["min"], samples[3]["max"]) == (1, 2)


async def test_large_requests_are_split(door: Door):
    request = ExportMetricsServiceRequest.FromString(recorded("python-metrics-1.pb"))
    points = request.resource_metrics[0].scope_metrics[0].metrics[0].sum.data_points
    points.extend([points[0]] * 1200)

    await export(door, "metrics", request.SerializeToString())

    counts = [row.headers["item_count"] for row in await door.stored()]
    assert counts == [500, 500, 202]


async def test_a_logged_error_without_an_exception_is_an_event_of_its_moment(door: Door):
    logs = ExportLogsServiceRequest.FromString(recorded("python-logs-1.pb"))
    records = logs.resource_logs[0].scope_logs[0].log_records
    del records[0]
    del records[0].attributes[:]
    records[0].body.CopyFrom(
        AnyValue(kvlist_value={"values": [KeyValue(key="message", value={"string_value": "off"})]})
    )
    records.append(records[0])
    records[1].time_unix_nano += 1
    records[1].severity_number = 21

    await export(door, "logs", logs.SerializeToString())

    found = [row.event for row in await events(door)]
    assert [(each["message"], each["level"]) for each in found] == [
        ("off", "error"),
        ("off", "fatal"),
    ]


@pytest.mark.parametrize(
    "path",
    ["/v1/logs", "/otlp/v1/logs/", "/api/{}/otlp/v1/logs", "/x/api/{}/integration/otlp/v1/logs"],
)
@pytest.mark.parametrize(
    "header",
    [
        ("authorization", "Bearer {}"),
        ("authorization", "Sentry sentry_key={}"),
        ("x-sentry-auth", "sentry sentry_key={}"),
        ("x-tocsin-key", "{}"),
    ],
)
async def test_every_path_and_every_place_of_the_key(door: Door, path: str, header):
    name, said = header
    key = door.tenant.key

    answer = await door.post(
        recorded("python-logs-1.pb"),
        path=path.format(key.service_number),
        headers={"content-type": PROTOBUF, name: said.format(key.public_key)},
    )

    assert answer.status_code == 200
    assert len(await door.stored()) == 1


async def test_a_bearer_token_beside_a_key_is_the_proxys(door: Door):
    answer = await export(
        door, "logs", recorded("python-logs-1.pb"), authorization="Bearer test-token"
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "body", "headers", "status", "code"),
    [
        (JSON, b"{", {}, 400, 3),
        (JSON, b"[]", {}, 400, 3),
        (PROTOBUF, b"\xff\xff", {}, 400, 3),
        (JSON, b"{}", {"x-tocsin-key": "f" * 32}, 403, 7),
        (PROTOBUF, b"", {"x-tocsin-key": ""}, 401, 16),
        (JSON, b"{}", {"content-encoding": "rot13"}, 415, 3),
        (JSON, b"{}", {"content-length": "300000000"}, 413, 8),
    ],
)
async def test_a_refusal_is_a_status_in_the_requests_encoding(
    door: Door, kind: str, body: bytes, headers: dict[str, str], status: int, code: int
):
    answer = await export(door, "logs", body, kind, **headers)

    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    if kind == JSON:
        assert answer.json()["code"] == code
        assert answer.json()["message"].endswith(".")
    else:
        assert answer.content[:3] == bytes([8, code, 0x12])
    assert await door.stored() == []


async def test_what_is_no_record_is_rejected_and_the_rest_is_taken(door: Door):
    request = json.loads(recorded("javascript-json-traces-1.json"))
    spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
    spans += [{**spans[0], "traceId": "xyz"}, "no span", None]
    spans[0]["attributes"] += [{"key": "big", "value": {"intValue": "9" * 20}}, None, {"key": 1}]

    answer = await export(door, "traces", json.dumps(request).encode(), JSON)

    assert answer.json()["partialSuccess"]["rejectedSpans"] == "3"
    [span] = (await container(door, "span"))["items"]
    assert span["attributes"]["big"]["value"] == "9" * 20
    assert await door.outcomes() == {("invalid", "span", "otlp"): 3}


async def test_an_empty_request_is_taken(door: Door):
    answers = [await export(door, "logs", b""), await export(door, "logs", b"", JSON)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert ExportLogsServiceResponse.FromString(answers[0].content).partial_success is not None
