"""The two axes of badness: what the source said (LogLevel) and how much it matters (Severity)."""

from collections.abc import Mapping
from enum import StrEnum


class LogLevel(StrEnum):
    """How loudly the source reported an occurrence."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Severity(StrEnum):
    """How much something matters: one ladder for errors, alerts and incidents."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    EMERGENCY = "emergency"


LEVEL_ALIASES: Mapping[str, LogLevel] = {
    **{level.value: level for level in LogLevel},
    "fatal": LogLevel.CRITICAL,
    "crit": LogLevel.CRITICAL,
    "emerg": LogLevel.CRITICAL,
    "alert": LogLevel.CRITICAL,
    "err": LogLevel.ERROR,
    "warn": LogLevel.WARNING,
    "notice": LogLevel.INFO,
    "log": LogLevel.INFO,
    "sample": LogLevel.INFO,
    "trace": LogLevel.DEBUG,
}

SEVERITY_OF_LEVEL: Mapping[LogLevel, Severity] = {
    LogLevel.CRITICAL: Severity.CRITICAL,
    LogLevel.ERROR: Severity.HIGH,
    LogLevel.WARNING: Severity.MEDIUM,
    LogLevel.INFO: Severity.LOW,
    LogLevel.DEBUG: Severity.LOW,
}

SEVERITY_RANK: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(Severity)}


def level_named(name: object) -> LogLevel | None:
    """Return the level of a source's own word, or None when it is no level we know."""
    return LEVEL_ALIASES.get(name.strip().lower()) if isinstance(name, str) else None
