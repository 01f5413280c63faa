"""The feed: the numbered log of every change that somebody may watch.

Positions are per organization, gapless and in commit order; a position is a place to resume from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import OrganizationId


class FeedKind(StrEnum):
    """What happened to the subject of a feed entry."""

    ERROR_NEW = "error_new"
    ERROR_AGAIN = "error_again"
    ERROR_REGRESSED = "error_regressed"
    ERROR_CHANGED = "error_changed"
    ERROR_REMOVED = "error_removed"
    ERROR_ESCALATED = "error_escalated"
    LIMIT_REACHED = "limit_reached"
    REPORT_NEW = "report_new"
    REPORT_CHANGED = "report_changed"
    TEAM_CHANGED = "team_changed"
    # So many things at once that each by itself is not told: those who show some load anew.
    MANY_CHANGED = "many_changed"
    NOTIFIED = "notified"
    NOTIFICATIONS_READ = "notifications_read"
    # What a newer version of us wrote, which this one knows nothing of.
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> "FeedKind | None":
        return cls.OTHER if isinstance(value, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that is about to be committed; it has no position yet."""

    organization_id: OrganizationId
    kind: FeedKind
    subject_id: UUID
    at: datetime
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One change with its place in the organization's feed; `payload` is small and JSON."""

    organization_id: OrganizationId
    position: int
    kind: FeedKind
    subject_id: UUID
    at: datetime
    payload: Mapping[str, object] = field(default_factory=dict)
