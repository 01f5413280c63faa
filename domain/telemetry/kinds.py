"""The closed sets of telemetry: what is measured, in what, on what, and how good that is."""

from enum import StrEnum


class MetricType(StrEnum):
    """What a sample measures; whatever a sender names itself is custom (ENU-16)."""

    RESPONSE_TIME = "response_time"
    THROUGHPUT = "throughput"
    ERROR_RATE = "error_rate"
    CPU_USAGE = "cpu_usage"
    MEMORY_USAGE = "memory_usage"
    DATABASE_QUERY_TIME = "database_query_time"
    CORE_WEB_VITALS = "core_web_vitals"
    USER_JOURNEY_TIME = "user_journey_time"
    CUSTOM = "custom"


class DeviceType(StrEnum):
    """What a page was seen on (ENU-18)."""

    DESKTOP = "desktop"
    TABLET = "tablet"
    MOBILE = "mobile"
    BOT = "bot"
    UNKNOWN = "unknown"


class ConnectionType(StrEnum):
    """How a device was connected, as its browser puts it (ENU-19)."""

    SLOW_2G = "slow_2g"
    G2 = "2g"
    G3 = "3g"
    G4 = "4g"
    G5 = "5g"
    WIFI = "wifi"
    ETHERNET = "ethernet"
    UNKNOWN = "unknown"


class PerformanceRating(StrEnum):
    """How people feel about a page that measures so (ENU-21), from best to worst."""

    GOOD = "good"
    NEEDS_IMPROVEMENT = "needs_improvement"
    POOR = "poor"


class SessionStatus(StrEnum):
    """How a session went, from best to worst: whatever order its updates come in, worst stays."""

    OK = "ok"
    EXITED = "exited"
    ERRORED = "errored"
    UNHANDLED = "unhandled"
    ABNORMAL = "abnormal"
    CRASHED = "crashed"

    @property
    def rank(self) -> int:
        """How bad it is."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(SessionStatus)}


class CheckInStatus(StrEnum):
    """How one run of a monitored job went."""

    IN_PROGRESS = "in_progress"
    OK = "ok"
    ERROR = "error"
    MISSED = "missed"
    TIMEOUT = "timeout"


class ScheduleKind(StrEnum):
    """How a monitor's schedule is written."""

    CRONTAB = "crontab"
    INTERVAL = "interval"
