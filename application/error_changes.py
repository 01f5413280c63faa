"""The feed's word of an error: what everybody who watches is told, and what they filter by."""

from datetime import datetime
from typing import Protocol

from domain.errors import ErrorStatus
from domain.feed import Change, FeedKind
from domain.ids import ErrorId, OrganizationId, ServiceId
from domain.levels import LogLevel, Severity


class Told(Protocol):
    """An error, or as much of one as the word needs."""

    @property
    def id(self) -> ErrorId:
        """Which error it is."""
        ...

    @property
    def organization_id(self) -> OrganizationId:
        """Whose it is."""
        ...

    @property
    def service_id(self) -> ServiceId:
        """The service that it goes wrong in."""
        ...

    @property
    def status(self) -> ErrorStatus:
        """Where it stands in its life."""
        ...

    @property
    def level(self) -> LogLevel:
        """How loudly the source reported it last."""
        ...

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        ...

    @property
    def environment(self) -> str | None:
        """Where it happens."""
        ...


def change_of(error: Told, at: datetime, kind: FeedKind = FeedKind.ERROR_CHANGED) -> Change:
    """Return the feed's word of an error as it stands now: what subscribers filter by."""
    return Change(
        organization_id=error.organization_id,
        kind=kind,
        subject_id=error.id,
        at=at,
        payload={
            "service_id": str(error.service_id),
            "status": error.status.value,
            "level": error.level.value,
            "severity": error.severity.value,
            "environment": error.environment,
        },
    )
