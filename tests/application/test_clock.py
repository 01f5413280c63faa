"""New ids: in the order of time, and within a millisecond in the order of asking."""

from datetime import UTC, datetime, timedelta

from application.clock import Clock
from tests.conftest import CLOCK

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_ids_of_one_moment_are_in_the_order_of_asking():
    clock = Clock(now=lambda: NOON, randomness=CLOCK.randomness)

    ids = [clock.new_id() for _ in range(10_000)]

    assert ids == sorted(set(ids))
    assert {id_.version for id_ in ids} == {7}
    assert {id_.int >> 80 for id_ in ids} == {int(NOON.timestamp() * 1000)}
    assert all(id_.variant == "specified in RFC 4122" for id_ in ids)


def test_an_id_says_when_it_was_made_even_when_the_clock_goes_back():
    times = iter([NOON, NOON - timedelta(hours=1), NOON + timedelta(seconds=1)])
    clock = Clock(now=lambda: next(times), randomness=CLOCK.randomness)

    first, earlier, later = (clock.new_id() for _ in range(3))

    assert earlier < first < later
