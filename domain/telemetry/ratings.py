"""Ratings: what a web vital is worth, by the public thresholds (web.dev/articles/vitals)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.telemetry.kinds import PerformanceRating


class Vital(StrEnum):
    """A measure of how a page feels; CLS has no unit, the others are in milliseconds."""

    LCP = "lcp"
    INP = "inp"
    CLS = "cls"
    FCP = "fcp"
    TTFB = "ttfb"
    FID = "fid"
    FP = "fp"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Up to `good` a value is good; beyond `poor` it is poor."""

    good: float
    poor: float


# First paint has no public threshold.
THRESHOLDS: Mapping[Vital, Threshold] = {
    Vital.LCP: Threshold(2500, 4000),
    Vital.INP: Threshold(200, 500),
    Vital.CLS: Threshold(0.1, 0.25),
    Vital.FCP: Threshold(1800, 3000),
    Vital.TTFB: Threshold(800, 1800),
    Vital.FID: Threshold(100, 300),
}
# What the columns hold: milliseconds to the hundredth, and CLS to the ten-thousandth.
_LARGEST = 999_999.99
_LARGEST_CLS = 9_999.9999


def rating_of(vital: Vital, value: float) -> PerformanceRating | None:
    """Return what one value is worth, or None where nobody has said."""
    threshold = THRESHOLDS.get(vital)
    if threshold is None:
        return None
    if value <= threshold.good:
        return PerformanceRating.GOOD
    if value <= threshold.poor:
        return PerformanceRating.NEEDS_IMPROVEMENT
    return PerformanceRating.POOR


def worst_of(values: Iterable[tuple[Vital, float]]) -> PerformanceRating | None:
    """Return the worst rating among values: a page is as good as its weakest measure."""
    found = {rating_of(vital, value) for vital, value in values}
    order = list(PerformanceRating)
    return max((r for r in found if r is not None), key=order.index, default=None)


def kept(vital: Vital, value: float | None) -> float | None:
    """Return a value as it is stored, or None when it cannot be one."""
    if value is None or value < 0:
        return None
    if vital is Vital.CLS:
        return round(value, 4) if value <= _LARGEST_CLS else None
    return round(value, 2) if value <= _LARGEST else None
