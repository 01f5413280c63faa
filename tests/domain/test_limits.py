"""Token buckets: what is granted, how long to wait, and how it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.failures import Invalid
from domain.limits import Limit, Limited, checked, flood_limit, header_of, other_limit, take

HUNDRED = Limit("errors", 100, 100)


def test_a_new_bucket_is_full_and_then_gives_nothing():
    bucket, granted, wait = take(None, HUNDRED, 130, 0.0)
    _, more, still = take(bucket, HUNDRED, 1, 0.0)

    assert (granted, more) == (100, 0)
    assert wait == still == pytest.approx(0.6)


def test_a_bucket_fills_again_at_its_rate_and_never_over_its_capacity():
    empty, _, _ = take(None, HUNDRED, 100, 0.0)

    assert take(empty, HUNDRED, 50, 6.0)[1] == 10
    assert take(empty, HUNDRED, 500, 3600.0)[1] == 100


def test_the_wait_ends_when_there_is_a_token():
    empty, _, wait = take(None, HUNDRED, 100, 0.0)

    assert take(empty, HUNDRED, 1, wait - 0.01)[1] == 0
    assert take(empty, HUNDRED, 1, wait + 0.0001)[1] == 1


def test_a_clock_that_is_behind_neither_fills_nor_empties_a_bucket():
    empty, _, _ = take(None, HUNDRED, 100, 1000.0)

    behind, granted, _ = take(empty, HUNDRED, 1, 900.0)

    assert granted == 0
    assert behind == empty


@given(
    st.lists(st.tuples(st.floats(0, 600), st.integers(0, 500)), max_size=40),
    st.integers(1, 1000),
)
def test_over_any_time_no_more_is_granted_than_one_bucket_and_its_refill(asked, per_minute):
    limit, bucket, total = Limit("x", per_minute, per_minute), None, 0

    for at, amount in sorted(asked):
        bucket, granted, wait = take(bucket, limit, amount, at)
        total += granted
        assert 0 <= granted <= amount
        assert wait >= 0

    lasted = max((at for at, _ in asked), default=0.0) - min((at for at, _ in asked), default=0.0)
    assert total <= per_minute * (1 + lasted / 60) + 1e-6


@pytest.mark.parametrize("refused", [0, -5, 1_000_001])
def test_a_limit_has_bounds(refused: int):
    with pytest.raises(Invalid) as raised:
        checked(refused)

    assert raised.value.field == "perMinute"
    assert (checked(1), checked(1_000_000)) == (1, 1_000_000)


def test_a_small_limit_still_has_room_for_a_burst_and_for_other_things():
    assert (flood_limit(100), flood_limit(1000)) == (3000, 20_000)
    assert (other_limit(1), other_limit(1000)) == (6000, 60_000)


def test_limits_are_told_as_the_protocol_writes_them():
    told = header_of(
        [
            Limited(60, ("error", "default"), "organization", "error_limit"),
            Limited(5, ("transaction",), "key", "key_limit"),
        ]
    )

    assert told == ("60:error;default:organization:error_limit, 5:transaction:key:key_limit")
