"""Crowds: how many different ones there were, without anyone counted twice."""

from uuid import UUID

import pytest

from domain.crowds import BITS, crowd_of, member_of_id, member_of_visitor, size_told_by
from domain.visitors import visitors_of


def size_of(*crowds: bytes) -> int:
    together = 0
    for crowd in crowds:
        together |= int.from_bytes(crowd)
    return size_told_by(together.bit_count())


def users(first: int, last: int) -> bytes:
    return crowd_of(member_of_visitor(visitors_of(f"u{n}", None)[0]) for n in range(first, last))


@pytest.mark.parametrize("quantity", range(9))
def test_a_few_are_told_exactly(quantity):
    assert size_of(users(0, quantity)) == quantity


@pytest.mark.parametrize("quantity", [50, 300, 2_000, 20_000, 200_000])
def test_many_are_told_within_some_percent(quantity):
    assert size_of(users(0, quantity)) == pytest.approx(quantity, rel=0.08)


def test_who_is_in_two_crowds_counts_once():
    morning, evening = users(0, 600), users(300, 900)

    assert size_of(morning, evening) == size_of(users(0, 900))


def test_ids_are_told_apart_however_alike_they_are():
    assert size_of(crowd_of(member_of_id(UUID(int=n)) for n in range(1_000))) == pytest.approx(
        1_000, rel=0.08
    )
    assert len(crowd_of([])) * 8 == BITS


def test_a_crowd_of_all_bits_has_a_bound():
    assert size_told_by(BITS) > 10**8
