"""Every table, so that whoever needs the whole metadata gets it whole."""

from persistence import (
    activities,
    assignments,
    counters,
    error_types,
    feed,
    heartbeats,
    occurrences,
    organizations,
    releases,
    services,
    tokens,
    users,
)
from persistence.artifacts import tables as artifacts
from persistence.errors import tables as errors
from persistence.inbox import tables as inbox
from persistence.tables import metadata
from persistence.telemetry import tables as telemetry

__all__ = [
    "activities",
    "artifacts",
    "assignments",
    "counters",
    "error_types",
    "errors",
    "feed",
    "heartbeats",
    "inbox",
    "metadata",
    "occurrences",
    "organizations",
    "releases",
    "services",
    "telemetry",
    "tokens",
    "users",
]
