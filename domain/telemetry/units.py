"""Units: every duration in milliseconds and every size in bytes, whatever the sender counts in."""

from collections.abc import Mapping

from domain.telemetry.kinds import MetricType
from domain.telemetry.reading import WORD, text_of

MS = "ms"
BYTES = "bytes"
COUNT = "count"
RATIO = "ratio"
PERCENTAGE = "percentage"
PER_SECOND = "per_second"
BYTES_PER_SECOND = "bytes_per_second"

# As the Sentry SDKs spell them, and as UCUM does, which OpenTelemetry uses.
_UNITS: Mapping[str, tuple[str, float]] = {
    **dict.fromkeys(("nanosecond", "nanoseconds", "ns"), (MS, 1e-6)),
    **dict.fromkeys(("microsecond", "microseconds", "us", "µs"), (MS, 1e-3)),
    **dict.fromkeys(("millisecond", "milliseconds", "ms"), (MS, 1.0)),
    **dict.fromkeys(("second", "seconds", "s"), (MS, 1e3)),
    **dict.fromkeys(("minute", "minutes", "min"), (MS, 6e4)),
    **dict.fromkeys(("hour", "hours", "h"), (MS, 3.6e6)),
    **dict.fromkeys(("day", "days", "d"), (MS, 8.64e7)),
    **dict.fromkeys(("byte", "bytes", "By"), (BYTES, 1.0)),
    **dict.fromkeys(("kilobyte", "kBy"), (BYTES, 1e3)),
    **dict.fromkeys(("megabyte", "MBy"), (BYTES, 1e6)),
    **dict.fromkeys(("gigabyte", "GBy"), (BYTES, 1e9)),
    **dict.fromkeys(("kibibyte", "KiBy"), (BYTES, 2.0**10)),
    **dict.fromkeys(("mebibyte", "MiBy"), (BYTES, 2.0**20)),
    **dict.fromkeys(("gibibyte", "GiBy"), (BYTES, 2.0**30)),
    **dict.fromkeys(("percent", "percentage", "%"), (PERCENTAGE, 1.0)),
    **dict.fromkeys(("none", "count", "1"), (COUNT, 1.0)),
    **dict.fromkeys(("per_second", "1/s"), (PER_SECOND, 1.0)),
    **dict.fromkeys(("bytes_per_second", "By/s"), (BYTES_PER_SECOND, 1.0)),
    RATIO: (RATIO, 1.0),
}
_TYPES: Mapping[str, MetricType] = {
    "http.server.request.duration": MetricType.RESPONSE_TIME,
    "http.server.duration": MetricType.RESPONSE_TIME,
    "API_RESPONSE_TIME": MetricType.RESPONSE_TIME,
    "db.client.operation.duration": MetricType.DATABASE_QUERY_TIME,
    "system.cpu.utilization": MetricType.CPU_USAGE,
    "process.cpu.utilization": MetricType.CPU_USAGE,
    "system.memory.usage": MetricType.MEMORY_USAGE,
    "system.memory.utilization": MetricType.MEMORY_USAGE,
    "process.memory.usage": MetricType.MEMORY_USAGE,
}


def unit_of(said: object) -> tuple[str, float]:
    """Return the unit that is stored, and what a value must be multiplied by."""
    word = text_of(said, WORD)
    if word is None or word.startswith("{"):  # "{request}": UCUM for "so many of these"
        return COUNT, 1.0
    return _UNITS.get(word) or _UNITS.get(word.lower()) or (word, 1.0)


def type_of(name: str) -> MetricType:
    """Return what a metric of this name measures."""
    if name in _TYPES:
        return _TYPES[name]
    try:
        return MetricType(name)
    except ValueError:
        return MetricType.CUSTOM
