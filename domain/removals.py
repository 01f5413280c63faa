"""Removals: an organization or a service that goes with all that is theirs, and what went (REL-23).

What is asked for at once is done later, table by table, in pieces: a tenant may have millions of
rows. The record stays when everything else is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.ids import OrganizationId, RemovalId, UserId

# By then every process knows that the keys are closed, and what was on its way has been digested.
BEGINS_AFTER = timedelta(seconds=30)
# What was spooled on some disk while the database was away may still come; it is removed, too.
SWEPT_FOR = timedelta(days=7)
# Counts of a preview stop here; what is more is "at least".
COUNTED_TO = 100_000


class RemovalKind(StrEnum):
    """What is removed."""

    ORGANIZATION = "organization"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The removal of one thing; `removed` counts the rows that went, by table."""

    id: RemovalId
    organization_id: OrganizationId
    kind: RemovalKind
    object_id: UUID
    name: str
    requested_by: UserId | None
    requested_at: datetime
    finished_at: datetime | None
    removed: Mapping[str, int]

    def is_due(self, at: datetime) -> bool:
        """Say whether there may be something to do for it now."""
        if self.finished_at is None:
            return at >= self.requested_at + BEGINS_AFTER
        return self.kind is RemovalKind.ORGANIZATION and at < self.finished_at + SWEPT_FOR


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of something there is; beyond what is counted, at least so much."""

    what: str
    quantity: int
    is_at_least: bool
