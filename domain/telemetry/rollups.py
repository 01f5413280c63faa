"""Rollups: what is left of the samples of one hour when they are gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.telemetry.kinds import MetricType
from domain.telemetry.samples import Sample
from domain.telemetry.sketches import Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """The samples of one metric, in one unit, within a time."""

    metric_type: MetricType
    count: int
    total: float
    least: float
    most: float
    sketch: Sketch

    def merged(self, other: "Rollup") -> "Rollup":
        """Return the rollup of both."""
        return Rollup(
            metric_type=self.metric_type,
            count=self.count + other.count,
            total=self.total + other.total,
            least=min(self.least, other.least),
            most=max(self.most, other.most),
            sketch=self.sketch.merged(other.sketch),
        )

    def percentile(self, fraction: float) -> float:
        """Return a percentile, which no value that was really there lies outside of."""
        return min(max(self.sketch.percentile(fraction), self.least), self.most)


def rolled_up(samples: Sequence[Sample]) -> Rollup:
    """Return the rollup of samples of one metric in one unit; there must be one."""
    first = samples[0]
    counts = [sample.count or 1 for sample in samples]
    totals = [
        sample.value * count if sample.total is None else sample.total
        for sample, count in zip(samples, counts, strict=True)
    ]
    return Rollup(
        metric_type=first.metric_type,
        count=sum(counts),
        total=sum(totals),
        least=min(s.value if s.least is None else s.least for s in samples),
        most=max(s.value if s.most is None else s.most for s in samples),
        sketch=Sketch().with_values((s.value, n) for s, n in zip(samples, counts, strict=True)),
    )
