"""Sketches: many values in little room, from which percentiles can be told within two percent.

Values are counted in buckets whose bounds grow by a constant factor (DDSketch, VLDB 2019), so two
sketches add up by adding their buckets. Their order is that of the values, below zero too.
"""

import math
import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ACCURACY = 0.02
MAX_BUCKETS = 1_000

_GROWTH = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GROWTH = math.log(_GROWTH)
_SMALLEST = 1e-9
# Above the distance of the smallest value's bucket from that of 1, so that all are positive.
_SHIFT = 600


@dataclass(frozen=True, slots=True)
class Sketch:
    """How many values fell into each bucket."""

    buckets: Mapping[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.buckets.values())

    def with_values(self, values: Iterable[tuple[float, int]]) -> "Sketch":
        """Return the sketch with more values, each with how often it came."""
        buckets = Counter(self.buckets)
        for value, times in values:
            buckets[_bucket(value)] += times
        return Sketch(_bounded(buckets))

    def merged(self, other: "Sketch") -> "Sketch":
        """Return the sketch of both."""
        return Sketch(_bounded(Counter(self.buckets) + Counter(other.buckets)))

    def percentile(self, fraction: float) -> float:
        """Return a value that so many of the others are not greater than, within two percent."""
        wanted = fraction * (self.count - 1)
        seen = 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen > wanted:
                return _value(bucket)
        raise ValueError("A sketch of nothing has no percentiles.")

    def packed(self) -> bytes:
        """Return the sketch as bytes."""
        keys = sorted(self.buckets)
        counts = [self.buckets[key] for key in keys]
        return struct.pack(f"<{len(keys)}h{len(keys)}q", *keys, *counts)


def unpacked(packed: bytes) -> Sketch:
    """Return the sketch of bytes."""
    size = len(packed) // 10
    numbers = struct.unpack(f"<{size}h{size}q", packed)
    return Sketch(dict(zip(numbers[:size], numbers[size:], strict=True)))


def _bucket(value: float) -> int:
    magnitude = abs(value)
    if magnitude < _SMALLEST:
        return 0
    bucket = math.ceil(math.log(magnitude) / _LOG_GROWTH) + _SHIFT
    return bucket if value > 0 else -bucket


def _value(bucket: int) -> float:
    if bucket == 0:
        return 0.0
    value = 2 * math.exp((abs(bucket) - _SHIFT) * _LOG_GROWTH) / (_GROWTH + 1)
    return value if bucket > 0 else -value


def _bounded(buckets: Counter[int]) -> dict[int, int]:
    """Let the lowest buckets be one where there are too many: high percentiles stay as they are."""
    if len(buckets) <= MAX_BUCKETS:
        return dict(buckets)
    kept = sorted(buckets)[-MAX_BUCKETS:]
    lost = buckets.total() - sum(buckets[key] for key in kept)
    return {key: buckets[key] + (lost if key == kept[0] else 0) for key in kept}
