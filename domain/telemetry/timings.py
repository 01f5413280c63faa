"""Timings: the samples that requests and their database queries become."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.telemetry.kinds import MetricType
from domain.telemetry.samples import Metadata, Origin, Sample
from domain.telemetry.units import MS

# Their duration is that of an interaction or of nothing, not of an answer.
_NO_ANSWERS = ("ui.interaction", "ui.webvital")


def is_answer(op: str | None) -> bool:
    """Say whether a segment of this operation answers something, so that its duration counts."""
    return not (op or "").startswith(_NO_ANSWERS)


def is_query(op: str | None) -> bool:
    """Say whether a span of this operation is a database query."""
    return op is not None and (op == "db" or op.startswith(("db.", "db_")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One request, task or page load from its beginning to its end."""

    key: str
    origin: Origin
    at: datetime
    duration_ms: float
    op: str | None
    status: str | None
    metadata: Metadata


def response_time(answer: Answer) -> Sample:
    """Return how long an answer took."""
    return Sample(
        key=f"{answer.key}:response_time",
        origin=answer.origin,
        name=MetricType.RESPONSE_TIME.value,
        metric_type=MetricType.RESPONSE_TIME,
        value=answer.duration_ms,
        unit=MS,
        measured_at=answer.at,
        op=answer.op,
        status=answer.status,
        metadata=answer.metadata,
    )


def query_time(
    durations: Sequence[float], *, key: str, origin: Origin, at: datetime, op: str | None
) -> Sample | None:
    """Return how long the queries of one answer took, summed up; None when there were none."""
    if not durations:
        return None
    total = sum(durations)
    return Sample(
        key=f"{key}:database_query_time",
        origin=origin,
        name=MetricType.DATABASE_QUERY_TIME.value,
        metric_type=MetricType.DATABASE_QUERY_TIME,
        value=round(total / len(durations), 3),
        unit=MS,
        measured_at=at,
        count=len(durations),
        total=round(total, 3),
        least=min(durations),
        most=max(durations),
        op=op,
    )
