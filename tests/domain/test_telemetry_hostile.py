"""Whatever a sender writes, it is refused with a reason, or every column can hold what is read."""

import json
import math
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.failures import Invalid
from domain.scrubbing import Scrubber
from domain.telemetry import (
    CONTAINER,
    Origin,
    Telemetry,
    read_check_in,
    read_client_report,
    read_metrics,
    read_session,
    read_sessions,
    read_spans,
    read_transaction,
)
from tests.domain.recorded import EVENT_ID, RECEIVED_AT

TIMES: dict[str, Any] = {"received_at": RECEIVED_AT, "sent_at": None}
KEYS = (
    *("start_timestamp", "timestamp", "end_timestamp", "transaction", "contexts", "trace", "op"),
    *("status", "data", "spans", "measurements", "lcp", "cls", "mine", "value", "unit", "user"),
    *("request", "headers", "User-Agent", "url", "tags", "items", "attributes", "span_id", "id"),
    *("trace_id", "is_segment", "browser.web_vital.lcp.value", "sentry.op", "url.full", "name"),
    *("samples", "at", "count", "sum", "min", "max", "aggregates", "exited", "started", "init"),
    *("attrs", "release", "environment", "sid", "errors", "monitor_slug", "check_in_id"),
    *("duration", "monitor_config", "schedule", "type", "max_runtime", "discarded_events"),
    *("reason", "category", "quantity", "parent_span_id", "sentry.segment.id", "db.system"),
)
TEXTS = st.sampled_from(
    [
        *("", "ok", "db", "pageload", "crashed", "in_progress", "\0", "x" * 5_000, "1e400", "-1"),
        *("crontab", "* * * * *", "interval", "hour", "s", "4g", "й", "a?b=c#d"),
        *("2026-11-21T02:00:00Z", "2026-11-21T02:00:01Z", "9999-12-31T23:59:59-23:59"),
        "0af7651916cd43dd8448eb211c80319c",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | TEXTS
    | st.sampled_from([1795228501.0, 1795228502.5, 1795228501500])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8)
    ),
    max_leaves=40,
)
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12)


def read(reader: Callable[..., Any], document: object, **arguments: Any) -> Any:
    """Return what a reader makes of a document, or None when it refuses it with a sentence."""
    try:
        return reader(json.dumps(document).encode(), **arguments)
    except Invalid:
        return None


def fits(text: str | None, limit: int) -> bool:
    return text is None or (len(text) <= limit and "\0" not in text)


def check_origin(origin: Origin) -> None:
    assert fits(origin.release, 255)
    assert fits(origin.environment, 255)
    assert fits(origin.trace_id, 64)
    assert fits(origin.session_id, 255)
    assert fits(origin.user_ref, 255)
    assert fits(origin.page_url, 2000)
    assert fits(origin.endpoint_path, 2000)
    assert fits(origin.user_agent, 1000)


def check(said: Telemetry) -> None:
    """Say that every column can hold what was read, after the scrubber too."""
    said = said.cleaned(Scrubber())
    for sample in said.samples:
        check_origin(sample.origin)
        assert fits(sample.name, 100)
        assert sample.name
        assert fits(sample.unit, 50)
        assert fits(sample.op, 100)
        assert fits(sample.status, 50)
        numbers = (sample.value, sample.total, sample.least, sample.most)
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert sample.count is None or 0 < sample.count < 2**63
        assert sample.measured_at <= RECEIVED_AT
        assert len(sample.metadata) <= 20
        assert json.loads(json.dumps(dict(sample.metadata), allow_nan=False)) == sample.metadata
    for vitals in said.vitals:
        check_origin(vitals.origin)
        assert fits(vitals.page, 500)
        assert vitals.values
        assert all(0 <= value < 1_000_000 for value in vitals.values.values())


@given(DOCUMENTS)
def test_measurements_are_refused_or_fit(document: dict[str, Any]):
    timed = {"start_timestamp": 1795228501.0, "timestamp": 1795228502.5, **document}
    for said in (
        read(read_transaction, document, **TIMES),
        read(read_transaction, {**document, **timed}, **TIMES),
        read(read_spans, document, content_type="", **TIMES),
        read(read_spans, {"items": [document, timed]}, content_type=CONTAINER, **TIMES),
        read(read_spans, {"span_id": "a", **timed}, content_type="", **TIMES),
        read(read_metrics, document, **TIMES),
        read(read_metrics, {"samples": [document, {"name": "a", **document}]}, **TIMES),
        read(read_metrics, {"items": [{"value": 1, "name": "a", **document}]}, **TIMES),
    ):
        if said is not None:
            check(said)


@given(DOCUMENTS)
def test_reports_are_refused_or_fit(document: dict[str, Any]):
    session = read(read_session, document, event_id=EVENT_ID, **TIMES)
    counted = read(read_sessions, {"aggregates": [document], **document}, **TIMES)
    check_in = read(read_check_in, {"monitor_slug": "a", "status": "ok", **document}, **TIMES)
    discarded = read(read_client_report, {"discarded_events": [document], **document})

    for place in [session.place] if session else [one.place for one in counted or ()]:
        assert fits(place.release, 255)
        assert fits(place.environment, 255)
        assert place.hour <= RECEIVED_AT
    assert all(0 < one.quantity <= 10_000_000 for one in counted or ())
    if check_in is not None:
        assert fits(check_in.slug, 100)
        assert fits(check_in.environment, 255)
        assert check_in.duration_ms is None or 0 <= check_in.duration_ms < 1e9
        assert check_in.config is None or fits(check_in.config.schedule.value, 100)
    for (category, reason), quantity in (discarded or {}).items():
        assert fits(category, 50)
        assert fits(reason, 100)
        assert 0 < quantity < 2**31


def test_what_stands_for_a_secret_does_not_outgrow_its_column():
    secret = "password=abc"
    body = {
        "start_timestamp": 1,
        "timestamp": 2,
        "transaction": "x" * (2000 - len(secret) - 1) + f" {secret}",
        "user": {"id": "u" * (255 - len(secret) - 1) + f" {secret}"},
    }

    said = read_transaction(json.dumps(body).encode(), **TIMES).cleaned(Scrubber())

    check(said)
    [sample] = said.samples
    assert "=abc" not in str(sample)
