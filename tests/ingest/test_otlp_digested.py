"""OpenTelemetry through the digest: what its real SDK sends, and what is stored of it."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from persistence import bodies
from persistence.database import SYSTEM, Database
from tests.application.telemetry import digested, rows
from tests.domain.recorded import ENVELOPES
from tests.house import Tenant
from tests.ingest.doors import Door, a_door

RESOURCE = Resource.create({"service.name": "shop", "service.version": "9", "host.name": "web-7"})


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


async def export(door: Door, signal: str, body: bytes, kind: str = "application/x-protobuf"):
    headers = {"content-type": kind, "x-tocsin-key": door.tenant.key.public_key}
    answer = await door.post(body, path=f"/v1/{signal}", headers=headers)
    assert answer.status_code == 200


async def stored(database: Database, tenant: Tenant) -> list[dict[str, Any]]:
    """The bodies of the tenant's occurrences."""
    async with database.raw_reading(SYSTEM) as db:
        found = await db.fetch(
            "SELECT body_format, body FROM occurrences WHERE organization_id = $1"
            " ORDER BY occurred_at",
            tenant.organization,
        )
    return [json.loads(bodies.unpack(row["body_format"], row["body"])) for row in found]


def charge(card: str) -> None:
    raise PermissionError(f"card {card} was refused")


def a_failing_request() -> tuple[bytes, bytes]:
    """Let the real SDK see a failure that is logged in the span that it then leaves."""
    spans, logs = InMemorySpanExporter(), InMemoryLogRecordExporter()
    traced, logged = TracerProvider(resource=RESOURCE), LoggerProvider(resource=RESOURCE)
    traced.add_span_processor(SimpleSpanProcessor(spans))
    logged.add_log_record_processor(SimpleLogRecordProcessor(logs))
    tracer = traced.get_tracer("shop.pay")
    with contextlib.suppress(PermissionError), tracer.start_as_current_span("POST /pay"):
        try:
            with tracer.start_as_current_span("charge"):
                charge("gold")
        except PermissionError as error:
            logged.get_logger("shop").emit(
                severity_number=SeverityNumber.ERROR, body="payment failed", exception=error
            )
            raise
    return (
        encode_spans(spans.get_finished_spans()).SerializeToString(),
        encode_logs(logs.get_finished_logs()).SerializeToString(),
    )


async def test_what_the_real_sdk_sends_is_one_occurrence_with_frames(
    door: Door, database: Database, tenant: Tenant
):
    traces, logs = a_failing_request()

    for _ in range(2):
        await export(door, "traces", traces)
        await export(door, "logs", logs)
    await digested(database)

    [error] = await rows(database, tenant, "errors", "id")
    assert error["title"] == "PermissionError: card gold was refused"
    assert error["occurrence_count"] == 1
    [body] = await stored(database, tenant)
    [exception] = body["exception"]["values"]
    last = exception["stacktrace"]["frames"][-1]
    assert (last["function"], last["in_app"]) == ("charge", True)
    assert last["context_line"] == 'raise PermissionError(f"card {card} was refused")'
    assert (body["transaction"], body["release"], body["server_name"]) == (
        "POST /pay",
        "9",
        "web-7",
    )


async def test_recorded_failures_have_their_causes_and_their_time(
    door: Door, database: Database, tenant: Tenant
):
    for name in ("traces-1", "logs-1"):
        await export(
            door, name.partition("-")[0], (ENVELOPES / f"otlp/python-{name}.pb").read_bytes()
        )
    await digested(database)

    logged, raised = await stored(database, tenant)
    assert [each["type"] for each in logged["exception"]["values"]] == ["ZeroDivisionError"]
    cause, outer = raised["exception"]["values"]
    assert (cause["type"], outer["type"]) == ("ZeroDivisionError", "RuntimeError")
    assert [(f["function"], f["in_app"]) for f in outer["stacktrace"]["frames"]] == [
        ("use_span", False),
        ("start_as_current_span", False),
        ("<module>", True),
    ]
    assert cause["stacktrace"] == logged["exception"]["values"][0]["stacktrace"]


async def test_metrics_and_spans_are_stored_as_samples(
    door: Door, database: Database, tenant: Tenant
):
    for name in ("traces-1", "metrics-1"):
        for _ in range(2):
            await export(
                door, name.partition("-")[0], (ENVELOPES / f"otlp/python-{name}.pb").read_bytes()
            )
    await digested(database)

    found = await rows(database, tenant, "metric_samples", "name", "name, unit, endpoint_path")
    assert [row["name"] for row in found] == [
        "checkouts",
        "database_query_time",
        "latency",
        "response_time",
    ]
