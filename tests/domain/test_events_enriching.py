"""Enriching: a browser's own words become contexts and tags, an address is kept if asked."""

import orjson
import pytest

from domain.scrubbing import Scrubber
from domain.user_agents import read_user_agent
from tests.domain.recorded import an_event, normalised, recorded_events

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/16.5 Mobile/15E148 Safari/604.1"
)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def seen_by(user_agent: str, **attributes):
    return an_event(message="m", request={"headers": {"User-Agent": user_agent}}, **attributes)


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (CHROME, ("Chrome", "120.0.0", "Windows", "10", "desktop")),
        (IPAD, ("Mobile Safari", "16.5", "iOS", "16.5", "tablet")),
        (PIXEL, ("Chrome Mobile", "120.0.0", "Android", "14", "mobile")),
        (FIREFOX, ("Firefox", "121.0", "Ubuntu", None, "desktop")),
        (GOOGLE, ("Googlebot", "2.1", None, None, "bot")),
        ("curl/8.5.0", ("curl", "8.5.0", None, None, "unknown")),
        ("?", (None, None, None, None, "unknown")),
    ],
)
def test_a_user_agent_says_browser_system_and_device(user_agent: str, said):
    found = read_user_agent(user_agent)

    assert said == (
        found.browser,
        found.browser_version,
        found.system,
        found.system_version,
        found.device_type.value,
    )


def test_what_a_browser_says_is_kept_as_contexts_and_tags():
    event = seen_by(PIXEL)

    assert event.body["contexts"] == {
        "browser": {"name": "Chrome Mobile", "version": "120.0.0"},
        "os": {"name": "Android", "version": "14"},
        "device": {"family": "Pixel 8", "brand": "Google", "device_type": "mobile"},
    }
    assert dict(event.tags) == {
        "browser.name": "Chrome Mobile",
        "os.name": "Android",
        "device.type": "mobile",
    }
    assert event.body["tags"] == dict(event.tags)


def test_what_the_sender_said_is_never_replaced():
    event = seen_by(
        PIXEL,
        contexts={"os": {"name": "Debian", "version": "12"}, "browser": None},
        tags={"browser.name": "ours"},
    )

    assert event.body["contexts"]["os"] == {"name": "Debian", "version": "12"}
    assert event.body["contexts"]["browser"]["name"] == "Chrome Mobile"
    assert dict(event.tags)["browser.name"] == "ours"
    assert dict(event.tags)["os.name"] == "Debian"


def test_an_event_without_a_user_agent_is_left_alone():
    event = an_event(message="m", request={"headers": {"Accept": "*/*"}})

    assert "contexts" not in event.body
    assert event.tags == ()


@pytest.mark.parametrize("odd", ["", "x" * 100_000, "Mozilla/5.0 (" * 500, 7, ["a"]])
def test_an_odd_user_agent_costs_nothing_but_itself(odd):
    assert seen_by(odd).message == "m"


def test_an_address_that_is_left_to_us_is_kept_only_where_the_organization_wants_it():
    payload = b'{"message": "m", "user": {"id": "7", "ip_address": "{{auto}}"}}'

    kept, dropped = normalised(payload, address="192.0.2.7"), normalised(payload)

    assert kept.ip_address == kept.body["user"]["ip_address"] == "192.0.2.7"
    assert dropped.ip_address is None
    assert dropped.body["user"] == {"id": "7"}
    note = dropped.body["_meta"]["user"]["ip_address"][""]
    assert note["rem"] == [["tocsin:address", "s"]]


def test_a_sender_may_ask_for_the_address_in_its_settings():
    payload = b'{"message": "m", "sdk": {"name": "s", "settings": {"infer_ip": "%s"}}}'

    asked = normalised(payload % b"auto", address="192.0.2.7")
    declined = normalised(payload % b"never", address="192.0.2.7")

    assert asked.ip_address == "192.0.2.7"
    assert declined.ip_address is None
    assert "user" not in declined.body


def test_an_address_that_was_sent_stays_as_it_was():
    payload = b'{"message": "m", "user": {"ip_address": "198.51.100.9"}}'

    assert normalised(payload, address="192.0.2.7").ip_address == "198.51.100.9"


def test_release_environment_server_transaction_and_trace_are_columns():
    event = normalised(recorded_events()["sentry-python-2/starlette-unhandled-1"])

    assert event.release
    assert event.environment
    assert event.server_name
    assert event.transaction
    assert event.trace_id
    assert event.span_id


def test_a_version_that_looks_like_an_address_names_the_browser_all_the_same():
    payload = orjson.dumps({"message": "m", "request": {"headers": {"User-Agent": CHROME}}})

    event = normalised(payload, scrubber=Scrubber(hides_addresses=True))

    assert event.body["contexts"]["browser"] == {"name": "Chrome", "version": "120.0.0"}
