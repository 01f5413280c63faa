"""Times: when an event happened, by a clock that nobody trusts."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import orjson
import pytest

from tests.domain.recorded import (
    RECEIVED_AT,
    an_event,
    normalised,
    told,
)


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        (1795226400, datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        (1795226400.25, datetime(2026, 11, 21, 2, 0, 0, 250_000, tzinfo=UTC)),
        (1795226400000, datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        ("1795226400", datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        ("2026-11-21T02:00:00Z", datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        ("2026-11-21T02:00:00.123456789Z", datetime(2026, 11, 21, 2, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-21T04:00:00+02:00", datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        ("2026-11-21T02:00:00", datetime(2026, 11, 21, 2, 0, tzinfo=UTC)),
        (None, RECEIVED_AT),
    ],
)
def test_a_time_is_read_in_every_shape(timestamp, moment):
    event = an_event(timestamp=timestamp)

    assert event.occurred_at == moment
    assert event.body["timestamp"] == moment.isoformat()
    assert told(event) == []


@pytest.mark.parametrize(
    "timestamp", ["yesterday", "", 1e300, "NaN", True, [1], {}, "0001-01-01T00:00:00+23:00"]
)
def test_a_time_that_is_none_is_the_time_of_arrival(timestamp):
    event = an_event(timestamp=timestamp)

    assert event.occurred_at == RECEIVED_AT
    assert told(event) == [("invalid_data", "timestamp")]


@pytest.mark.parametrize(
    ("offset", "kind"),
    [
        (timedelta(minutes=1), None),
        (timedelta(days=1), "future_timestamp"),
        (timedelta(days=-31), "past_timestamp"),
    ],
)
def test_a_time_after_the_arrival_or_long_before_it_is_the_time_of_arrival(offset, kind):
    event = an_event(timestamp=(RECEIVED_AT + offset).isoformat())

    assert event.occurred_at == RECEIVED_AT
    assert told(event) == ([(kind, "timestamp")] if kind else [])


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_wrong_clock_is_corrected_by_when_it_says_that_it_sent(hours):
    wrong = timedelta(hours=hours)
    happened = RECEIVED_AT - timedelta(minutes=2)
    payload = orjson.dumps({"timestamp": (happened + wrong).isoformat()})

    event = normalised(payload, sent_at=RECEIVED_AT + wrong)

    assert event.occurred_at == happened
    assert told(event) == [("clock_drift", "timestamp")]


def test_the_way_of_a_message_is_no_wrong_clock():
    happened = RECEIVED_AT - timedelta(minutes=9)
    payload = orjson.dumps({"timestamp": happened.isoformat()})

    event = normalised(payload, sent_at=RECEIVED_AT - timedelta(minutes=4))

    assert event.occurred_at == happened
    assert told(event) == []


def test_a_clock_that_is_wrong_by_ages_breaks_nothing():
    payload = orjson.dumps({"timestamp": "0001-01-02T00:00:00Z"})

    event = normalised(payload, sent_at=datetime(9999, 1, 1, tzinfo=UTC))

    assert event.occurred_at == RECEIVED_AT


def test_times_in_other_zones_or_in_none_are_understood():
    zone = timezone(timedelta(hours=5))
    payload = orjson.dumps({"timestamp": "2026-11-21T02:00:00Z"})

    event = normalised(
        payload,
        received_at=RECEIVED_AT.astimezone(zone),
        sent_at=RECEIVED_AT.replace(tzinfo=None),
        event_id=UUID(int=7),
    )

    assert event.occurred_at == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert told(event) == []
    assert event.body["event_id"] == UUID(int=7).hex
