"""Crowds: how many different ones there were, told from a few bits that add up by OR.

Each one sets one of the bits, chosen by its hash: a lane, and a depth that half as many reach as
the one before. How many bits are set says how many different ones came (probabilistic counting of
Flajolet and Martin; the count is read as in Lang's "Back to the Future", 2017): nearly exact for a
few, within some three percent for many, and crowds of hours, services or places unite without
counting anyone twice.
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

LANES = 512
DEPTHS = 20
BITS = LANES * DEPTHS
_LANE_BITS = LANES.bit_length() - 1
_REACH = [
    *(2.0 ** -(depth + 1) / LANES for depth in range(DEPTHS - 1)),
    2.0 ** (1 - DEPTHS) / LANES,
]
_MOST = 2.0**40


def member_of_visitor(visitor: int) -> int:
    """Return the bit of a visitor, whose number is a hash but for its last digit."""
    return _bit((visitor & 0xFFFFFFFFFFFFFFFF) >> 1)


def member_of_id(id_: UUID) -> int:
    """Return the bit of whatever has an id."""
    return _bit(int.from_bytes(hashlib.blake2b(id_.bytes, digest_size=8).digest()) >> 1)


def crowd_of(members: Iterable[int]) -> bytes:
    """Return the crowd of some members' bits."""
    bits = 0
    for member in members:
        bits |= 1 << member
    return bits.to_bytes(BITS // 8)


def size_told_by(set_bits: int) -> int:
    """Return how many different ones set so many bits, most likely."""
    low, high = 0.0, 1.0
    while high < _MOST and _expected(high) < set_bits:
        low, high = high, high * 2
    while high - low > max(0.01, low * 1e-6):
        middle = (low + high) / 2
        low, high = (middle, high) if _expected(middle) < set_bits else (low, middle)
    return round(high) if set_bits else 0


def _bit(hashed: int) -> int:
    rest = hashed >> _LANE_BITS
    depth = min((rest & -rest).bit_length() - 1, DEPTHS - 1) if rest else DEPTHS - 1
    return (hashed & (LANES - 1)) * DEPTHS + depth


def _expected(quantity: float) -> float:
    return float(sum(LANES * (1 - (1 - reach) ** quantity) for reach in _REACH))
