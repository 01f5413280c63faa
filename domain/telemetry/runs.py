"""Runs: one execution of a monitored job, put together from its check-ins in whatever order."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.ids import CheckInId, MonitorId, OrganizationId
from domain.telemetry.check_ins import CheckIn
from domain.telemetry.kinds import CheckInStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is known of one run: two check-ins with one id are one run."""

    id: CheckInId
    organization_id: OrganizationId
    monitor_id: MonitorId
    check_in_id: UUID
    status: CheckInStatus
    environment: str | None
    duration_ms: float | None
    started_at: datetime
    finished_at: datetime | None

    @property
    def seen_at(self) -> datetime:
        """When it said something last."""
        return self.finished_at or self.started_at

    def with_report(self, check_in: CheckIn) -> "Run":
        """Return the run as it is after another check-in of it."""
        if not check_in.is_final:
            return replace(self, started_at=min(self.started_at, check_in.at))
        if self.finished_at is not None and check_in.at < self.finished_at:
            return self
        started_at = min(self.started_at, check_in.at)
        took = (check_in.at - started_at) / timedelta(milliseconds=1)
        return replace(
            self,
            status=check_in.status,
            environment=check_in.environment or self.environment,
            duration_ms=took if check_in.duration_ms is None else check_in.duration_ms,
            started_at=started_at,
            finished_at=check_in.at,
        )


def first_report(
    check_in: CheckIn,
    *,
    id_: CheckInId,
    organization: OrganizationId,
    monitor: MonitorId,
    check_in_id: UUID,
) -> Run:
    """Return the run that a check-in is the first to speak of."""
    took = timedelta(milliseconds=check_in.duration_ms or 0)
    return Run(
        id=id_,
        organization_id=organization,
        monitor_id=monitor,
        check_in_id=check_in_id,
        status=check_in.status,
        environment=check_in.environment,
        duration_ms=check_in.duration_ms,
        started_at=check_in.at - took if check_in.is_final else check_in.at,
        finished_at=check_in.at if check_in.is_final else None,
    )
