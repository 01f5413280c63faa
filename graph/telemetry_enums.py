"""What the values of telemetry's closed enums mean."""

from collections.abc import Mapping
from enum import Enum

from domain.telemetry import Vital
from domain.telemetry.kinds import (
    CheckInStatus,
    DeviceType,
    MetricType,
    PerformanceRating,
    ScheduleKind,
)
from persistence.telemetry.series import MetricBucket
from persistence.telemetry.vitals import VitalsGrouping

TELEMETRY_VALUES: Mapping[type[Enum], Mapping[str, str]] = {
    CheckInStatus: {
        "IN_PROGRESS": "The job has begun and not ended yet.",
        "OK": "The job ended well.",
        "ERROR": "The job failed.",
        "MISSED": "The job did not begin when it should have.",
        "TIMEOUT": "The job took longer than it may.",
    },
    ScheduleKind: {
        "CRONTAB": "By a crontab line.",
        "INTERVAL": "Every so many of a unit.",
    },
    PerformanceRating: {
        "GOOD": "Nobody minds.",
        "NEEDS_IMPROVEMENT": "Some mind.",
        "POOR": "People leave.",
    },
    DeviceType: {
        "DESKTOP": "A computer on a desk or a lap.",
        "TABLET": "A tablet.",
        "MOBILE": "A telephone.",
        "BOT": "A program: a crawler, or a browser without a head.",
        "UNKNOWN": "It did not say.",
    },
    MetricType: {
        "RESPONSE_TIME": "How long an answer took.",
        "THROUGHPUT": "How much was done in a time.",
        "ERROR_RATE": "How much of it failed.",
        "CPU_USAGE": "How busy processors were.",
        "MEMORY_USAGE": "How much memory was taken.",
        "DATABASE_QUERY_TIME": "How long a query of a database took.",
        "CORE_WEB_VITALS": "How a page felt.",
        "USER_JOURNEY_TIME": "How long people took for something.",
        "CUSTOM": "What the sender named itself.",
    },
    Vital: {
        "LCP": "Largest contentful paint: when the main content was seen.",
        "INP": "Interaction to next paint: how long the page took to react.",
        "CLS": "Cumulative layout shift: how much the page jumped about; without a unit.",
        "FCP": "First contentful paint: when anything was seen.",
        "TTFB": "Time to first byte: when the answer began.",
        "FID": "First input delay: the measure before INP.",
        "FP": "First paint: when the screen changed first; not rated.",
    },
    MetricBucket: {
        "MINUTE": "One minute.",
        "FIVE_MINUTES": "Five minutes.",
        "HOUR": "One hour.",
        "DAY": "One day, in UTC.",
    },
    VitalsGrouping: {
        "PAGE": "By the page that was seen.",
        "RELEASE": "By the release that it was seen in.",
    },
}
