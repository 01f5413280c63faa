"""Fingerprints and explanations: what a sender decides, and what people are told."""

import orjson
import pytest

from domain.grouping import HashKind, group
from tests.domain.recorded import (
    a_failure,
    a_frame,
    an_event,
    an_exception,
    kinds,
    related,
    same,
)


@pytest.mark.parametrize(
    ("fingerprint", "same_as_default"),
    [
        ([], True),
        (["{{ default }}"], True),
        (["{{default}}"], True),
        (["{{ message }}"], True),
        (["a"], False),
        (["{{ default }}", "a"], False),
    ],
)
def test_a_fingerprint_of_the_sender_takes_the_place_of_the_stack(fingerprint, same_as_default):
    failure = {"platform": "python", "exception": [an_exception(a_frame(), value="")]}

    event = an_event(fingerprint=fingerprint, **failure)

    assert same(event, an_event(**failure)) is same_as_default
    assert (kinds(event)[0] is HashKind.FINGERPRINT) is not same_as_default


def test_a_fingerprint_alone_unites_what_is_different():
    one = an_event(fingerprint=["disk"], message="a")
    other = an_event(fingerprint=["disk"], exception=[an_exception(a_frame())])

    assert group(one).hashes == group(other).hashes
    assert len(group(one).hashes) == 1


def test_a_fingerprint_with_the_default_divides_what_is_the_same():
    frames = [a_frame("app", in_app=False), a_frame()]
    events = [
        an_event(fingerprint=["{{ default }}", plan], exception=[an_exception(*frames)])
        for plan in ("pro", "free")
    ]

    assert kinds(events[0]) == [HashKind.FINGERPRINT] * 2
    assert not related(*events)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("{{ type }}", "ZeroDivisionError"),
        ("{{error.type}}", "ZeroDivisionError"),
        ("{{ value }}", "division by zero"),
        ("{{ error.value }}", "division by zero"),
        ("{{ message }}", "could not pay"),
        ("{{ title }}", "ZeroDivisionError: division by zero"),
        ("{{ culprit }}", "/pay"),
        ("{{ transaction }}", "/pay"),
        ("{{ level }}", "warning"),
        ("{{ logger }}", "shop.pay"),
        ("{{ platform }}", "python"),
        ("{{ environment }}", "test"),
        ("{{ release }}", "shop@1"),
        ("{{ component }}", "shop.pay"),
        ("{{ server_name }}", "web-1"),
        ("{{ function }}", "pay"),
        ("{{ stack.function }}", "pay"),
        ("{{ module }}", "shop.payments"),
        ("{{ stack.module }}", "shop.payments"),
        ("{{ package }}", "shop.payments"),
        ("{{ filename }}", "shop/payments.py"),
        ("{{ stack.filename }}", "shop/payments.py"),
        ("{{ stack.abs_path }}", "/srv/shop/payments.py"),
        ("{{ tags.plan }}", "pro"),
        ("{{ tags.none }}!", "!"),
        ("a {{ type }} of {{ tags.plan }}", "a ZeroDivisionError of pro"),
        ("{{ unheard.of }}", "{{ unheard.of }}"),
    ],
)
def test_a_fingerprint_has_variables(part, value):
    attributes = {
        "platform": "python",
        "message": "could not pay",
        "exception": [an_exception(a_frame(abs_path="/srv/shop/payments.py"))],
        "transaction": "/pay",
        "level": "warning",
        "logger": "shop.pay",
        "environment": "test",
        "release": "shop@1",
        "server_name": "web-1",
        "tags": {"plan": "pro"},
    }

    assert same(an_event(fingerprint=[part, "x"], **attributes), an_event(fingerprint=[value, "x"]))


def test_variables_of_frames_are_empty_without_a_stack():
    assert same(
        an_event(fingerprint=["{{ function }}", "x"]), an_event(fingerprint=["{{ module }}", "x"])
    )


def test_the_explanation_says_what_counted_and_why_the_rest_did_not():
    event = an_event(
        platform="javascript",
        exception=[
            an_exception(
                {"filename": "https://shop.example/app.js", "function": "boot", "in_app": True},
                {"filename": "<anonymous>", "function": "Array.map", "in_app": True},
                {"filename": "https://shop.example/app.js", "function": "boot", "in_app": True},
                {"filename": "https://shop.example/app.js", "function": "$e", "in_app": True},
                {"filename": "https://shop.example/lib.js", "function": "wrap", "in_app": False},
                {"filename": "https://shop.example/app.js", "function": "pay", "in_app": True},
                type="TypeError",
            )
        ],
    )

    explanation = group(event).explanation

    assert explanation == {
        "version": 1,
        "summary": "The type and the in-app frames decide.",
        "hashes": [
            {
                "kind": "app_stack",
                "value": group(event).hashes[0].value.hex(),
                "because": "The type and the in-app frames decide.",
            },
            {
                "kind": "full_stack",
                "value": group(event).hashes[1].value.hex(),
                "because": "The types and all frames decide.",
            },
        ],
        "exceptions": [
            {
                "type": "TypeError",
                "value": "It is ignored, because the stack says more.",
                "frames": [
                    {
                        "frame": "https://shop.example/app.js in boot",
                        "because": "It counts by module or file, function.",
                    },
                    {
                        "frame": "<anonymous> in Array.map",
                        "because": "It is ignored: a function of the engine has no place.",
                    },
                    {
                        "frame": "https://shop.example/app.js in boot",
                        "because": "It is ignored: the same frame counted already.",
                    },
                    {
                        "frame": "https://shop.example/app.js in $e",
                        "because": "It is ignored: a minified name changes with each build.",
                    },
                    {
                        "frame": "https://shop.example/lib.js in wrap",
                        "because": "It counts only among all frames: it is not in-app.",
                    },
                    {
                        "frame": "https://shop.example/app.js in pay",
                        "because": "It counts by module or file, function.",
                    },
                ],
            }
        ],
    }
    orjson.dumps(explanation)


def test_the_explanation_of_a_message_shows_what_stays_of_it():
    by_template = group(an_event(logentry={"message": "order 7 of %s"})).explanation
    by_value = group(a_failure(value="order 7")).explanation

    assert by_template["message"] == "order <int> of %s"
    assert by_value["summary"] == (
        "No stack says where it happened, so the type and the message decide."
    )
    assert by_value["exceptions"][0]["value"] == "It counts as “order <int>”."


def test_the_explanation_shows_the_fingerprint_that_decided():
    explanation = group(an_event(fingerprint=["disk"])).explanation

    assert explanation["summary"] == "The sender's own fingerprint decides."
    assert explanation["fingerprint"] == ["disk"]
