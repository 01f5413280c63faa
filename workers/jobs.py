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

    async def partitions() -> None:
        await upkeep.make_partitions()
        await upkeep.drop_partitions()

    async def assemble(payload: bytes) -> None:
        await artifacts.assemble(UUID(bytes=payload))

    jobs.on(ASSEMBLE, assemble)
    recurring: tuple[tuple[str, Callable[[], Awaitable[object]], str], ...] = (
        ("occurrence_partitions", partitions, "17 * * * *"),
        ("forget_telemetry", upkeep.forget_telemetry, "37 * * * *"),
        ("forget_sign_ins", upkeep.forget_sign_ins, "27 * * * *"),
        ("forget_attachments", upkeep.forget_attachments, "47 * * * *"),
        ("forget_dead_letters", upkeep.forget_dead_letters, "53 * * * *"),
        ("forget_audit_log", upkeep.forget_audit_log, "23 3 * * *"),
        ("forget_notifications", upkeep.forget_notifications, "7 * * * *"),
        ("trim_feed", upkeep.trim_feed, "*/10 * * * *"),
        ("link_reports", upkeep.link_reports, "*/5 * * * *"),
        ("sweep_deleted", upkeep.sweep_deleted, "* * * * *"),
        ("remove", removals.run, "* * * * *"),
        ("tell_deadlines", deadlines.tell, "* * * * *"),
        ("end_ignoring", lapsing.end_ignoring, "* * * * *"),
        ("resolve_quiet", lapsing.resolve_quiet, "*/15 * * * *"),
        ("forget_keys", lapsing.forget_keys, "29 * * * *"),
        ("tend_artifacts", artifacts.tend, "* * * * *"),
        ("forget_artifacts", artifacts.forget, "41 * * * *"),
        (RESOLVE_LATE, artifacts.resolve_late, "* * * * *"),
    )
    for name, use, cron in recurring:
        jobs.on(name, _plain(use), cron=cron)
