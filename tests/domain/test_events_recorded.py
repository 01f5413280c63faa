"""What real clients sent, and whatever anybody might send: all of it becomes an event."""

import json
import re

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.events import Event, limits
from domain.grouping import group
from domain.scrubbing import Scrubber
from tests.domain.recorded import normalised, recorded_events

RECORDED = recorded_events()
HIDES_ALL = Scrubber(
    secret_names=frozenset({"e", "frame", "values"}), hides_emails=True, hides_addresses=True
)


def test_every_client_was_recorded():
    clients = {name.partition("/")[0] for name in RECORDED}

    assert clients == {
        "sentry-javascript-7",
        "sentry-javascript-10",
        "sentry-javascript-11",
        "sentry-python-1",
        "sentry-python-2",
    }
    assert len(RECORDED) >= 50


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_event_is_read_without_a_loss(name):
    sent = orjson.loads(RECORDED[name])

    event = normalised(RECORDED[name])

    raised = (sent.get("exception") or {}).get("values") or [{}]
    assert event.type == (raised[-1].get("type") or "")
    assert event.value == (raised[-1].get("value") or "")
    assert event.title != "(no message)"
    assert event.release == sent.get("release")
    assert event.environment == sent.get("environment")
    assert event.sdk == f"{sent['sdk']['name']}/{sent['sdk']['version']}"
    assert event.level.value == sent.get("level", "error").replace("fatal", "critical")
    added = {"browser.name", "os.name", "device.type"}
    kept = {key: value for key, value in event.tags if key not in added}
    assert kept == sent.get("tags", {})
    assert event.body.get("modules") == sent.get("modules")
    if not name.endswith("recursion-1"):
        assert "errors" not in event.body


@pytest.mark.parametrize("name", RECORDED)
def test_a_stored_body_read_again_is_the_same_event(name):
    event = normalised(RECORDED[name])
    grouping = group(event)
    stored = orjson.dumps(event.body)

    again = normalised(stored)

    assert group(again).hashes == grouping.hashes
    assert (again.title, again.culprit, again.user_ref) == (
        event.title,
        event.culprit,
        event.user_ref,
    )


def test_the_cards_and_passwords_that_a_client_left_in_are_out():
    event = normalised(RECORDED["sentry-python-2/starlette-unhandled-pii-1"])

    stored = orjson.dumps(event.body)
    assert b"hunter2" not in stored
    assert b"sid=abc" not in stored
    assert event.body["request"]["cookies"] == {"sid": "[Filtered]", "theme": "[Filtered]"}


def test_the_notes_of_a_client_stay_beside_ours():
    event = normalised(RECORDED["sentry-python-2/starlette-unhandled-pii-1"])

    notes = event.body["_meta"]
    frame = notes["exception"]["values"]["0"]["stacktrace"]["frames"]["14"]
    assert frame["vars"]["password"] == {"": {"rem": [["!config", "s"]]}}
    assert frame["pre_context"]["3"][""]["rem"] == [["tocsin:password", "s"]]
    assert notes["request"]["headers"]["cookie"] == {"": {"rem": [["!config", "s"]]}}
    assert notes["request"]["cookies"]["sid"] == {"": {"rem": [["tocsin:name", "s"]], "len": 3}}


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["a\0b", "\ud800", "4242 4242 4242 4242", "ana@example.com", "10.0.0.1", "{{ default }}", "İ="]
)
NAMES = """
exception values stacktrace frames function filename lineno colno in_app vars context_line
pre_context threads crashed breadcrumbs message logentry formatted params request headers url
cookies data env user id ip_address tags contexts trace trace_id extra modules sdk name level
platform fingerprint timestamp release transaction mechanism handled type value _meta errors
password token session debug_meta
"""
KEYS = st.sampled_from(NAMES.split()) | st.text(max_size=5)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from([4242424242424242, 1e300, -1])
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(document=st.dictionaries(KEYS, VALUES, max_size=8), scrubs_all=st.booleans())
@example(document={"stacktrace": [{"platform": [None]}]}, scrubs_all=False)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_object_is_an_event_that_can_be_stored_and_grouped(document, scrubs_all):
    payload = json.dumps(document).encode()

    event = normalised(payload, scrubber=HIDES_ALL if scrubs_all else Scrubber())
    grouping = group(event)

    stored = orjson.dumps(event.body)
    assert len(stored) <= limits.BODY_BYTES
    assert not re.search(rb"(?<!\\)(?:\\\\)*\\u0000", stored)
    assert_storable(event)
    assert len(grouping.primary.value) == 32
    orjson.dumps(grouping.explanation)
    again = normalised(stored)
    assert group(again).hashes == grouping.hashes


def assert_storable(event: Event) -> None:
    for name in Event.__slots__:
        value = getattr(event, name)
        for text in [value] if isinstance(value, str) else []:
            assert "\0" not in text
            text.encode()
    for tag in event.tags:
        assert len("".join(tag).encode()) <= 4 * (limits.TAG_KEY + limits.TAG_VALUE)
    assert len(event.title) <= limits.TITLE
    assert len(event.message) <= limits.MESSAGE
    assert len(event.culprit) <= limits.CULPRIT
    for name in ("line_number", "column_number"):
        number = getattr(event, name)
        assert number is None or (type(number) is int and 0 <= number < 2**31)
