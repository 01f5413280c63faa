"""Every table, so that whoever needs the whole metadata gets it whole."""

from persistence import (
    activities,
    assignments,
    attachments,
    attempts,
    counters,
    error_types,
    feed,
    grouping_rules,
    heartbeats,
    identities,
    ingest_settings,
    installation_secrets,
    invitations,
    limit_notices,
    occurrences,
    organizations,
    passwords,
    releases,
    saved_views,
    services,
    sign_ins,
    suppression_rules,
    tokens,
    users,
)
from persistence.artifacts import tables as artifacts
from persistence.errors import findable
from persistence.errors import tables as errors
from persistence.inbox import tables as inbox
from persistence.tables import metadata
from persistence.telemetry import tables as telemetry
from persistence.user_reports import tables as user_reports

__all__ = [
    "activities",
    "artifacts",
    "assignments",
    "attachments",
    "attempts",
    "counters",
    "error_types",
    "errors",
    "feed",
    "findable",
    "grouping_rules",
    "heartbeats",
    "identities",
    "inbox",
    "ingest_settings",
    "installation_secrets",
    "invitations",
    "limit_notices",
    "metadata",
    "occurrences",
    "organizations",
    "passwords",
    "releases",
    "saved_views",
    "services",
    "sign_ins",
    "suppression_rules",
    "telemetry",
    "tokens",
    "user_reports",
    "users",
]
