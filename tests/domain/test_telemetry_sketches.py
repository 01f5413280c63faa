"""Sketches: percentiles within two percent, whatever the values and however put together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.telemetry.sketches import ACCURACY, MAX_BUCKETS, Sketch, unpacked

VALUES = st.floats(min_value=-1e100, max_value=1e100, allow_nan=False)


def of(values: list[float]) -> Sketch:
    return Sketch().with_values((value, 1) for value in values)


@given(st.lists(VALUES, min_size=1, max_size=200), st.floats(0, 1))
def test_a_percentile_is_within_two_percent_of_a_value_of_that_rank(
    values: list[float], fraction: float
):
    rank = math.floor(fraction * (len(values) - 1))
    true = sorted(values)[rank]

    told = of(values).percentile(fraction)

    assert told == pytest.approx(true, rel=ACCURACY * 1.001, abs=1e-9)


@given(st.lists(VALUES, max_size=50), st.lists(VALUES, max_size=50))
def test_two_sketches_add_up_to_that_of_all_values(one: list[float], other: list[float]):
    assert of(one).merged(of(other)) == of(other).merged(of(one)) == of(one + other)


@given(st.lists(VALUES, max_size=100))
def test_a_sketch_is_the_same_after_it_was_packed(values: list[float]):
    assert unpacked(of(values).packed()) == of(values)


def test_a_sketch_of_anything_stays_small_and_keeps_its_high_end():
    sketch = of([1.05**n for n in range(-300, 4000)])

    assert len(sketch.buckets) == MAX_BUCKETS
    assert sketch.count == 4300
    assert sketch.percentile(1) == pytest.approx(1.05**3999, rel=ACCURACY)
    assert len(sketch.packed()) == 10 * MAX_BUCKETS


def test_values_weigh_as_often_as_they_came():
    sketch = Sketch().with_values([(1, 99), (1000, 1)])

    assert sketch.percentile(0.98) == pytest.approx(1, rel=ACCURACY * 1.001)
    assert sketch.percentile(1) == pytest.approx(1000, rel=ACCURACY)
    with pytest.raises(ValueError, match="nothing"):
        Sketch().percentile(0.5)
