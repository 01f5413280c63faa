"""Normalising: whatever shape an attribute has, it becomes an event, and nothing is lost unseen."""

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
        {
            "type": "404",
            "value": '{"code":[1]}',
            "mechanism": {"type": "excepthook"},
            "stack_text": "none",
        },
        {"value": "7", "mechanism": {"type": "1"}},
    ]
    assert told(event) == [
        ("invalid_data", "exception.values.0.stacktrace"),
        ("invalid_data", "exception.values.0.module"),
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
