"""The jobs that must be done once for the whole installation, whoever does them."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from application.upkeep import Upkeep


class JobQueue(Protocol):
    """Where handlers are registered; `persistence.jobs` fits it."""

    def on(
        self, name: str, handler: Callable[[bytes], Awaitable[None]], *, cron: str | None = None
    ) -> None:
        """Let `handler` do the jobs of this name."""
        ...


def register(jobs: JobQueue, upkeep: Upkeep) -> None:
    """Register every job with its handler and, where it recurs, its time (UTC)."""

    async def partitions(_payload: bytes) -> None:
        await upkeep.make_partitions()
        await upkeep.drop_partitions()

    async def forget_telemetry(_payload: bytes) -> None:
        await upkeep.forget_telemetry()

    async def forget_attachments(_payload: bytes) -> None:
        await upkeep.forget_attachments()

    async def link_reports(_payload: bytes) -> None:
        await upkeep.link_reports()

    async def trim_feed(_payload: bytes) -> None:
        await upkeep.trim_feed()

    jobs.on("occurrence_partitions", partitions, cron="17 * * * *")
    jobs.on("forget_telemetry", forget_telemetry, cron="37 * * * *")
    jobs.on("forget_attachments", forget_attachments, cron="47 * * * *")
    jobs.on("link_reports", link_reports, cron="*/5 * * * *")
    jobs.on("trim_feed", trim_feed, cron="*/10 * * * *")
