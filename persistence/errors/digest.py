"""The digest's writes on errors: set-based, one statement for a whole batch.

Every statement takes parallel arrays. (COPY would be faster still, but PostgreSQL refuses it on a
table under row-level security.)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from domain.errors import Error, ErrorStatus
from domain.ids import ErrorId, OrganizationId, ServiceId, TeamId, UserId
from domain.levels import LogLevel, Severity
from domain.release_order import ResolvedIn
from persistence.database import RawConnection
from persistence.errors.tables import LISTED_STEP_SECONDS


class KnownHash(NamedTuple):
    """An error that a hash leads to, and what the digest must know of it."""

    error_id: ErrorId
    status: ErrorStatus
    severity: Severity
    resolved_at: datetime | None
    # Which of the errors that were merged into it the hash belongs to by itself.
    origin_id: ErrorId
    is_family: bool
    resolved_in: ResolvedIn | None
    service_id: ServiceId
    level: LogLevel
    environment: str | None
    error_type: str
    assigned_to: UserId | None
    team_id: TeamId | None


class NewHash(NamedTuple):
    """A hash that leads to an error from now on, or to the one that this is merged into."""

    organization_id: OrganizationId
    service_id: ServiceId
    hash: bytes
    error_id: ErrorId
    kind: str
    version: int


class Recurrence(NamedTuple):
    """What a batch adds to an error that was there before; level and message if any is stored."""

    organization_id: OrganizationId
    error_id: ErrorId
    occurrences: int
    users: int
    sessions: int
    last_seen_at: datetime
    first_seen_at: datetime
    last_release: str | None
    level: LogLevel | None
    message: str | None
    has_regressed: bool


_FIND = """
SELECT h.service_id, h.hash, h.error_id, e.status, e.severity, e.resolved_at,
    e.resolved_in, h.origin_error_id, e.merged_count > 0 AS is_family,
    e.level, e.environment, e.error_type, e.assigned_to, e.team_id
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS w (organization_id, service_id, hash)
JOIN error_hashes h USING (organization_id, service_id, hash)
JOIN errors e ON e.organization_id = h.organization_id AND e.id = h.error_id
"""

_ADD_HASHES = """
INSERT INTO error_hashes
    (organization_id, service_id, hash, error_id, origin_error_id, kind, version)
SELECT o, s, h, coalesce(errors.merged_into_id, e), e, k, v FROM unnest(
    $1::uuid[], $2::uuid[], $3::bytea[], $4::uuid[], $5::text[], $6::smallint[]
) AS x (o, s, h, e, k, v)
JOIN errors ON errors.organization_id = o AND errors.id = e
-- Whoever merges it just now is waited for.
FOR KEY SHARE OF errors
ON CONFLICT (organization_id, service_id, hash) DO NOTHING
"""

_ADD = """
INSERT INTO errors (
    organization_id, id, service_id, service_name, number, fingerprint, fingerprint_version,
    error_type_id, error_type, title, message, culprit, platform, level, severity, component,
    file_path, line_number, column_number, endpoint_path, environment, first_release,
    last_release, first_seen_at, last_seen_at, listed_at, occurrence_count, users_affected_count,
    sessions_affected_count, metadata, created_at, updated_at, status, priority, response_due_at,
    resolve_due_at
)
SELECT
    o, i, s, sn, n, f, fv, ti, t, title, message, culprit, platform, level, severity, component,
    file, line, col, endpoint, environment, release, release, first_seen, last_seen, last_seen,
    occurrences, users, sessions, metadata::jsonb, created, created, status,
    priority, response_due, resolve_due
FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::smallint[],
    $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::text[], $16::text[], $17::text[], $18::int[], $19::int[], $20::text[], $21::text[],
    $22::text[], $23::timestamptz[], $24::timestamptz[], $25::bigint[], $26::bigint[],
    $27::bigint[], $28::text[], $29::timestamptz[], $30::text[], $31::text[],
    $32::timestamptz[], $33::timestamptz[]
) AS x (
    o, i, s, sn, n, f, fv, ti, t, title, message, culprit, platform, level, severity, component,
    file, line, col, endpoint, environment, release, first_seen, last_seen, occurrences, users,
    sessions, metadata, created, status, priority, response_due, resolve_due
)
"""

# Whether an error has regressed is asked again here: somebody may have reopened it meanwhile.
_RECUR = f"""
UPDATE errors e SET
    occurrence_count = e.occurrence_count + x.occurrences,
    users_affected_count = e.users_affected_count + x.users,
    sessions_affected_count = e.sessions_affected_count + x.sessions,
    first_seen_at = least(e.first_seen_at, x.first_seen),
    last_seen_at = greatest(e.last_seen_at, x.last_seen),
    listed_at = CASE
        WHEN {{regressed}} OR x.last_seen >= e.listed_at + interval '{LISTED_STEP_SECONDS} seconds'
        THEN greatest(e.listed_at, x.last_seen) ELSE e.listed_at END,
    last_release = CASE
        WHEN x.release IS NOT NULL AND x.last_seen >= e.last_seen_at
        THEN x.release ELSE e.last_release END,
    level = CASE
        WHEN x.last_seen >= e.last_seen_at THEN coalesce(x.level, e.level) ELSE e.level END,
    message = CASE
        WHEN x.last_seen >= e.last_seen_at THEN coalesce(x.message, e.message)
        ELSE e.message END,
    status = CASE WHEN {{regressed}} THEN 'recurring' ELSE e.status END,
    regression_count = e.regression_count + ({{regressed}})::int,
    regressed_at = CASE WHEN {{regressed}} THEN x.last_seen ELSE e.regressed_at END,
    resolved_at = CASE WHEN {{regressed}} THEN NULL ELSE e.resolved_at END,
    resolved_by = CASE WHEN {{regressed}} THEN NULL ELSE e.resolved_by END,
    resolution_kind = CASE WHEN {{regressed}} THEN NULL ELSE e.resolution_kind END,
    updated_at = greatest(e.updated_at, x.last_seen)
FROM unnest(
    $1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[],
    $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::boolean[]
) AS x (
    organization_id, id, occurrences, users, sessions, last_seen, first_seen, release, level,
    message, regressed
)
WHERE e.organization_id = x.organization_id AND e.id = x.id
""".format(regressed="x.regressed AND e.status_category = 'resolved'")  # noqa: S608 constants

_HOURS = """
INSERT INTO error_hours AS h (organization_id, error_id, hour, occurrence_count)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[])
ON CONFLICT (organization_id, error_id, hour)
DO UPDATE SET occurrence_count = h.occurrence_count + excluded.occurrence_count
"""

_VISITORS = """
INSERT INTO error_visitors (organization_id, error_id, visitor)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
ON CONFLICT DO NOTHING RETURNING error_id, visitor
"""


async def find(
    db: RawConnection, hashes: Sequence[tuple[OrganizationId, ServiceId, bytes]]
) -> dict[tuple[ServiceId, bytes], KnownHash]:
    """Return the errors that these hashes lead to."""
    rows = await db.fetch(
        _FIND, [o for o, _, _ in hashes], [s for _, s, _ in hashes], [h for _, _, h in hashes]
    )
    return {
        (ServiceId(row["service_id"]), row["hash"]): KnownHash(
            ErrorId(row["error_id"]),
            ErrorStatus(row["status"]),
            Severity(row["severity"]),
            row["resolved_at"],
            ErrorId(row["origin_error_id"]),
            row["is_family"],
            _resolved_in(row["resolved_in"]),
            ServiceId(row["service_id"]),
            LogLevel(row["level"]),
            row["environment"],
            row["error_type"],
            row["assigned_to"],
            row["team_id"],
        )
        for row in rows
    }


def _resolved_in(kept: str | None) -> ResolvedIn | None:
    return None if kept is None else ResolvedIn.of_json(orjson.loads(kept))


async def add_hashes(db: RawConnection, hashes: Sequence[NewHash]) -> None:
    """Let hashes lead to their errors; one that leads somewhere already stays."""
    own = sorted(hashes)
    await db.execute(
        _ADD_HASHES,
        [h.organization_id for h in own],
        [h.service_id for h in own],
        [h.hash for h in own],
        [h.error_id for h in own],
        [h.kind for h in own],
        [h.version for h in own],
    )


async def add(
    db: RawConnection, new: Sequence[Error], type_ids: Sequence[UUID], metadata: Sequence[str]
) -> None:
    """Add errors; `metadata` is JSON text."""
    await db.execute(
        _ADD,
        [e.organization_id for e in new],
        [e.id for e in new],
        [e.service_id for e in new],
        [e.service_name for e in new],
        [e.number for e in new],
        [e.fingerprint for e in new],
        [e.fingerprint_version for e in new],
        list(type_ids),
        [e.error_type for e in new],
        [e.title for e in new],
        [e.message for e in new],
        [e.culprit for e in new],
        [e.platform for e in new],
        [e.level.value for e in new],
        [e.severity.value for e in new],
        [e.component for e in new],
        [e.file_path for e in new],
        [e.line_number for e in new],
        [e.column_number for e in new],
        [e.endpoint_path for e in new],
        [e.environment for e in new],
        [e.first_release for e in new],
        [e.first_seen_at for e in new],
        [e.last_seen_at for e in new],
        [e.occurrence_count for e in new],
        [e.users_affected_count for e in new],
        [e.sessions_affected_count for e in new],
        list(metadata),
        [e.created_at for e in new],
        [e.status.value for e in new],
        [e.priority for e in new],
        [e.response_due_at for e in new],
        [e.resolve_due_at for e in new],
    )


async def recur(db: RawConnection, recurrences: Sequence[Recurrence]) -> None:
    """Count occurrences on errors that were there before, and mark those that came back."""
    own = sorted(recurrences, key=lambda r: (r.organization_id, r.error_id))
    await db.execute(
        _RECUR,
        [r.organization_id for r in own],
        [r.error_id for r in own],
        [r.occurrences for r in own],
        [r.users for r in own],
        [r.sessions for r in own],
        [r.last_seen_at for r in own],
        [r.first_seen_at for r in own],
        [r.last_release for r in own],
        [None if r.level is None else r.level.value for r in own],
        [r.message for r in own],
        [r.has_regressed for r in own],
    )


async def count_hours(
    db: RawConnection, counts: Sequence[tuple[OrganizationId, ErrorId, datetime, int]]
) -> None:
    """Add to the hourly counts of errors."""
    own = sorted(counts)
    await db.execute(
        _HOURS, [c[0] for c in own], [c[1] for c in own], [c[2] for c in own], [c[3] for c in own]
    )


async def add_visitors(
    db: RawConnection, visitors: Sequence[tuple[OrganizationId, ErrorId, int]]
) -> list[tuple[ErrorId, int]]:
    """Remember who met an error, and return those who had not met it before."""
    own = sorted(visitors)
    rows = await db.fetch(_VISITORS, [v[0] for v in own], [v[1] for v in own], [v[2] for v in own])
    return [(ErrorId(row["error_id"]), row["visitor"]) for row in rows]
