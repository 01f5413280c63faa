"""Release health as it is read: how the sessions of each release went."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from domain.telemetry.kinds import SessionStatus
from persistence.database import Reading
from persistence.telemetry.tables import session_hours
from persistence.telemetry.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSessions:
    """How many sessions of a release went which way; `all_` counts those of every release."""

    release: str
    counts: Mapping[SessionStatus, int]
    all_: int

    @property
    def total(self) -> int:
        """How many sessions there were."""
        return sum(self.counts.values())


async def by_release(db: Reading, window: Window, limit: int) -> list[ReleaseSessions]:
    """Return the releases of a service with the most sessions, the most used first."""
    c = session_hours.c
    counted = {
        status: func.coalesce(func.sum(c.quantity).filter(c.status == status.value), 0).label(
            f"n_{status.value}"
        )
        for status in SessionStatus
    }
    total = func.sum(c.quantity)
    wanted = (
        select(c.release, *counted.values(), func.sum(total).over().label("all_"))
        .where(*window.conditions(session_hours, "hour"))
        .group_by(c.release)
        .having(total > 0)
        .order_by(total.desc(), c.release)
        .limit(limit)
    )
    rows = await db.execute(wanted, window.reach.values())
    return [
        ReleaseSessions(
            release=row["release"],
            counts={status: int(row[f"n_{status.value}"]) for status in SessionStatus},
            all_=int(row["all_"]),
        )
        for row in rows.mappings()
    ]
