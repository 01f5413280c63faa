"""Assignments: who has an error."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import AssignmentId, ErrorId, OrganizationId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One person has one error, until unassigned."""

    id: AssignmentId
    organization_id: OrganizationId
    error_id: ErrorId
    assigned_to: UserId
    assigned_by: UserId
    assignment_notes: str | None
    due_date: datetime | None
    is_active: bool
    created_at: datetime
