"""Occurrences: each single time that an error happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.ids import ErrorId, OccurrenceId, OrganizationId, ServiceId
from domain.levels import LogLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One event of an error: the columns that lists and filters need."""

    id: OccurrenceId
    organization_id: OrganizationId
    error_id: ErrorId
    service_id: ServiceId
    event_id: UUID
    occurred_at: datetime
    received_at: datetime
    level: LogLevel
    message: str
    environment: str | None
    release: str | None
    transaction: str | None
    server_name: str | None
    url: str | None
    user_ref: str | None
    session_id: str | None
    ip_address: str | None
    trace_id: str | None
    span_id: str | None
    tags: Mapping[str, str]
