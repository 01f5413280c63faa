"""Times: when an event happened, by a clock that we do not trust."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.events.repairs import RepairKind, Repairs

# Below this, what looks like a wrong clock is the way of the message: a queue, a retry, a proxy.
SMALLEST_DRIFT = timedelta(minutes=5)
OLDEST = timedelta(days=30)

# No event is older than the protocol; a larger number is in milliseconds, as browsers count.
_LARGEST_SECONDS = 1e11


def occurred_at(
    timestamp: Any, *, received_at: datetime, sent_at: datetime | None, repairs: Repairs
) -> datetime:
    """Return when an event happened: never after its arrival and not too long before it."""
    moment = read_time(timestamp)
    if moment is None:
        if timestamp is not None:
            repairs.note(RepairKind.INVALID_DATA, "timestamp", was=timestamp)
        return received_at
    moment = _corrected(moment, timestamp, received_at, sent_at, repairs)
    if moment > received_at:
        if moment - received_at > SMALLEST_DRIFT:
            repairs.note(RepairKind.FUTURE_TIMESTAMP, "timestamp", was=timestamp)
        return received_at
    if received_at - moment > OLDEST:
        repairs.note(RepairKind.PAST_TIMESTAMP, "timestamp", was=timestamp)
        return received_at
    return moment


def read_time(value: Any) -> datetime | None:
    """Read seconds since 1970 or RFC 3339; a time without a zone is UTC."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return _of_seconds(value)
        try:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError:
            return None
    return None if isinstance(value, bool) else _of_seconds(value)


def _of_seconds(value: Any) -> datetime | None:
    try:
        seconds = float(value)
        if abs(seconds) > _LARGEST_SECONDS:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _corrected(
    moment: datetime,
    timestamp: Any,
    received_at: datetime,
    sent_at: datetime | None,
    repairs: Repairs,
) -> datetime:
    if sent_at is None:
        return moment
    drift = received_at - (sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC))
    if abs(drift) < SMALLEST_DRIFT:
        return moment
    repairs.note(RepairKind.CLOCK_DRIFT, "timestamp", was=timestamp)
    try:
        return moment + drift
    except OverflowError:
        return received_at
