"""Pacing: what is quiet is told at once, and what is much work makes room for everything else."""

import pytest

from graph.pacing import Pace, PaceLimits

LIMITS = PaceLimits(
    gap_seconds=0.02,
    longest_seconds=0.25,
    gap_per_work=2.0,
    free_work_seconds=0.005,
    busy_seconds=0.1,
)


def a_pace(*, work_seconds: float, batches: int = 50) -> tuple[Pace, float]:
    """A pace that has seen batches of so much work, and when the last of them was done."""
    pace, now = Pace(LIMITS), 0.0
    for _ in range(batches):
        began = now + pace.wait_seconds(now)
        now = began + work_seconds
        pace.told(began, now, work_seconds)
    return pace, now


def test_a_quiet_feed_is_told_at_once():
    assert Pace(LIMITS).wait_seconds(0.0) == 0.0


def test_little_work_may_come_fifty_times_a_second():
    pace, now = a_pace(work_seconds=0.001)

    assert pace.wait_seconds(now) == pytest.approx(0.019)
    assert pace.wait_seconds(now + 0.02) == 0.0


@pytest.mark.parametrize("work_seconds", [0.02, 0.03, 0.1])
def test_what_is_much_work_leaves_twice_the_time_to_others(work_seconds):
    pace, now = a_pace(work_seconds=work_seconds)

    assert pace.wait_seconds(now) == pytest.approx((work_seconds - 0.005) * 2, rel=0.01)


def test_nobody_waits_for_longer_than_a_quarter_of_a_second():
    pace, now = a_pace(work_seconds=10.0)

    assert pace.wait_seconds(now) == pytest.approx(0.25)


def test_one_slow_batch_hardly_slows_the_next():
    pace, now = a_pace(work_seconds=0.001)
    began = now + pace.wait_seconds(now)

    pace.told(began, began + 0.1, 0.1)

    assert pace.wait_seconds(began + 0.1) < 0.07


def test_to_wait_for_the_database_slows_nobody_down():
    pace = Pace(LIMITS)

    pace.told(0.0, 3.0, 0.001)

    assert pace.wait_seconds(3.0) < 0.001


def test_what_waited_for_the_database_has_paused_already():
    pace, began = Pace(LIMITS), 0.0
    for _ in range(50):
        began += 1.0
        pace.told(began, began + 0.1, 0.02)

    assert pace.pause_seconds == pytest.approx(0.03)
    assert pace.wait_seconds(began + 0.04) == pytest.approx(0.01)
    assert pace.wait_seconds(began + 0.1) == 0.0


@pytest.mark.parametrize(("work_seconds", "is_busy"), [(0.001, False), (0.04, False), (0.06, True)])
def test_only_what_is_much_work_is_busy(work_seconds, is_busy):
    assert a_pace(work_seconds=work_seconds)[0].is_busy is is_busy
