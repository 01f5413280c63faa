"""Activities: what happened to an error, in the words of its timeline (RES-06)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ActivityId, ErrorId, OrganizationId, UserId


class ActivityKind(StrEnum):
    """What an entry of an error's timeline tells."""

    STATUS_CHANGED = "status_changed"
    RESOLVED = "resolved"
    AUTO_RESOLVED = "auto_resolved"
    REOPENED = "reopened"
    REGRESSED = "regressed"
    IGNORED = "ignored"
    IGNORE_ENDED = "ignore_ended"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    SEVERITY_CHANGED = "severity_changed"
    TYPE_CHANGED = "type_changed"
    PRIORITY_CHANGED = "priority_changed"
    COMMENTED = "commented"
    COMMENT_EDITED = "comment_edited"
    COMMENT_DELETED = "comment_deleted"
    RESOLUTION_TESTED = "resolution_tested"
    FOLLOW_UP_OPENED = "follow_up_opened"
    FOLLOW_UP_DONE = "follow_up_done"
    MERGED = "merged"
    MERGED_INTO = "merged_into"
    UNMERGED = "unmerged"
    UNMERGED_FROM = "unmerged_from"
    MARKED_DUPLICATE = "marked_duplicate"
    UNMARKED_DUPLICATE = "unmarked_duplicate"
    ESCALATED = "escalated"
    ESCALATION_ACKNOWLEDGED = "escalation_acknowledged"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One entry of an error's timeline; an entry without an actor was the system's doing."""

    id: ActivityId
    organization_id: OrganizationId
    error_id: ErrorId
    kind: ActivityKind
    actor_id: UserId | None
    at: datetime
    data: Mapping[str, object]
