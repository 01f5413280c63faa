"""What a `work` process is made of: the doors of the clock."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from application.artifacts import ArtifactJobs, Assembling
from application.digest import Digest
from application.digest.overflow import Overflow
from application.digest.pool import Pool
from application.digest.preparing import Here, Preparer
from application.policies import Policies
from application.removals import RemovalUseCases
from application.source_maps import LateMaps, SourceMapResolver, SourceMaps
from application.telemetry import telemetry_handlers
from application.triage.changing import ErrorChanges
from application.triage.deadlines import Deadlines
from application.triage.lapsing import Lapsing
from application.user_reports import report_handlers
from outbound.source_maps import MapReader
from persistence.jobs import Jobs
from server.parent import end_with_parent
from server.settings import Settings
from server.wiring.base import CLOCK, Base, base


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """What a `work` process is made of."""

    base: Base
    digest: Digest
    jobs: Jobs
    artifacts: ArtifactJobs
    lapsing: Lapsing
    deadlines: Deadlines
    removals: RemovalUseCases


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Working]:
    """Build a `work` process."""
    async with base(settings, "work") as own, AsyncExitStack() as stack:
        preparer: Preparer = Here()
        if settings.digest_processes:
            pool = Pool(processes=settings.digest_processes, on_start=end_with_parent)
            stack.callback(pool.close)
            preparer = pool
        policies = Policies(database=own.database, clock=CLOCK)
        maps = MapReader()
        stack.push_async_callback(maps.close)
        source_maps = SourceMaps(database=own.database, reader=maps, clock=CLOCK)
        digest = Digest(
            database=own.database,
            hub=own.hub,
            clock=CLOCK,
            policies=policies,
            handlers={
                **telemetry_handlers(database=own.database, clock=CLOCK, policies=policies),
                **report_handlers(policies, settings.attachment_bytes_per_day, CLOCK),
            },
            preparer=preparer,
            resolver=SourceMapResolver(source_maps=source_maps),
            overflow=Overflow(per_minute=settings.new_errors_per_minute),
        )
        jobs = Jobs(own.database)
        artifacts = ArtifactJobs(
            assembling=Assembling(database=own.database, clock=CLOCK),
            late=LateMaps(source_maps=source_maps, hub=own.hub, policies=policies),
            retention=timedelta(days=settings.artifact_retention_days),
            jobs=jobs,
        )
        changes = ErrorChanges(database=own.database, hub=own.hub, clock=CLOCK)
        yield Working(
            base=own,
            digest=digest,
            jobs=jobs,
            artifacts=artifacts,
            lapsing=Lapsing(changes=changes),
            deadlines=Deadlines(changes=changes),
            removals=RemovalUseCases(database=own.database, clock=CLOCK, hub=own.hub),
        )
