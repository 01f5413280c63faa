"""Sections: messages, users, requests and the rest are read in every shape that is sent."""

import pytest

from tests.domain.recorded import (
    an_event,
    an_exception,
    told,
)


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
    assert an_event(request=request, user={"ip_address": "{{auto}}"}).ip_address == "127.0.0.1"
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
