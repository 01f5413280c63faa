"""Release health, as the API shows it: how the sessions of each release went."""

from typing import Annotated, Self

import strawberry

from domain.telemetry.kinds import SessionStatus
from graph.context import Info
from graph.scalars import BigInt
from graph.windows import Environment, Since, TheService, Until, hour_of, window_of
from persistence.pages import size_of
from persistence.telemetry.health import ReleaseSessions, by_release

DEFAULT_RELEASES = 20
MAX_RELEASES = 100


@strawberry.type
class SessionCounts:
    """How many sessions went which way; each counts once, at its worst."""

    total: BigInt = strawberry.field(description="All of them.")
    ok: BigInt = strawberry.field(description="Still open, and without an error until now.")
    exited: BigInt = strawberry.field(description="Ended without an error.")
    errored: BigInt = strawberry.field(description="Met an error that was handled.")
    unhandled: BigInt = strawberry.field(description="Met an unhandled error and went on.")
    abnormal: BigInt = strawberry.field(description="Ended without saying so.")
    crashed: BigInt = strawberry.field(description="Ended by an error.")


@strawberry.type
class ReleaseHealth:
    """How one release of a service does, by its sessions."""

    release: str | None = strawberry.field(description="The release; null where none was said.")
    sessions: SessionCounts = strawberry.field(description="How its sessions went.")
    crash_free_rate: float = strawberry.field(
        description="The share of its sessions that did not crash, 0 to 1."
    )
    error_free_rate: float = strawberry.field(
        description="The share of its sessions that met no error at all, 0 to 1."
    )
    adoption: float = strawberry.field(
        description="Its share of the sessions of all releases of the service, 0 to 1."
    )

    @classmethod
    def of(cls, found: ReleaseSessions) -> Self:
        """Show a release."""
        counts, total = found.counts, found.total
        fine = counts[SessionStatus.OK] + counts[SessionStatus.EXITED]
        named = {status.value: BigInt(counts[status]) for status in SessionStatus}
        return cls(
            release=found.release or None,
            sessions=SessionCounts(total=BigInt(total), **named),
            crash_free_rate=1 - counts[SessionStatus.CRASHED] / total,
            error_free_rate=fine / total,
            adoption=total / found.all_,
        )


@strawberry.type
class ReleaseHealthQueries:
    """What can be asked about the health of releases."""

    @strawberry.field
    async def release_health(
        self,
        info: Info,
        service: TheService,
        since: Since,
        until: Until = None,
        environment: Environment = None,
        first: Annotated[
            int, strawberry.argument(description="At most so many releases, 1 to 100.")
        ] = DEFAULT_RELEASES,
    ) -> list[ReleaseHealth]:
        """How the releases of a service do, the most used first, by the hours of the window."""
        window = window_of(info, service, hour_of(since), until, environment=environment)
        most = size_of(first, default=DEFAULT_RELEASES, maximum=MAX_RELEASES, field="first")
        async with info.context.house.database.reading(info.context.scope) as db:
            return [ReleaseHealth.of(found) for found in await by_release(db, window, most)]
