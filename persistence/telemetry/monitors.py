"""Monitors and their runs, as the digest writes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.ids import CheckInId, MonitorId, OrganizationId, ServiceId
from domain.telemetry import MonitorConfig
from domain.telemetry.kinds import CheckInStatus
from domain.telemetry.runs import Run
from persistence.database import RawConnection


class MonitorKey(NamedTuple):
    """Whose monitor it is, and which."""

    organization_id: OrganizationId
    service_id: ServiceId
    slug: str


class RunKey(NamedTuple):
    """Which run of which monitor."""

    organization_id: OrganizationId
    monitor_id: MonitorId
    check_in_id: UUID


_FIND = """
SELECT organization_id, service_id, slug, id FROM monitors
WHERE (organization_id, service_id, slug) IN (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[])
)
"""
_COUNT = """
SELECT m.service_id, count(*) AS quantity FROM monitors m
JOIN (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS x (o, s)) x
    ON (m.organization_id, m.service_id) = (x.o, x.s)
GROUP BY m.service_id
"""
_ADD = """
INSERT INTO monitors (organization_id, id, service_id, slug, name, created_at, updated_at)
SELECT o, i, s, slug, slug, at, at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[])
    AS x (o, i, s, slug, at)
ON CONFLICT DO NOTHING
"""
# Each run repeats what it wants to be held to: a row is written only when that changed.
_CONFIGURE = """
UPDATE monitors m SET schedule_kind = x.kind, schedule_value = x.value, schedule_unit = x.unit,
    timezone = x.zone, checkin_margin_minutes = x.margin, max_runtime_minutes = x.runtime,
    failure_issue_threshold = x.failures, recovery_threshold = x.recovery, updated_at = x.at
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
    $8::integer[], $9::integer[], $10::integer[], $11::timestamptz[]
) AS x (o, i, kind, value, unit, zone, margin, runtime, failures, recovery, at)
WHERE (m.organization_id, m.id) = (x.o, x.i)
    AND (m.schedule_kind, m.schedule_value, m.schedule_unit, m.timezone, m.checkin_margin_minutes,
        m.max_runtime_minutes, m.failure_issue_threshold, m.recovery_threshold)
    IS DISTINCT FROM (x.kind, x.value, x.unit, x.zone, x.margin, x.runtime, x.failures, x.recovery)
"""
_RUNS = """
SELECT * FROM check_ins WHERE (organization_id, monitor_id, check_in_id) IN (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
)
"""
_UNDER_WAY = """
SELECT c.* FROM unnest($1::uuid[], $2::uuid[]) AS x (o, m)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (environment) * FROM check_ins
    WHERE (organization_id, monitor_id) = (x.o, x.m) AND status = 'in_progress'
    ORDER BY environment, started_at DESC, id DESC
) c
"""
_SAVE = """
INSERT INTO check_ins (
    organization_id, id, monitor_id, check_in_id, status, environment, duration_ms, started_at,
    finished_at
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::float8[],
    $8::timestamptz[], $9::timestamptz[]
)
ON CONFLICT (organization_id, monitor_id, check_in_id) DO UPDATE SET
    status = excluded.status, environment = excluded.environment,
    duration_ms = excluded.duration_ms, started_at = excluded.started_at,
    finished_at = excluded.finished_at
"""
_TOUCH = """
UPDATE monitors m SET last_check_in_at = x.at, last_status = x.status
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS x (o, i, at, status)
WHERE (m.organization_id, m.id) = (x.o, x.i)
    AND (m.last_check_in_at IS NULL OR m.last_check_in_at <= x.at)
"""
_FORGET = """
DELETE FROM check_ins c USING (
    SELECT organization_id, id FROM check_ins WHERE started_at < $1 ORDER BY started_at LIMIT $2
) old
WHERE (c.organization_id, c.id) = (old.organization_id, old.id)
"""


async def find(db: RawConnection, keys: Collection[MonitorKey]) -> dict[MonitorKey, MonitorId]:
    """Return which monitors there are of these names."""
    rows = await db.fetch(_FIND, *_columns(sorted(keys), 3))
    return {MonitorKey(*row[:3]): MonitorId(row["id"]) for row in rows}


async def counts(
    db: RawConnection, services: Collection[tuple[OrganizationId, ServiceId]]
) -> dict[ServiceId, int]:
    """Return how many monitors each service has."""
    rows = await db.fetch(_COUNT, *_columns(sorted(services), 2))
    return {ServiceId(row["service_id"]): row["quantity"] for row in rows}


async def add(db: RawConnection, new: Mapping[MonitorKey, MonitorId], at: datetime) -> None:
    """Add monitors that have no more than a name yet."""
    rows = [(k.organization_id, new[k], k.service_id, k.slug, at) for k in sorted(new)]
    await db.execute(_ADD, *_columns(rows, 5))


async def configure(
    db: RawConnection,
    wanted: Mapping[tuple[OrganizationId, MonitorId], MonitorConfig],
    at: datetime,
) -> None:
    """Let monitors be held to what their jobs say."""
    rows = [
        (
            *key,
            config.schedule.kind.value,
            config.schedule.value,
            config.schedule.unit,
            config.timezone,
            config.checkin_margin_minutes,
            config.max_runtime_minutes,
            config.failure_issue_threshold,
            config.recovery_threshold,
            at,
        )
        for key, config in sorted(wanted.items(), key=lambda one: one[0])
    ]
    await db.execute(_CONFIGURE, *_columns(rows, 11))


async def runs(db: RawConnection, keys: Collection[RunKey]) -> list[Run]:
    """Return what is known of these runs."""
    return [run_of(row) for row in await db.fetch(_RUNS, *_columns(sorted(keys), 3))]


async def under_way(
    db: RawConnection, monitors: Collection[tuple[OrganizationId, MonitorId]]
) -> list[Run]:
    """Return the latest run of each monitor and environment that is not over."""
    return [run_of(row) for row in await db.fetch(_UNDER_WAY, *_columns(sorted(monitors), 2))]


async def save(db: RawConnection, changed: Sequence[Run]) -> None:
    """Write runs as they are now, and when each monitor was heard of last."""
    ordered = sorted(changed, key=lambda run: (run.organization_id, run.monitor_id, run.id))
    rows = [
        (
            run.organization_id,
            run.id,
            run.monitor_id,
            run.check_in_id,
            run.status.value,
            run.environment,
            run.duration_ms,
            run.started_at,
            run.finished_at,
        )
        for run in ordered
    ]
    await db.execute(_SAVE, *_columns(rows, 9))
    latest: dict[tuple[OrganizationId, MonitorId], Run] = {}
    for run in ordered:
        key = (run.organization_id, run.monitor_id)
        if key not in latest or latest[key].seen_at <= run.seen_at:
            latest[key] = run
    touched = [(*key, run.seen_at, run.status.value) for key, run in latest.items()]
    await db.execute(_TOUCH, *_columns(touched, 4))


async def forget_before(db: RawConnection, moment: datetime, at_once: int) -> int:
    """Forget some of the runs that began before a moment; return how many."""
    done = await db.execute(_FORGET, moment, at_once)
    return int(done.rpartition(" ")[2])


def run_of(row: Any) -> Run:
    """Return the run of a row."""
    return Run(
        id=CheckInId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        monitor_id=MonitorId(row["monitor_id"]),
        check_in_id=row["check_in_id"],
        status=CheckInStatus(row["status"]),
        environment=row["environment"],
        duration_ms=row["duration_ms"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    return [[row[n] for row in rows] for n in range(width)]
