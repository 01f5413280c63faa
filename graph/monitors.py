"""Monitors, as the API shows them: scheduled jobs, and how their runs went."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import telemetry
from domain.ids import CheckInId, MonitorId, ServiceId
from domain.telemetry.kinds import CheckInStatus, ScheduleKind
from domain.telemetry.runs import Run
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.ids import Node, organization_id, service_id, shown
from graph.services import Service, service_of
from persistence.pages import Found
from persistence.projection.declared import CHECK_IN, MONITOR
from persistence.reach import reach_of
from persistence.telemetry import monitor_rows
from persistence.telemetry.monitor_rows import MONITORS, RUNS, MonitorsAsked


@strawberry.type
class CheckIn(Node):
    """One run of a monitored job, as its check-ins tell it."""

    monitor_key: strawberry.Private[MonitorId]
    check_in_id: str = strawberry.field(description="The id that the job gave it, 32 hex digits.")
    status: CheckInStatus = strawberry.field(description="How it went, or that it still runs.")
    environment: str | None = strawberry.field(description="Where it ran, e.g. production.")
    duration_ms: float | None = strawberry.field(description="How long it took, once it is over.")
    started_at: datetime = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it ended, if it has.")

    @classmethod
    def of(cls, run: Run) -> Self:
        """Show a run."""
        return cls(
            id=shown(CHECK_IN, run.id),
            monitor_key=run.monitor_id,
            check_in_id=run.check_in_id.hex,
            status=run.status,
            environment=run.environment,
            duration_ms=run.duration_ms,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )

    @strawberry.field
    async def monitor(self, info: Info) -> "Monitor | None":
        """The monitor that it is a run of."""
        return await monitor_of(info, self.monitor_key)


@strawberry.type
class MonitorSchedule:
    """When a job should run, and what it is held to."""

    kind: ScheduleKind = strawberry.field(description="How the schedule is written.")
    value: str = strawberry.field(description="The crontab line, or how many of the unit.")
    unit: str | None = strawberry.field(description="Of an interval: minute, hour, day and so on.")
    timezone: str | None = strawberry.field(description="Where the crontab's clock stands.")
    checkin_margin_minutes: int | None = strawberry.field(
        description="How late it may begin, if the job said."
    )
    max_runtime_minutes: int | None = strawberry.field(
        description="How long it may take, if the job said."
    )
    failure_issue_threshold: int | None = strawberry.field(
        description="After how many failures in a row somebody should know, if the job said."
    )
    recovery_threshold: int | None = strawberry.field(
        description="After how many good runs in a row all is well again, if the job said."
    )


@strawberry.type
class Monitor(Node):
    """A scheduled job that says when it runs."""

    key: strawberry.Private[MonitorId]
    service_key: strawberry.Private[ServiceId]
    slug: str = strawberry.field(description="Its name, as the job sends it.")
    name: str = strawberry.field(description="What people call it.")
    is_active: bool = strawberry.field(description="Whether anybody is told when it fails.")
    schedule: MonitorSchedule | None = strawberry.field(
        description="When it should run; null where the job never said."
    )
    last_status: CheckInStatus | None = strawberry.field(description="How its last run went.")
    last_check_in_at: datetime | None = strawberry.field(description="When it said anything last.")
    created_at: datetime = strawberry.field(description="When it was heard of first.")

    @classmethod
    def of(cls, monitor: telemetry.Monitor) -> Self:
        """Show a monitor."""
        return cls(
            id=shown(MONITOR, monitor.id),
            key=monitor.id,
            service_key=monitor.service_id,
            slug=monitor.slug,
            name=monitor.name,
            is_active=monitor.is_active,
            schedule=_schedule(monitor.config),
            last_status=monitor.last_status,
            last_check_in_at=monitor.last_check_in_at,
            created_at=monitor.created_at,
        )

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that runs it."""
        return await service_of(info, self.service_key)

    @strawberry.field
    async def last_check_in(self, info: Info) -> CheckIn | None:
        """Its newest run that is still kept."""
        found = await info.context.loaders.last_check_ins.load(self.key)
        return None if found is None else CheckIn.of(found)

    @strawberry.field
    async def check_ins(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[CheckIn]:
        """All its runs that are still kept, newest first."""
        page = page_asked(RUNS, first=first, after=after)
        loaders = info.context.loaders
        found = await loaders.check_in_pages.load((self.key, page)) or Found((), has_more=False)
        return connection_of(
            found, page, RUNS, CheckIn.of, lambda: loaders.check_in_counts.load(self.key)
        )


@strawberry.type
class MonitorQueries:
    """What can be asked about monitors."""

    @strawberry.field
    async def monitors(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only those of this organization."),
        ] = None,
        service: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this service.")
        ] = None,
        status: Annotated[
            list[CheckInStatus] | None,
            strawberry.argument(description="Only those whose last run went in one of these ways."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Monitor]:
        """The monitors that the viewer may see, the newest first."""
        context = info.context
        only = None if organization is None else organization_id(organization, field="organization")
        asked = MonitorsAsked(
            reach=reach_of(context.scope, only),
            service=None if service is None else service_id(service, field="service"),
            status=None if status is None else tuple(status),
            page=page_asked(MONITORS, first=first, after=after),
        )

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await monitor_rows.count(db, asked)

        async with context.house.database.reading(context.scope) as db:
            found = await monitor_rows.page_of(db, asked)
        return connection_of(found, asked.page, MONITORS, Monitor.of, counted)


async def monitor_of(info: Info, id_: MonitorId) -> Monitor | None:
    """Return the monitor of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.monitors.load(id_)
    return None if found is None else Monitor.of(found)


async def check_in_of(info: Info, id_: CheckInId) -> CheckIn | None:
    """Return the run of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.check_ins.load(id_)
    return None if found is None else CheckIn.of(found)


def _schedule(config: telemetry.MonitorConfig | None) -> MonitorSchedule | None:
    if config is None:
        return None
    return MonitorSchedule(
        kind=config.schedule.kind,
        value=config.schedule.value,
        unit=config.schedule.unit,
        timezone=config.timezone,
        checkin_margin_minutes=config.checkin_margin_minutes,
        max_runtime_minutes=config.max_runtime_minutes,
        failure_issue_threshold=config.failure_issue_threshold,
        recovery_threshold=config.recovery_threshold,
    )
