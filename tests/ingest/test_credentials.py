"""Credentials: the four places in which clients name their key."""

import pytest

from ingest.answers import Refused
from ingest.sentry.credentials import agreed, key_of_dsn, named_keys

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (f"sentry_version=7&sentry_key={KEY}&sentry_client=sdk/1", {}),
        ("", {b"x-sentry-auth": f"Sentry sentry_key={KEY}, sentry_client=sdk/1"}),
        ("", {b"x-sentry-auth": f"Sentry sentry_key={KEY},sentry_client=sdk/1"}),
        ("", {b"x-sentry-auth": f"sentry sentry_key={KEY},sentry_client=sdk/1"}),
        ("", {b"x-sentry-auth": f'Sentry sentry_key="{KEY}", Sentry_Client=sdk/1'}),
        ("", {b"authorization": f"Sentry sentry_client=sdk/1, sentry_key={KEY}"}),
    ],
)
def test_a_key_is_found_in_the_query_and_in_both_headers(query: str, headers: dict[bytes, str]):
    encoded = {name: value.encode() for name, value in headers.items()}

    assert named_keys(query.encode(), encoded) == ([KEY], "sdk/1")


def test_another_scheme_of_authorization_names_no_key():
    assert named_keys(b"", {b"authorization": f"Bearer sentry_key={KEY}".encode()}) == ([], None)


@pytest.mark.parametrize(
    ("dsn", "found"),
    [
        (f"http://{KEY}@localhost:8700/1", (KEY, "1")),
        (f"https://{KEY}:secret@errors.example.com/prefix/42", (KEY, "42")),
        ("http://localhost/1", None),
        (f"http://{KEY}@localhost", None),
        ("http://[::1", None),
        (None, None),
        (17, None),
    ],
)
def test_a_dsn_gives_its_key_and_project(dsn: object, found: object):
    assert key_of_dsn(dsn) == found


def test_keys_that_agree_are_one():
    assert agreed([KEY, KEY]) == KEY


@pytest.mark.parametrize(("keys", "why"), [([], "No sentry_key"), ([KEY, "other"], "Different")])
def test_no_key_and_two_keys_are_refused(keys: list[str], why: str):
    with pytest.raises(Refused, match=why) as refused:
        agreed(keys)

    assert refused.value.status == 403
