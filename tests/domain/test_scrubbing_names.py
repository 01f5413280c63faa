"""Scrubbing by name: some names give a secret away, whatever its value."""

import copy

import pytest

from domain.scrubbing import Scrubber
from domain.scrubbing.names import Names

SCRUBBER = Scrubber()


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "PASSWD",
        "db_password",
        "passphrase",
        "client-secret",
        "SECRET_KEY",
        "token",
        "accessToken",
        "csrfmiddlewaretoken",
        "api_key",
        "X-Api-Key",
        "apikey",
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "set-cookie",
        "csrf",
        "x-xsrf",
        "session",
        "sessionid",
        "sid",
        "connect.sid",
        "PHPSESSID",
        "credentials",
        "private_key",
        "aws_secret_access_key",
        "auth",
        "pin",
        "cvv",
        "credit_card",
        "card-number",
        "mysql_pwd",
        "pwd",
        "jwt",
        "ssn",
    ],
)
def test_a_name_that_gives_a_secret_away_hides_its_value(name):
    document = SCRUBBER.scrub({"extra": {name: "hunter2", "kept": "hunter2"}})

    assert document["extra"] == {name: "[Filtered]", "kept": "hunter2"}
    assert document["_meta"] == {"extra": {name: {"": {"rem": [["tocsin:name", "s"]], "len": 7}}}}


@pytest.mark.parametrize(
    "name",
    ["author", "PWD", "OLDPWD", "key", "passed", "compass", "side", "spin", "cardinality", "id"],
)
def test_a_name_that_only_looks_like_one_hides_nothing(name):
    document = SCRUBBER.scrub({"extra": {name: "hunter2"}})

    assert document == {"extra": {name: "hunter2"}}


@pytest.mark.parametrize("value", [None, True, False, "", "[Filtered]", "[Filtered:card]", [], {}])
def test_a_value_that_says_nothing_stays_under_any_name(value):
    document = SCRUBBER.scrub({"extra": {"password": copy.copy(value)}})

    assert document == {"extra": {"password": value}}


def test_numbers_and_containers_under_a_secret_name_are_hidden():
    document = SCRUBBER.scrub(
        {
            "extra": {
                "pin": 1234,
                "cookies": {"sid": "abc", "n": None, "nested": {"a": 1}},
                "tokens": ["a", "b", 3],
                "total_tokens": 512,
                "password_hash": 1.5,
            }
        }
    )

    assert document["extra"] == {
        "pin": "[Filtered]",
        "cookies": {"sid": "[Filtered]", "n": None, "nested": "[Filtered]"},
        "tokens": ["[Filtered]", "[Filtered]", "[Filtered]"],
        "total_tokens": 512,
        "password_hash": "[Filtered]",
    }


def test_pairs_of_a_name_and_a_value_are_hidden_as_well():
    document = SCRUBBER.scrub({"request": {"headers": [["Cookie", "a=b"], ["Accept", "a"]]}})

    assert document["request"]["headers"] == [["Cookie", "[Filtered]"], ["Accept", "a"]]


def test_a_session_that_a_sender_names_on_purpose_is_kept():
    document = SCRUBBER.scrub(
        {
            "tags": {"session_id": "s1", "token": "t"},
            "contexts": {"session": {"id": "s2"}},
            "user": {"session": "s3", "password": "p"},
            "extra": {"session": "s4"},
            "request": {"cookies": {"a": "b"}},
        }
    )

    assert document["tags"] == {"session_id": "s1", "token": "[Filtered]"}
    assert document["contexts"] == {"session": {"id": "s2"}}
    assert document["user"] == {"session": "s3", "password": "[Filtered]"}
    assert document["extra"] == {"session": "[Filtered]"}
    assert document["request"]["cookies"] == {"a": "[Filtered]"}


def test_an_organization_adds_names_and_takes_names_out():
    scrubber = Scrubber(
        secret_names=frozenset({"Maiden-Name", "frames", ""}), safe_names=frozenset({"token"})
    )

    document = scrubber.scrub({"extra": {"mother_maidenname": "x", "TOKEN": "y", "frames": "z"}})

    assert document["extra"] == {"mother_maidenname": "[Filtered]", "TOKEN": "y", "frames": "z"}


def test_names_are_forgotten_before_they_fill_the_memory():
    names = Names(secret=frozenset(), safe=frozenset(), sessions_too=True)

    for number in range(5000):
        names.hides(f"name{number}")

    assert len(names.known) <= 4096
    assert names.hides("password")


def test_rules_that_are_equal_are_equal():
    assert Scrubber(hides_emails=True) == Scrubber(hides_emails=True)
    assert Scrubber() != Scrubber(secret_names=frozenset({"a"}))
    assert len({Scrubber(), Scrubber()}) == 1


def test_libraries_are_not_searched():
    document = SCRUBBER.scrub({"modules": {"itsdangerous-token": "2.2"}, "a": "token=x"})

    assert document["modules"] == {"itsdangerous-token": "2.2"}


def test_not_more_notes_are_written_than_a_body_has_room_for():
    document = SCRUBBER.scrub({"extra": {f"password{n}": "x" for n in range(700)}})

    assert set(document["extra"].values()) == {"[Filtered]"}
    assert len(document["_meta"]["extra"]) == 500
