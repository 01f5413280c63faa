"""Release health as it is stored: counts by hour, and the sessions that may still change."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.ids import OrganizationId, ServiceId
from domain.telemetry import Place
from domain.telemetry.kinds import SessionStatus
from persistence.database import RawConnection


class SessionKey(NamedTuple):
    """Whose session it is, and which."""

    organization_id: OrganizationId
    service_id: ServiceId
    id: UUID


class HourKey(NamedTuple):
    """What sessions are counted by."""

    organization_id: OrganizationId
    service_id: ServiceId
    hour: datetime
    release: str
    environment: str
    status: SessionStatus


class KnownSession(NamedTuple):
    """What is known of a session: where it counts, and how it went until now."""

    started_at: datetime
    status: SessionStatus
    place: Place


_FIND = """
SELECT organization_id, service_id, id, started_at, status, release, environment FROM sessions
WHERE (organization_id, service_id, id) IN (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
)
"""
_SAVE = """
INSERT INTO sessions (organization_id, service_id, id, started_at, status, release, environment)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[]
)
ON CONFLICT (organization_id, service_id, id) DO UPDATE SET status = excluded.status
"""
_COUNT = """
INSERT INTO session_hours AS h
    (organization_id, service_id, hour, release, environment, status, quantity)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bigint[]
)
ON CONFLICT (organization_id, service_id, hour, release, environment, status)
DO UPDATE SET quantity = h.quantity + excluded.quantity
"""
_FORGET = """
DELETE FROM sessions s USING (
    SELECT organization_id, service_id, id FROM sessions
    WHERE started_at < $1 ORDER BY started_at LIMIT $2
) old
WHERE (s.organization_id, s.service_id, s.id) = (old.organization_id, old.service_id, old.id)
"""

_FORGET_HOURS = """
DELETE FROM session_hours h USING (
    SELECT organization_id, service_id, hour, release, environment, status FROM session_hours
    WHERE hour < $1 ORDER BY hour LIMIT $2
) old
WHERE (h.organization_id, h.service_id, h.hour, h.release, h.environment, h.status)
    = (old.organization_id, old.service_id, old.hour, old.release, old.environment, old.status)
"""


async def find(db: RawConnection, keys: Collection[SessionKey]) -> dict[SessionKey, KnownSession]:
    """Return what is known of these sessions."""
    rows = await db.fetch(_FIND, *_columns(sorted(keys), 3))
    return {
        SessionKey(*row[:3]): KnownSession(
            row["started_at"],
            SessionStatus(row["status"]),
            Place(
                hour=row["started_at"].replace(minute=0, second=0, microsecond=0),
                release=row["release"],
                environment=row["environment"],
            ),
        )
        for row in rows
    }


async def save(db: RawConnection, sessions: Mapping[SessionKey, KnownSession]) -> None:
    """Remember sessions as they are now."""
    rows = [
        (*key, s.started_at, s.status.value, s.place.release, s.place.environment)
        for key, s in sorted(sessions.items(), key=lambda one: one[0])
    ]
    await db.execute(_SAVE, *_columns(rows, 7))


async def count(db: RawConnection, counts: Mapping[HourKey, int]) -> None:
    """Add to the counts, in one order so that two writers cannot lock each other out."""
    rows = [(*key[:5], key.status.value, counts[key]) for key in sorted(counts) if counts[key]]
    if rows:
        await db.execute(_COUNT, *_columns(rows, 7))


async def forget_before(db: RawConnection, moment: datetime, at_once: int) -> int:
    """Forget some of the sessions that began before a moment; their counts stay."""
    done = await db.execute(_FORGET, moment, at_once)
    return int(done.rpartition(" ")[2])


async def forget_hours_before(db: RawConnection, moment: datetime, at_once: int) -> int:
    """Forget some of the counts of hours before a moment; return how many."""
    done = await db.execute(_FORGET_HOURS, moment, at_once)
    return int(done.rpartition(" ")[2])


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    return [[row[n] for row in rows] for n in range(width)]
