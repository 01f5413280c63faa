"""Normalising: whatever shape an attribute has, it becomes an event, and nothing is lost unseen."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import orjson
import pytest

from domain.levels import LogLevel
from tests.domain.recorded import (
    EVENT_ID,
    RECEIVED_AT,
    a_frame,
    an_event,
    an_exception,
    normalised,
    told,
)


def test_an_empty_object_is_an_event():
    event = normalised(b"{}")

    assert event.event_id == EVENT_ID
    assert event.occurred_at == event.received_at == RECEIVED_AT
    assert (event.level, event.platform, event.title) == (LogLevel.ERROR, "other", "(no message)")
    assert event.frames == event.tags == event.fingerprint == ()
    assert event.body == {
        "level": "error",
        "event_id": EVENT_ID.hex,
        "timestamp": "2026-11-21T03:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("debug", LogLevel.DEBUG),
        ("WARNING", LogLevel.WARNING),
        ("warn", LogLevel.WARNING),
        ("fatal", LogLevel.CRITICAL),
        ("critical", LogLevel.CRITICAL),
        (20, LogLevel.INFO),
        (None, LogLevel.ERROR),
    ],
)
def test_a_level_that_is_known_is_taken(word, level):
    event = an_event(level=word)

    assert event.level is level
    assert event.body["level"] == level.value
    assert told(event) == []


@pytest.mark.parametrize("word", ["catastrophic", "", 17, 1.5, True, ["error"], {"a": 1}])
def test_a_level_that_is_not_known_means_error_and_is_kept_as_it_was(word):
    event = an_event(level=word)

    assert event.level is LogLevel.ERROR
    assert event.body["errors"] == [
        {
            "type": "invalid_data",
            "message": "The value does not fit its place and was replaced or left out.",
            "name": "level",
            "value": str(word),
        }
    ]


@pytest.mark.parametrize(
    "tags",
    [
        {"plan": "pro", "seats": 3, "trial": False, "ratio": 0.5, "nested": {"a": [1]}},
        [
            ["plan", "pro"],
            ["seats", 3],
            ["trial", False],
            ["ratio", 0.5],
            ["nested", {"a": [1]}],
            ["odd"],
            None,
            "odd",
            [None, "x"],
        ],
    ],
)
def test_tags_are_texts_whatever_they_were(tags):
    event = an_event(tags=tags)

    assert event.tags == (
        ("plan", "pro"),
        ("seats", "3"),
        ("trial", "false"),
        ("ratio", "0.5"),
        ("nested", '{"a":[1]}'),
    )
    assert event.body["tags"] == dict(event.tags)


def test_tags_without_a_value_or_a_name_are_left_out():
    assert an_event(tags={"a": None, "b": "", "": "c", "d": "e"}).tags == (("d", "e"),)


@pytest.mark.parametrize("tags", ["plan=pro", 7, True])
def test_tags_that_are_none_are_left_out_and_told(tags):
    event = an_event(tags=tags)

    assert event.tags == ()
    assert told(event) == [("invalid_data", "tags")]


@pytest.mark.parametrize(
    "exception",
    [
        {"values": [{"type": "KeyError", "value": "'id'"}]},
        [{"type": "KeyError", "value": "'id'"}],
        {"type": "KeyError", "value": "'id'"},
        {"values": {"type": "KeyError", "value": "'id'"}},
        {"values": [None, {"type": "KeyError", "value": "'id'"}, 7]},
    ],
)
def test_an_exception_is_read_in_every_shape(exception):
    event = an_event(exception=exception)

    assert (event.type, event.value) == ("KeyError", "'id'")
    assert event.title == "KeyError: 'id'"
    assert event.body["exception"] == {"values": [{"type": "KeyError", "value": "'id'"}]}


@pytest.mark.parametrize("exception", [None, [], {"values": []}, {"values": None}, [None], 7, [[]]])
def test_an_exception_that_says_nothing_is_left_out(exception):
    event = an_event(exception=exception, message="still here")

    assert event.type == ""
    assert event.title == "still here"
    assert "exception" not in event.body


@pytest.mark.parametrize("exception", ["boom", ["boom"], {"values": "boom"}])
def test_an_exception_that_is_a_text_is_its_value(exception):
    event = an_event(exception=exception)

    assert (event.type, event.value, event.title) == ("", "boom", "boom")


def test_odd_parts_of_an_exception_are_read_as_far_as_they_go():
    event = an_event(
        exception=[
            {
                "type": 404,
                "value": {"code": [1]},
                "module": ["m"],
                "mechanism": "excepthook",
                "stacktrace": "none",
            },
            {"type": None, "value": 7, "mechanism": {"type": 1, "handled": "no"}, "module": None},
        ]
    )

    assert event.body["exception"]["values"] == [
        {"type": "404", "value": '{"code":[1]}', "mechanism": {"type": "excepthook"}},
        {"value": "7", "mechanism": {"type": "1"}},
    ]
    assert told(event) == [
        ("invalid_data", "exception.values.0.module"),
        ("invalid_data", "exception.values.0.stacktrace"),
        ("invalid_data", "exception.values.1.mechanism.handled"),
    ]


@pytest.mark.parametrize("stack", [{"frames": None}, {"frames": {}}, {}, 7])
def test_a_stack_without_frames_is_left_out(stack):
    event = an_event(exception=[an_exception(stacktrace=stack)])

    assert event.frames == ()
    assert "stacktrace" not in event.body["exception"]["values"][0]


def test_frames_that_are_none_are_left_out_and_their_notes_move_along():
    event = an_event(
        exception={
            "values": [
                None,
                an_exception(stacktrace=[None, a_frame("outer"), 7, a_frame("inner")]),
            ]
        },
        _meta={
            "exception": {
                "values": {
                    "": {"len": 2},
                    "1": {"stacktrace": {"frames": {"1": "a", "2": "b", "3": "c"}}},
                }
            }
        },
    )

    assert [frame.function for frame in event.frames] == ["outer", "inner"]
    assert event.body["_meta"] == {
        "exception": {
            "values": {"": {"len": 2}, "0": {"stacktrace": {"frames": {"0": "a", "1": "c"}}}}
        }
    }


def test_a_list_becomes_values_and_its_notes_go_with_it():
    event = an_event(
        breadcrumbs=[{"message": "clicked"}], _meta={"breadcrumbs": {"0": {"": {"len": 9}}}}
    )

    assert event.body["breadcrumbs"] == {"values": [{"message": "clicked"}]}
    assert event.body["_meta"] == {"breadcrumbs": {"values": {"0": {"": {"len": 9}}}}}


def test_odd_parts_of_a_frame_are_read_as_far_as_they_go():
    event = an_event(
        exception=[
            an_exception(
                {
                    "function": 7,
                    "module": None,
                    "filename": ["a"],
                    "lineno": "12",
                    "colno": -1,
                    "in_app": "yes",
                    "vars": [1],
                    "pre_context": "one",
                    "post_context": ["a", None, 3],
                },
                {"lineno": 2**40, "colno": 3.0, "pre_context": 7, "vars": None, "in_app": None},
                {"lineno": [], "colno": "x", "in_app": False},
            )
        ]
    )

    assert event.body["exception"]["values"][0]["stacktrace"]["frames"] == [
        {
            "function": "7",
            "filename": '["a"]',
            "lineno": 12,
            "vars": {"value": [1]},
            "pre_context": ["one"],
            "post_context": ["a", "", "3"],
        },
        {"colno": 3, "vars": None, "in_app": None},
        {"in_app": False},
    ]
    assert [frame.line_number for frame in event.frames] == [12, None, None]


@pytest.mark.parametrize(
    ("sent", "template", "formatted"),
    [
        ({"message": "disk full"}, None, "disk full"),
        ({"message": {"message": "disk %s", "params": ["full"]}}, "disk %s", "disk full"),
        ({"logentry": "disk full"}, None, "disk full"),
        ({"logentry": {"message": "disk full"}}, "disk full", "disk full"),
        ({"logentry": {"formatted": "disk full"}}, None, "disk full"),
        (
            {"logentry": {"message": "disk %s", "params": ["full"], "formatted": "disk FULL"}},
            "disk %s",
            "disk FULL",
        ),
        ({"logentry": {"message": "{} is {}", "params": ["disk"]}}, "{} is {}", "disk is {}"),
        ({"logentry": {"message": "%999999999d", "params": [1]}}, "%999999999d", "%999999999d"),
        ({"logentry": {"message": "a %s", "params": {"b": 1}}}, "a %s", "a %s"),
        ({"logentry": {"message": "disk %s"}, "message": "disk full"}, "disk %s", "disk full"),
        ({"sentry.interfaces.Message": {"message": "old"}}, "old", "old"),
        ({"message": ["a", 1]}, None, '["a",1]'),
        ({"message": 7}, None, "7"),
        ({"logentry": 7}, None, "7"),
    ],
)
def test_a_message_is_read_in_every_shape(sent, template, formatted):
    event = an_event(**sent)

    assert event.message == event.title == formatted
    assert event.body["logentry"].get("message") == template
    assert "message" not in event.body


@pytest.mark.parametrize("sent", [{"message": None}, {"message": ""}, {"logentry": {}}, {}])
def test_no_message_is_no_message(sent):
    event = an_event(**sent)

    assert event.message == ""
    assert "logentry" not in event.body


def test_a_message_beside_an_exception_is_the_message():
    event = an_event(message="could not pay", exception=[an_exception()])

    assert event.message == "could not pay"
    assert event.title == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("user", "reference"),
    [
        ({"id": "u42", "email": "ana@example.com"}, "u42"),
        ({"id": 42}, "42"),
        ({"id": None, "username": "ana", "email": "ana@example.com"}, "ana"),
        ({"email": "ana@example.com"}, "ana@example.com"),
        ({"ip_address": "10.0.0.1"}, "10.0.0.1"),
        ({"ip_address": "{{auto}}"}, None),
        ({"id": {"odd": 1}, "username": ["x"]}, None),
        ("u42", "u42"),
        (42, "42"),
        ({}, None),
        (None, None),
        (["odd"], None),
        (True, None),
        ({"id": "x" * 300}, "x" * 252 + "..."),
        ({"id": ""}, None),
    ],
)
def test_a_user_is_told_by_the_best_that_is_known(user, reference):
    assert an_event(user=user).user_ref == reference


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("{{auto}}", None),
        ("localhost", None),
        ("300.1.1.1", None),
        (7, None),
        (None, None),
    ],
)
def test_an_address_is_one_or_none(address, known):
    assert an_event(user={"ip_address": address}).ip_address == known


def test_the_address_of_the_connection_is_taken_where_the_user_has_none():
    request = {"env": {"REMOTE_ADDR": "127.0.0.1"}}

    assert an_event(request=request).ip_address == "127.0.0.1"
    assert an_event(request=request, user={"ip_address": "{{auto}}"}).ip_address is None
    assert an_event(request={"env": {"REMOTE_ADDR": 7}}).ip_address is None


@pytest.mark.parametrize("request_", [["odd"], 7, True])
def test_a_request_that_is_none_is_left_out_and_told(request_):
    event = an_event(request=request_)

    assert "request" not in event.body
    assert told(event) == [("invalid_data", "request")]


def test_a_request_is_read_in_every_shape():
    event = an_event(
        request={
            "url": "https://shop.example/pay?step=2#top",
            "method": 7,
            "headers": [["X-Request-Id", "req-9"], ["User-Agent", ["a", "b"]], ["X", None], "odd"],
            "cookies": "theme=dark",
            "env": "odd",
            "data": "raw",
        }
    )

    assert event.url == "https://shop.example/pay?step=2#top"
    assert event.endpoint_path == "/pay"
    assert event.request_id == "req-9"
    assert event.user_agent == "a, b"
    assert event.body["request"]["method"] == "7"
    assert event.body["request"]["env"] == {"value": "odd"}


def test_a_request_that_is_a_text_is_its_url():
    event = an_event(request="https://shop.example/pay")

    assert (event.url, event.endpoint_path) == ("https://shop.example/pay", "/pay")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["a", "{{ default }}"], ("a", "{{ default }}")),
        ("a", ("a",)),
        (["a", 7, 1.5, True, None, {}, [], ""], ("a", "7", "1.5", "true")),
        ([], ()),
        (None, ()),
        ({"a": 1}, ()),
        ([None], ()),
        (["x" * 300], ("x" * 200,)),
        (list("abcdefghijklmnopqrstuvwxyz"), tuple("abcdefghijklmnopqrst")),
    ],
)
def test_a_fingerprint_is_a_row_of_texts_whatever_it_was(sent, kept):
    event = an_event(fingerprint=sent)

    assert event.fingerprint == kept
    assert event.body.get("fingerprint", []) == list(kept)


@pytest.mark.parametrize("crumbs", [[{"message": 7, "data": "x"}, None, 3], {"values": [None]}, 7])
def test_breadcrumbs_are_read_in_every_shape(crumbs):
    event = an_event(breadcrumbs=crumbs)

    expected = {"values": [{"message": "7", "data": {"value": "x"}}]}
    assert event.body.get("breadcrumbs") == (expected if isinstance(crumbs, list) else None)


def test_free_attributes_are_mappings_whatever_they_were():
    event = an_event(
        extra="text",
        contexts={"trace": None, "device": "phone", "os": {"name": "Linux"}},
        modules=[["starlette", "1.10"], ["odd", 1]],
        sdk="sentry.python",
        debug_meta=None,
    )

    assert event.body["extra"] == {"value": "text"}
    assert event.body["contexts"] == {"device": {"value": "phone"}, "os": {"name": "Linux"}}
    assert event.body["modules"] == {"starlette": "1.10", "odd": "1"}
    assert event.body["sdk"] == {"value": "sentry.python"}
    assert "debug_meta" not in event.body


def test_unknown_attributes_are_kept_and_our_own_are_not_taken_from_a_sender():
    event = an_event(newly_invented={"a": 1}, event_id="other", project=7, received=1)

    assert event.body["newly_invented"] == {"a": 1}
    assert event.body["event_id"] == EVENT_ID.hex
    assert "project" not in event.body
    assert "received" not in event.body


def test_what_the_sender_told_itself_comes_before_what_we_mended():
    event = an_event(errors=[{"type": "js_no_source"}, "odd"], level="odd")

    assert told(event) == [("js_no_source", None), ("invalid_data", "level")]


@pytest.mark.parametrize("notes", ["odd", [1], 7])
def test_notes_that_are_none_are_left_out(notes):
    assert "_meta" not in an_event(_meta=notes).body


def test_the_frames_are_those_of_what_was_raised_last():
    event = an_event(
        exception=[an_exception(a_frame("cause")), an_exception(a_frame("raised"), type="Outer")]
    )

    assert event.type == "Outer"
    assert [frame.function for frame in event.frames] == ["raised"]


def test_without_frames_of_its_own_an_error_shows_those_of_its_cause_or_of_the_crashed_thread():
    cause = an_event(exception=[an_exception(a_frame("cause")), an_exception()])
    thread = an_event(
        threads=[
            {"id": 1, "stacktrace": {"frames": [a_frame("main")]}, "current": True},
            {"id": 2, "stacktrace": {"frames": [a_frame("worker")]}, "crashed": True},
            {"id": 3},
        ],
        exception=[an_exception()],
    )
    old = an_event(stacktrace=[a_frame("old")], threads={"values": [{"id": 1}]})

    assert [frame.function for frame in cause.frames] == ["cause"]
    assert [frame.function for frame in thread.frames] == ["worker"]
    assert [frame.function for frame in old.frames] == ["old"]


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
