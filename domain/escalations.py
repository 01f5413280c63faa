"""Escalations: a person asks another, by name, to care for an error (RES-05)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.ids import ErrorId, EscalationId, OrganizationId, UserId


class EscalationLevel(StrEnum):
    """How high it goes, from the first line of support up (ENU-10)."""

    L1 = "l1"
    L2 = "l2"
    L3 = "l3"
    MANAGEMENT = "management"
    EXECUTIVE = "executive"

    @property
    def rank(self) -> int:
        """Its place in the order, 1 to 5."""
        return list(EscalationLevel).index(self) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One call for somebody's help with an error; open until they acknowledge it."""

    id: EscalationId
    organization_id: OrganizationId
    error_id: ErrorId
    escalated_by: UserId
    escalated_to: UserId
    reason: str
    level: EscalationLevel
    escalated_at: datetime
    acknowledged_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has acknowledged it."""
        return self.acknowledged_at is None

    def acknowledged(self, *, at: datetime) -> "Escalation":
        """Say that it was seen; a second time changes nothing."""
        return self if self.acknowledged_at else replace(self, acknowledged_at=at)
