"""Releases: which is the newer one, for the texts that programs really send."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.release_order import ResolvedIn, compared, newest, version_of

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.2.3", "1.2.4"),
        ("1.9.0", "1.10.0"),
        ("v1.2", "v1.2.1"),
        ("1.2", "v1.3"),
        ("app@1.0", "app@1.1"),
        ("APP@1.0", "app@2.0"),
        ("@scope/web@1.0.0", "@scope/web@1.0.1"),
        ("shop@1.2.3-rc.1", "shop@1.2.3"),
        ("1.2.3-rc.1", "1.2.3-rc.2"),
        ("1.2.3-rc9", "1.2.3-rc10"),
        ("1.0.0-alpha", "1.0.0-alpha.1"),
        ("1.0.0-alpha.1", "1.0.0-beta"),
        ("1.0.0-1", "1.0.0-alpha"),
        ("1.0rc1", "1.0"),
        ("1.0.dev3", "1.0"),
        ("1.2.3", "1.2.3-5-gabc1234"),
        ("1.2.3-5-gabc1234", "1.2.3-12-gfff0000"),
        ("1.2.3+55", "1.2.3+56"),
        ("shop@1.2.3+9", "shop@1.2.3+10"),
        ("2024.05.1", "2024.10.1"),
        ("2024.5.1", "2024.05.02"),
        ("2024-05-01", "2024-05-02"),
        ("99", "100"),
        ("1700000000", "1700000001"),
        ("01.02.03", "1.2.4"),
        ("2.0", "1!1.0"),
        ("1:1.0-2", "2:0.9-1"),
        ("1.2.3.4", "1.2.3.5"),
        ("1.0.0", "999999999999999999.0"),
        (" 1.0 ", "1.1"),
    ],
)
def test_the_newer_of_two_versions_is_known(older: str, newer: str):
    assert compared(older, newer) == -1
    assert compared(newer, older) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.2", "1.2.0"), ("v1.2.3", "1.2.3"), ("01.2", "1.2"), (SHA, SHA), ("x@1.0+7", "x@1.0+7")],
)
def test_the_same_version_may_be_written_differently(one: str, other: str):
    assert compared(one, other) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHA, "b" * 40),
        ("a1b2c3d", "1.2.3"),
        ("web@1.0", "api@2.0"),
        ("web@1.0", "2.0"),
        ("100", "1.2.3"),
        ("2024-05-01", "2024.05.02"),
        ("1.0+abc", "1.0+def"),
        ("1.0.post1", "1.0"),
        ("1.0-hotfix2", "1.0"),
        ("production", "staging"),
        ("", "1.0"),
        ("   ", "1.0"),
        ("\uff11.\uff12", "1.3"),
        ("версия-1", "версия-2"),
        ("1.0 beta", "1.0"),
        ("1.0\n", "1.0\0"),
        ("1..0", "1.0"),
        ("1.2.3.4.5.6.7", "1.0"),
        ("9" * 300, "1"),
        ("1." + "0" * 298, "1.0"),
        ("1.0-" + "a-" * 140, "1.0"),
        ("@", "1.0"),
        ("@1.0", "1.0"),
    ],
)
def test_what_its_name_does_not_tell_is_not_guessed(one: str, other: str):
    assert compared(one, other) is None
    assert compared(other, one) is None


def test_a_hostile_release_is_read_in_no_time():
    for text in ("1" * 255, "1." * 127, "1.0-" + "a." * 125, "@" * 255, "1.0-" + "-" * 250):
        version_of(text)


@pytest.mark.parametrize(
    ("release", "first_seen_at", "in_this", "in_next"),
    [
        ("shop@1.2.0", NOON, False, False),
        ("shop@1.2.3", NOON, True, False),
        ("shop@1.2.4", NOON - HOUR, True, True),
        ("shop@1.2.4", None, True, True),
        (SHA, NOON - HOUR, False, False),
        (SHA, NOON + HOUR, True, True),
        (SHA, None, True, True),
        ("", NOON + HOUR, False, False),
        (None, None, False, False),
    ],
)
def test_which_releases_ought_to_have_the_fix(release, first_seen_at, in_this, in_next):
    this = ResolvedIn(release="shop@1.2.3", first_seen_at=NOON, is_fixed=True)
    following = ResolvedIn(release="shop@1.2.3", first_seen_at=NOON, is_fixed=False)

    assert this.has_the_fix(release, first_seen_at) is in_this
    assert following.has_the_fix(release, first_seen_at) is in_next
    assert ResolvedIn.of_json(this.as_json()) == this


def test_the_newest_release_is_the_last_met_or_a_higher_version_of_it():
    hotfix = {"web@2.0": NOON, "web@1.9.1": NOON + HOUR, "api@7.0": NOON - HOUR}

    assert newest(hotfix) == "web@2.0"
    assert newest({SHA: NOON, "b" * 40: NOON + HOUR}) == "b" * 40
    assert newest({}) is None
