"""Passwords and waits: rules that need no database."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.attempts import LONGEST_WAIT, Slowed, at_sign_in, failed, place_of
from domain.failures import Invalid
from domain.passwords import checked_password

AT = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "p" * 11,
        "0123456789a" * 19,
        "ada@example.com",
        "Ada@Example.com",
        "a" * 30,
        "good password \ud800",
    ],
)
def test_what_is_no_good_password_is_refused(password: str):
    with pytest.raises(Invalid) as refused:
        checked_password(password, email="ada@example.com")

    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password", ["correct horse", "пароль из слов", "0123456789ab", "x" * 100 + "abc" * 33]
)
def test_a_good_password_is_taken_as_it_is(password: str):
    assert checked_password(password, email="ada@example.com") == password


def test_the_wait_doubles_up_to_a_quarter_of_an_hour_and_is_forgotten_after_a_day():
    slowed, found, waits = Slowed(b"x", 3), None, []
    for _ in range(20):
        found = failed(found, slowed, AT)
        waits.append((found.free_at - AT).total_seconds())

    assert waits[:7] == [0, 0, 2, 4, 8, 16, 32]
    assert waits[-1] == LONGEST_WAIT.total_seconds()
    later = AT + timedelta(days=1, seconds=1)
    assert failed(found, slowed, later).free_at == later


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (None, "nowhere"),
        ("unix:", "nowhere"),
    ],
)
def test_an_address_counts_as_the_network_of_one_customer(address, place):
    assert place_of(address) == place


def test_no_name_of_what_was_tried_holds_an_address():
    for slowed in at_sign_in("ada@example.com", "192.0.2.7"):
        assert len(slowed.name) == 32
        assert b"ada" not in slowed.name
