"""Limits: what is too much of an event is left out, and said to be."""

import orjson
import pytest

from domain.events import limits
from tests.domain.recorded import a_frame, an_event, an_exception, normalised, told


def size_of(event):
    return len(orjson.dumps(event.body))


def test_of_an_endless_stack_both_ends_stay_and_the_notes_move_along():
    frames = [a_frame(f"f{n}") for n in range(1000)]

    event = an_event(
        exception=[an_exception(*frames)],
        _meta={"exception": {"0": {"stacktrace": {"frames": {"1": "a", "500": "b", "999": "c"}}}}},
    )

    stack = event.body["exception"]["values"][0]["stacktrace"]
    notes = event.body["_meta"]["exception"]["values"]["0"]["stacktrace"]["frames"]
    assert [event.frames[n].function for n in (0, 124, 125, 249)] == ["f0", "f124", "f875", "f999"]
    assert len(event.frames) == len(stack["frames"]) == 250
    assert stack["frames_omitted"] == [125, 875]
    assert event.body["errors"][0]["value"] == "1000 frames"
    assert notes == {"1": "a", "249": "c"}


def test_of_many_exceptions_the_first_and_the_last_stay():
    event = an_event(exception=[an_exception(type=f"E{n}") for n in range(80)])

    types = [exception["type"] for exception in event.body["exception"]["values"]]
    assert (len(types), types[0], types[24], types[25], types[-1]) == (
        50,
        "E0",
        "E24",
        "E55",
        "E79",
    )
    assert told(event) == [("too_many", "exception.values")]


def test_of_many_breadcrumbs_the_last_stay():
    event = an_event(
        breadcrumbs=[{"message": str(n)} for n in range(150)],
        _meta={"breadcrumbs": {"49": "gone", "50": "first"}},
    )

    crumbs = event.body["breadcrumbs"]["values"]
    assert [crumbs[0]["message"], crumbs[-1]["message"], len(crumbs)] == ["50", "149", 100]
    assert event.body["_meta"] == {"breadcrumbs": {"values": {"0": "first"}}}


def test_of_many_threads_the_first_stay():
    event = an_event(threads=[{"id": n} for n in range(150)])

    assert len(event.body["threads"]["values"]) == 100
    assert told(event) == [("too_many", "threads.values")]


def test_of_many_tags_the_first_stay_and_long_ones_are_clipped():
    event = an_event(tags={"long": "x" * 300, "k" * 300: "y", **{f"t{n}": "z" for n in range(60)}})

    assert len(event.tags) == 50
    assert event.tags[:2] == (("long", "x" * 200), ("k" * 200, "y"))
    assert ("too_long", "tags.long") in told(event)
    assert ("too_many", "tags") in told(event)


def test_not_more_repairs_are_told_than_a_person_reads():
    event = an_event(contexts={f"c{n}": "odd" for n in range(100)}, errors=[{"type": "x"}] * 100)

    assert len(told(event)) == limits.REPAIRS * 2


LARGE = "x" * 8000


@pytest.mark.parametrize(
    ("attributes", "lost"),
    [
        (
            {
                "exception": [
                    an_exception(*[a_frame(f"f{n}", vars={"v": LARGE}) for n in range(100)])
                ],
                "extra": {"kept": 1},
            },
            ["vars"],
        ),
        (
            {"breadcrumbs": [{"message": LARGE} for n in range(100)], "extra": {"kept": 1}},
            ["breadcrumbs"],
        ),
        (
            {"exception": [an_exception(*[a_frame(pre_context=[LARGE]) for n in range(100)])]},
            ["pre_context, post_context"],
        ),
        ({"extra": {"log": [LARGE] * 100}}, ["extra"]),
        ({"request": {"url": "/a", "data": [LARGE] * 100}}, ["request.data"]),
        (
            {"threads": [{"stacktrace": {"frames": [a_frame(context_line=LARGE)] * 100}}]},
            ["threads"],
        ),
        ({"debug_meta": {"images": [LARGE] * 100}}, ["debug_meta, modules"]),
        ({"contexts": {"a": {"log": [LARGE] * 100}}}, ["everything but what was raised"]),
        ({"new": [LARGE] * 100, "a": {"log": 1}}, ["everything but what was raised"]),
        ({"user": {"data": [LARGE] * 100}, "message": "m"}, ["everything but names"]),
        (
            {
                "exception": [
                    {"type": "A", "module": LARGE, "value": LARGE, "thread_id": [LARGE] * 9}
                    for _ in range(49)
                ]
                + [{"value": "plain"}]
            },
            ["everything but names"],
        ),
        (
            {
                "exception": [an_exception(*[a_frame(vars={"v": LARGE})] * 50)],
                "breadcrumbs": [{"message": LARGE} for n in range(20)],
                "extra": {"log": [LARGE] * 60},
            },
            ["vars", "breadcrumbs"],
        ),
    ],
)
def test_an_event_that_is_too_large_loses_what_is_missed_least(attributes, lost):
    event = an_event(**attributes)

    assert [name for kind, name in told(event) if kind == "too_large"] == lost
    assert size_of(event) <= limits.BODY_BYTES


def test_the_columns_of_an_event_that_is_too_large_are_whole():
    event = an_event(
        message="m",
        tags={"plan": "pro"},
        fingerprint=["a"],
        user={"id": "u42", "data": [LARGE] * 100},
        contexts={"trace": {"trace_id": "c5fa052143cc4a4a84a74b2e867f925c"}},
    )

    assert event.user_ref == "u42"
    assert event.trace_id == "c5fa052143cc4a4a84a74b2e867f925c"
    assert "contexts" not in event.body
    assert event.body["tags"] == {"plan": "pro"}
    assert event.body["fingerprint"] == ["a"]
    assert event.body["logentry"] == {"formatted": "m"}


def test_nothing_that_a_sender_can_write_makes_a_body_too_large():
    bad = "\u0001" * 8192
    event = an_event(
        message=bad,
        fingerprint=[bad] * 30,
        tags={f"{n}{bad}": bad for n in range(60)},
        errors=[{"type": bad}] * 60,
        exception=[{"type": bad, "module": bad, "value": bad} for _ in range(60)],
        release=bad,
        transaction=bad,
        user={"id": bad, "data": [bad]},
    )

    assert size_of(event) <= limits.BODY_BYTES


def test_a_large_payload_within_the_limit_is_whole():
    event = normalised(orjson.dumps({"extra": {"log": ["x" * 8000] * 40}}))

    assert len(event.body["extra"]["log"]) == 40
    assert told(event) == []
