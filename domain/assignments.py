"""Assignments: who has an error."""

from dataclasses import dataclass
from datetime import datetime

from domain.failures import Invalid
from domain.ids import AssignmentId, ErrorId, OrganizationId, UserId

MAX_NOTES = 2000


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
    unassigned_at: datetime | None = None
    unassigned_by: UserId | None = None


def checked_notes(notes: str | None) -> str | None:
    """Return what the assignee should know, or refuse it."""
    if notes is not None and len(notes) > MAX_NOTES:
        raise Invalid(f"At most {MAX_NOTES} characters are taken.", field="notes")
    return notes
