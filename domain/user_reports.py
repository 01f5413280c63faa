"""User reports: what a person says about the program, by a form or after a failure (RPT-01)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.ids import ErrorId, OccurrenceId, OrganizationId, ServiceId, UserId, UserReportId


class ReportType(StrEnum):
    """What a report is about (ENU-11)."""

    BUG = "bug"
    FEATURE_REQUEST = "feature_request"
    PERFORMANCE = "performance"
    UI_ISSUE = "ui_issue"
    DATA_ISSUE = "data_issue"
    FEEDBACK = "feedback"
    OTHER = "other"


class ReporterType(StrEnum):
    """Who a reporter says to be (ENU-12)."""

    SYSTEM_ADMIN = "system_admin"
    ORG_OWNER = "org_owner"
    STAFF = "staff"
    CUSTOMER = "customer"


class ReportStatus(StrEnum):
    """Where a report stands in its life (ENU-12)."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    PENDING_INFO = "pending_info"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DUPLICATE = "duplicate"


class ReportPriority(StrEnum):
    """How much a report presses (ENU-12)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReport:
    """One report of one person; its attachments have its event id.

    `associated_event_id` is the event that the report is about. It may come later than the report:
    `error_id` and `occurrence_id` are what is known of it by now, unless a person has said which
    error it belongs to (or that it belongs to none).
    """

    id: UserReportId
    organization_id: OrganizationId
    service_id: ServiceId
    event_id: UUID | None
    report_type: ReportType
    priority: ReportPriority
    reporter_type: ReporterType
    reporter_id: UserId | None = None
    reporter_email: str | None
    reporter_name: str | None
    title: str
    description: str
    steps_to_reproduce: str | None
    expected_behavior: str | None
    actual_behavior: str | None
    url: str | None
    environment: str | None
    release: str | None
    source: str | None
    browser_info: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    associated_event_id: UUID | None
    error_id: ErrorId | None = None
    occurrence_id: OccurrenceId | None = None
    status: ReportStatus = ReportStatus.OPEN
    is_linked_by_hand: bool = False
    assigned_to: UserId | None = None
    due_at: datetime | None = None
    resolved_at: datetime | None = None
    resolution_notes: str | None = None
    duplicate_of_id: UserReportId | None = None
    created_at: datetime
    updated_at: datetime
