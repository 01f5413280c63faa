"""The jobs that must be done once for the whole installation, whoever does them."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID

from application.artifacts import ASSEMBLE, RESOLVE_LATE, ArtifactJobs
from application.removals import RemovalUseCases
from application.triage.deadlines import Deadlines
from application.triage.lapsing import Lapsing
from application.upkeep import Upkeep


class JobQueue(Protocol):
    """Where handlers are registered; `persistence.jobs` fits it."""

    def on(
        self, name: str, handler: Callable[[bytes], Awaitable[None]], *, cron: str | None = None
    ) -> None:
        """Let `handler` do the jobs of this name."""
        ...


def _plain(use: Callable[[], Awaitable[object]]) -> Callable[[bytes], Awaitable[None]]:
    """Return the handler of a job that needs no payload."""

    async def handle(_payload: bytes) -> None:
        await use()

    return handle


def register(
    jobs: JobQueue,
    *,
    upkeep: Upkeep,
    artifacts: ArtifactJobs,
    lapsing: Lapsing,
    deadlines: Deadlines,
    removals: RemovalUseCases,
) -> None:
    """Register every job with its handler and, where it recurs, its time (UTC)."""

    async def partitions(_payload: bytes) -> None:
        await upkeep.make_partitions()
        await upkeep.drop_partitions()

    async def forget_telemetry(_payload: bytes) -> None:
        await upkeep.forget_telemetry()

    async def forget_sign_ins(_payload: bytes) -> None:
        await upkeep.forget_sign_ins()

    async def forget_attachments(_payload: bytes) -> None:
        await upkeep.forget_attachments()

    async def link_reports(_payload: bytes) -> None:
        await upkeep.link_reports()

    async def forget_dead_letters(_payload: bytes) -> None:
        await upkeep.forget_dead_letters()

    async def trim_feed(_payload: bytes) -> None:
        await upkeep.trim_feed()

    async def assemble(payload: bytes) -> None:
        await artifacts.assemble(UUID(bytes=payload))

    async def tend_artifacts(_payload: bytes) -> None:
        await artifacts.tend()

    async def forget_artifacts(_payload: bytes) -> None:
        await artifacts.forget()

    async def resolve_late(_payload: bytes) -> None:
        await artifacts.resolve_late()

    jobs.on("occurrence_partitions", partitions, cron="17 * * * *")
    jobs.on("forget_telemetry", forget_telemetry, cron="37 * * * *")
    jobs.on("forget_sign_ins", forget_sign_ins, cron="27 * * * *")
    jobs.on("forget_attachments", forget_attachments, cron="47 * * * *")

    _register_triage(jobs, lapsing, deadlines)
    jobs.on("link_reports", link_reports, cron="*/5 * * * *")
    jobs.on("forget_dead_letters", forget_dead_letters, cron="53 * * * *")
    jobs.on("sweep_deleted", _plain(upkeep.sweep_deleted), cron="* * * * *")
    jobs.on("remove", _plain(removals.run), cron="* * * * *")
    jobs.on("forget_audit_log", _plain(upkeep.forget_audit_log), cron="23 3 * * *")
    jobs.on("forget_notifications", _plain(upkeep.forget_notifications), cron="7 * * * *")
    jobs.on("trim_feed", trim_feed, cron="*/10 * * * *")
    jobs.on(ASSEMBLE, assemble)
    jobs.on("tend_artifacts", tend_artifacts, cron="* * * * *")
    jobs.on("forget_artifacts", forget_artifacts, cron="41 * * * *")
    jobs.on(RESOLVE_LATE, resolve_late, cron="* * * * *")


def _register_triage(jobs: JobQueue, lapsing: Lapsing, deadlines: Deadlines) -> None:
    jobs.on("tell_deadlines", _plain(deadlines.tell), cron="* * * * *")
    jobs.on("end_ignoring", _plain(lapsing.end_ignoring), cron="* * * * *")
    jobs.on("resolve_quiet", _plain(lapsing.resolve_quiet), cron="*/15 * * * *")
    jobs.on("forget_keys", _plain(lapsing.forget_keys), cron="29 * * * *")
