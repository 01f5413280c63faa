"""Sessions, check-ins, client reports and metrics: what is read of them, and what is refused."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from domain.failures import Invalid
from domain.telemetry import (
    Vital,
    rating_of,
    read_check_in,
    read_client_report,
    read_metrics,
    read_session,
    read_sessions,
)
from domain.telemetry.devices import connection_type_of, device_type_of
from domain.telemetry.reading import plain_url
from tests.domain.recorded import EVENT_ID, RECEIVED_AT, recorded_item

TIMES = {"received_at": RECEIVED_AT, "sent_at": None}
SID = "9d2c35aed41648d0918353b5138ab828"


def a_session(**attributes: object):
    body = {"sid": SID, "init": True, "status": "ok", "errors": 0, **attributes}
    return read_session(json.dumps(body).encode(), event_id=EVENT_ID, **TIMES)


def metrics(*samples: dict[str, object], **times: object):
    payload = json.dumps({"samples": samples}).encode()
    return read_metrics(payload, **(TIMES | times)).samples


SESSIONS = {
    "sentry-javascript-7/error-2": ("crashed", False),
    "sentry-javascript-10/error-2": ("exited", False),
    "sentry-javascript-10/429-2": ("errored", False),
    "sentry-javascript-11/error-1": ("ok", True),
    "sentry-javascript-11/error-2": ("unhandled", False),
    "sentry-javascript-11/react-error-boundary-1": ("errored", True),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_recorded_session_says_how_it_went(name: str):
    _, payload = recorded_item(name, "session")

    session = read_session(payload, event_id=EVENT_ID, **TIMES)

    assert (session.status, session.is_new) == SESSIONS[name]
    assert (session.place.release, session.place.environment) == ("shop@1.2.3", "test")
    assert session.place.hour.isoformat() == "2026-11-21T02:00:00+00:00"


def test_recorded_aggregates_are_counts():
    _, payload = recorded_item("sentry-python-2/starlette-transaction-4", "sessions")

    counted = read_sessions(payload, **TIMES)

    assert [(one.status, one.quantity) for one in counted] == [("exited", 1), ("crashed", 1)]
    assert {one.place.release for one in counted} == {"shop@1.2.3"}


def test_odd_sessions_are_mended_or_refused():
    assert a_session(sid=SID, errors="2").status == "errored"
    assert a_session(errors=-4).status == "ok"
    assert a_session(sid=None).id == EVENT_ID
    assert a_session(sid="my own id").id == a_session(sid="my own id").id
    assert a_session(started="2099-01-01T00:00:00Z").started_at == RECEIVED_AT
    assert a_session(attrs=[1]).place.release == ""
    with pytest.raises(Invalid, match="status"):
        a_session(status="dancing")
    with pytest.raises(Invalid, match="too old"):
        a_session(init=False, started=(RECEIVED_AT - timedelta(days=3)).isoformat())
    with pytest.raises(Invalid):
        read_sessions(b'{"aggregates":[{"exited":-1,"crashed":"x"},7]}', **TIMES)


def test_a_recorded_check_in_brings_its_schedule():
    _, payload = recorded_item("sentry-python-2/checkin-2", "check_in")

    one = read_check_in(payload, **TIMES)

    assert (one.slug, one.status, one.environment) == ("nightly-invoices", "ok", "test")
    assert one.check_in_id == UUID("129287a59a4c4e9d88b506778aa36bcc")
    assert one.duration_ms == 51.174
    config = one.config
    assert config is not None
    assert (config.schedule.kind, config.schedule.value) == ("crontab", "*/5 * * * *")
    assert (config.timezone, config.checkin_margin_minutes) == ("Europe/Berlin", 2)
    assert (config.max_runtime_minutes, config.failure_issue_threshold) == (10, 2)


@pytest.mark.parametrize(
    "schedule",
    [
        {"type": "crontab", "value": "every now and then"},
        {"type": "crontab", "value": 7},
        {"type": "interval", "value": 0, "unit": "day"},
        {"type": "interval", "value": 2, "unit": "fortnight"},
        "hourly",
        None,
    ],
)
def test_a_schedule_that_makes_no_sense_changes_nothing(schedule: object):
    body = {"monitor_slug": "Nightly Run!", "status": "ok", "duration": -5, "check_in_id": "0" * 32}

    one = read_check_in(
        json.dumps({**body, "monitor_config": {"schedule": schedule}}).encode(), **TIMES
    )

    assert (one.slug, one.config, one.duration_ms, one.check_in_id) == (
        "nightly-run",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("body", [{"status": "ok"}, {"monitor_slug": "a", "status": "fine"}])
def test_a_check_in_without_a_name_or_status_is_refused(body: dict[str, object]):
    with pytest.raises(Invalid):
        read_check_in(json.dumps(body).encode(), **TIMES)


def test_client_reports_are_counted_and_bounded():
    _, recorded = recorded_item("sentry-python-2/clientreport-1", "client_report")
    odd = {"reason": None, "category": "span", "quantity": 2}
    worse = [{"category": "a", "quantity": -1}, {"category": 7}, 7, {"quantity": 1}, odd, odd]

    assert read_client_report(recorded) == {("error", "before_send"): 3}
    assert read_client_report(json.dumps({"discarded_events": worse}).encode()) == {
        ("span", "unknown"): 4
    }
    many = [{"reason": str(n), "category": "error", "quantity": 1} for n in range(500)]
    assert len(read_client_report(json.dumps({"discarded_events": many}).encode())) == 100


def test_metrics_of_the_sdk_are_read_like_ours():
    _, payload = recorded_item("sentry-python-2/logs-2", "trace_metric")

    samples = read_metrics(payload, **TIMES).samples

    assert [(s.name, s.value, s.unit) for s in samples] == [
        ("checkout", 1, "count"),
        ("latency", 12.5, "ms"),
        ("queue", 3, "count"),
    ]
    assert samples[0].metadata == {"kind": "counter", "plan": "pro", "server.address": "web-1"}
    assert samples[0].origin.release == "shop@1.2.3"
    assert samples[1].origin.trace_id == "df1e145d07484de6849bdce7fd9a80fc"


def test_durations_are_in_milliseconds_and_sizes_in_bytes():
    [request, memory, ratio, own] = metrics(
        {
            "name": "http.server.request.duration",
            "value": 0.25,
            "unit": "s",
            "kind": "histogram",
            "count": 4,
            "sum": 1,
            "min": 0.1,
            "max": 0.5,
            "attributes": {"http.route": "/pay", "service.version": "2.0"},
        },
        {"name": "process.memory.usage", "value": 2, "unit": "MiBy"},
        {"name": "hits", "value": 0.5, "unit": "ratio"},
        {"name": "speed", "value": 3, "unit": "furlong"},
    )

    assert (request.value, request.unit, request.metric_type) == (250, "ms", "response_time")
    assert (request.count, request.total, request.least, request.most) == (4, 1000, 100, 500)
    assert (request.origin.endpoint_path, request.origin.release) == ("/pay", "2.0")
    assert (memory.value, memory.unit, memory.metric_type) == (2_097_152, "bytes", "memory_usage")
    assert (ratio.unit, own.unit) == ("ratio", "furlong")


def test_samples_that_cannot_be_one_are_left_out():
    [sample] = metrics(
        {"name": "a", "value": "NaN"},
        {"name": "a", "value": 1e308, "unit": "h"},
        {"name": "", "value": 1},
        {"value": 1},
        {"name": "x" * 500, "value": True},
        {"name": "x" * 500, "value": 7, "count": -1, "sum": "?", "attributes": {"k": "v" * 999}},
    )

    assert (len(sample.name), sample.value, sample.count, sample.total) == (100, 7, None, None)
    assert len(str(sample.metadata["k"])) == 200
    with pytest.raises(Invalid):
        metrics({"name": "a", "value": None})


@pytest.mark.parametrize(
    ("vital", "good", "middling", "poor"),
    [
        (Vital.LCP, 2500, 4000, 4000.01),
        (Vital.INP, 200, 500, 501),
        (Vital.CLS, 0.1, 0.25, 0.2501),
        (Vital.FCP, 1800, 3000, 3001),
        (Vital.TTFB, 800, 1800, 1801),
        (Vital.FID, 100, 300, 301),
    ],
)
def test_ratings_follow_the_public_thresholds(
    vital: Vital, good: float, middling: float, poor: float
):
    found = [rating_of(vital, value) for value in (good, middling, poor)]

    assert found == ["good", "needs_improvement", "poor"]
    assert rating_of(Vital.FP, 10) is None


def test_devices_and_connections_are_named():
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"
    assert device_type_of(iphone) == "mobile"
    assert device_type_of("Mozilla/5.0 (Linux; Android 14; SM-X700) Safari") == "tablet"
    assert device_type_of("Mozilla/5.0 (X11; Linux x86_64) Firefox/130") == "desktop"
    assert device_type_of("Googlebot/2.1") == "bot"
    assert device_type_of(None) == device_type_of("curl/8") == "unknown"
    assert [connection_type_of(word) for word in ("4g", "slow-2g", "smoke", None)] == [
        "4g",
        "slow_2g",
        "unknown",
        None,
    ]


def test_an_address_loses_its_secrets():
    assert plain_url("https://ana:pw@shop.example/a?token=1#x") == "https://shop.example/a"
    assert plain_url("/a/b?c") == "/a/b"
    assert plain_url(["x"]) is None
