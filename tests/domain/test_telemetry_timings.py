"""Transactions and spans: the numbers that real SDKs measured, and what hostile ones become."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from domain.failures import Invalid
from domain.telemetry import CONTAINER, Telemetry, Vital, read_spans, read_transaction
from domain.telemetry.kinds import ConnectionType, DeviceType, PerformanceRating
from tests.domain.recorded import RECEIVED_AT, recorded_item

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def recorded(name: str) -> Telemetry:
    """What a recorded transaction or span item says."""
    kind = "span" if "pagehide" in name or "javascript-11" in name or "streamed" in name else None
    header, payload = recorded_item(name, kind or "transaction")
    if kind is None:
        return read_transaction(payload, received_at=RECEIVED_AT, sent_at=None)
    form = header.get("content_type", "")
    return read_spans(payload, content_type=form, received_at=RECEIVED_AT, sent_at=None)


def a_transaction(**attributes: object) -> Telemetry:
    body = {
        "start_timestamp": START.isoformat(),
        "timestamp": (START + timedelta(seconds=1)).isoformat(),
        "transaction": "/pay",
        **attributes,
    }
    return read_transaction(json.dumps(body).encode(), received_at=RECEIVED_AT, sent_at=None)


TIMES = {
    "sentry-python-1/transaction-1": ("invoice.send", "task", None, 20.711),
    "sentry-python-1/flask-unhandled-2": ("order", "http.server", "internal_error", 11.127),
    "sentry-python-2/starlette-transaction-1": ("/ok", "http.server", "ok", 21.705),
    "sentry-python-2/django-unhandled-2": (
        "/orders/{id}/",
        "http.server",
        "internal_error",
        168.771,
    ),
    "sentry-python-2/streamed-1": ("/ok", "http.server", "ok", 21.513),
    "sentry-javascript-7/tracing-pageload-2": ("/www/page7.html", "pageload", None, 1192.1),
    "sentry-javascript-10/tracing-pageload-2": ("/www/page10.html", "pageload", "ok", 1048.8),
    "sentry-javascript-11/tracing-pageload-2": ("Pageload", "pageload", "ok", 1490.1),
}


@pytest.mark.parametrize("name", TIMES)
def test_a_recorded_answer_becomes_one_response_time(name: str):
    endpoint, op, status, duration = TIMES[name]

    said = recorded(name)

    [sample] = [one for one in said.samples if one.name == "response_time"]
    assert said.transactions == 1
    assert (sample.origin.endpoint_path, sample.op, sample.status) == (endpoint, op, status)
    assert (sample.value, sample.unit) == (pytest.approx(duration, abs=0.001), "ms")
    assert (sample.origin.release, sample.origin.environment) == ("shop@1.2.3", "test")
    assert len(sample.origin.trace_id or "") == 32


def test_queries_are_summed_up_for_each_transaction():
    django = recorded("sentry-python-2/django-unhandled-2")
    python = recorded("sentry-python-1/transaction-1")

    [one] = [s for s in django.samples if s.name == "database_query_time"]
    assert (one.count, one.total, one.value) == (2, 1.333, 0.666)
    assert (one.least, one.most, one.unit) == (0.456, 0.877, "ms")
    [other] = [s for s in python.samples if s.name == "database_query_time"]
    assert (other.count, other.value) == (1, 20.131)
    assert django.spans == 5


def test_a_programs_own_measurement_keeps_its_name():
    [rows] = [s for s in recorded("sentry-python-2/transaction-1").samples if s.name == "rows"]

    assert (rows.value, rows.unit, rows.metric_type.value) == (42, "count", "custom")


VITALS = {
    "sentry-javascript-7/tracing-pageload-2": (
        "/www/page7.html",
        {"lcp": 116, "cls": 0.0036, "fcp": 116, "ttfb": 12.5, "fid": 2.6, "fp": 116},
    ),
    "sentry-javascript-10/tracing-pageload-2": (
        "/www/page10.html",
        {"lcp": 52, "cls": 0.0036, "fcp": 52, "ttfb": 4.5, "fp": 52},
    ),
    "sentry-javascript-10/tracing-pagehide-1": ("/www/page10.html", {"inp": 8}),
    "sentry-javascript-11/tracing-pageload-2": (
        "/www/page.html",
        {"lcp": 120, "fcp": 120, "ttfb": 5.8, "fp": 120},
    ),
    "sentry-javascript-11/tracing-pagehide-1": (None, {"inp": 16, "cls": 0.0036}),
}


@pytest.mark.parametrize("name", VITALS)
def test_web_vitals_are_the_same_in_both_forms(name: str):
    page, values = VITALS[name]

    [vitals] = recorded(name).vitals

    assert {vital.value: value for vital, value in vitals.values.items()} == values
    assert vitals.page == page
    assert vitals.rating is PerformanceRating.GOOD
    assert vitals.origin.device_type is DeviceType.BOT  # a browser without a head
    assert vitals.origin.release == "shop@1.2.3"


def test_what_is_measured_at_the_end_of_a_view_names_the_same_session():
    [load] = recorded("sentry-javascript-11/tracing-pageload-2").vitals
    [left] = recorded("sentry-javascript-11/tracing-pagehide-1").vitals

    assert load.origin.session_id == left.origin.session_id == "94cdd26535f7e802"
    assert load.origin.page_url == "http://localhost:8200/www/page.html"
    assert load.origin.connection_type is ConnectionType.G4


def test_an_interaction_is_no_answer():
    assert recorded("sentry-javascript-10/tracing-pagehide-1").samples == ()
    assert recorded("sentry-javascript-11/tracing-pagehide-1").samples == ()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-21T02:00:01Z", "2026-11-21T02:00:00Z"),
        (None, "2026-11-21T02:00:00Z"),
        ("NaN", 1),
        (0, 1e300),
        ([], {}),
        ("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_transaction_without_a_believable_duration_is_refused(start: object, end: object):
    with pytest.raises(Invalid):
        a_transaction(start_timestamp=start, timestamp=end)


def test_odd_values_are_left_out_and_the_rest_is_kept():
    said = a_transaction(
        contexts={"trace": {"trace_id": 7, "op": ["x"], "status": "s" * 500}},
        measurements={
            "lcp": {"value": "NaN"},
            "cls": {"value": -1},
            "ttfb": {"value": 1e308},
            "fcp": {"value": "1.5", "unit": "second"},
            "inp": 7,
            "": {"value": 1},
            "endless": {"value": float("inf")},
            "mine": {"value": "3"},
        },
        spans=[{"op": "db", "start_timestamp": 2, "timestamp": 1}, 7, None, {"op": {}}],
        request=[["url", "https://ana:pw@shop.example/a?token=x#y"], 1],
        user="u",
        tags=[["session_id", "s-1"]],
    )

    assert {one.name for one in said.samples} == {"response_time", "mine"}
    [vitals] = said.vitals
    assert vitals.values == {Vital.FCP: 1500}
    [answer] = [one for one in said.samples if one.name == "response_time"]
    assert (answer.op, len(answer.status or ""), answer.origin.trace_id) == (None, 50, None)
    assert answer.origin.page_url == "https://shop.example/a"
    assert answer.origin.session_id == "s-1"


def test_a_clock_that_runs_ahead_is_not_believed():
    said = a_transaction(start_timestamp="2027-01-01T00:00:00Z", timestamp="2027-01-01T00:00:01Z")

    assert {one.measured_at for one in said.samples} == {RECEIVED_AT}


def test_ten_thousand_spans_are_one_sum():
    spans = [
        {"op": "db.query", "start_timestamp": 10 + n, "timestamp": 10.5 + n} for n in range(10_000)
    ]

    said = a_transaction(spans=spans)

    [queries] = [one for one in said.samples if one.name == "database_query_time"]
    assert (queries.count, queries.value, len(said.samples)) == (10_000, 500, 2)


def a_span(number: int, **attributes: object) -> dict[str, object]:
    return {
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "span_id": f"{number:016x}",
        "name": "SELECT",
        "start_timestamp": START.timestamp(),
        "end_timestamp": START.timestamp() + 0.25,
        "attributes": {},
        **attributes,
    }


def of_container(*spans: object) -> Telemetry:
    payload = json.dumps({"items": spans}).encode()
    return read_spans(payload, content_type=CONTAINER, received_at=RECEIVED_AT, sent_at=None)


def test_queries_of_a_container_are_summed_up_by_segment():
    segment = a_span(1, is_segment=True, name="/pay", attributes={"sentry.op": {"value": "rpc"}})
    query = {"db.system": {"value": "postgresql", "type": "string"}}
    children = [a_span(n, parent_span_id=f"{1:016x}", attributes=query) for n in (2, 3)]
    between = a_span(5, parent_span_id=f"{1:016x}")
    children.append(a_span(6, parent_span_id=f"{5:016x}", attributes=query))
    elsewhere = a_span(4, parent_span_id=f"{9:016x}", attributes=query)
    endless = a_span(7, parent_span_id=f"{7:016x}", attributes=query)

    said = of_container(*children, between, segment, elsewhere, endless)

    queries = [one for one in said.samples if one.name == "database_query_time"]
    assert [(one.count, one.value) for one in queries] == [(3, 250), (1, 250), (1, 250)]
    assert queries[0].origin.endpoint_path == "/pay"
    assert (said.transactions, said.spans) == (1, 7)
    assert len({one.key for one in said.samples}) == 4


def test_a_container_keeps_what_can_be_read():
    said = of_container(7, {}, {"span_id": None}, a_span(1, is_segment=True, end_timestamp="?"))

    assert (said.samples, said.spans, said.unreadable) == ((), 1, 3)


@pytest.mark.parametrize("payload", [b"{}", b'{"items":[]}', b'{"items":{"a":1}}', b"[1]", b"\xff"])
def test_an_item_without_a_span_is_refused(payload: bytes):
    with pytest.raises(Invalid):
        read_spans(payload, content_type="", received_at=RECEIVED_AT, sent_at=None)
