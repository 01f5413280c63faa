"""Occurrences that are read again once their maps have arrived, and the errors that follow them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.errors import ErrorStatus
from domain.ids import ErrorId, OccurrenceId, OrganizationId, ServiceId, TeamId, UserId
from domain.levels import LogLevel, Severity
from persistence.bodies import unpack
from persistence.database import RawConnection

Key = tuple[OrganizationId, OccurrenceId, datetime]


class StoredOccurrence(NamedTuple):
    """An occurrence with its body, as it was digested."""

    organization_id: OrganizationId
    id: OccurrenceId
    occurred_at: datetime
    received_at: datetime
    error_id: ErrorId
    service_id: ServiceId
    event_id: UUID
    level: LogLevel
    body: bytes


class Told(NamedTuple):
    """Where an error is said to have happened: before its maps arrived, and since."""

    organization_id: OrganizationId
    error_id: ErrorId
    was_culprit: str
    was_file_path: str | None
    culprit: str
    file_path: str | None
    line_number: int | None
    column_number: int | None


class Followed(NamedTuple):
    """An error that follows its occurrence, as the feed tells of it."""

    organization_id: OrganizationId
    id: ErrorId
    service_id: ServiceId
    status: ErrorStatus
    level: LogLevel
    severity: Severity
    environment: str | None
    error_type: str
    assigned_to: UserId | None
    team_id: TeamId | None


_LOAD = """
SELECT o.organization_id, o.id, o.occurred_at, o.received_at, o.error_id, o.service_id,
    o.event_id, o.level, o.body_format, o.body
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS w (organization_id, id, occurred_at)
JOIN occurrences o USING (organization_id, id, occurred_at)
JOIN errors e ON e.organization_id = o.organization_id AND e.id = o.error_id
"""
_REWRITE = """
UPDATE occurrences o SET body_format = x.body_format, body = x.body
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::smallint[], $5::bytea[])
    AS x (organization_id, id, occurred_at, body_format, body)
WHERE o.organization_id = x.organization_id AND o.id = x.id AND o.occurred_at = x.occurred_at
"""
# An error that says something else by now was renewed by another occurrence, and stays.
_FOLLOW = """
UPDATE errors e SET culprit = x.culprit, file_path = x.file_path, line_number = x.line,
    column_number = x.col, updated_at = $9
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[]
) AS x (organization_id, id, was_culprit, was_file, culprit, file_path, line, col)
WHERE e.organization_id = x.organization_id AND e.id = x.id AND e.culprit = x.was_culprit
    AND e.file_path IS NOT DISTINCT FROM x.was_file
RETURNING e.organization_id, e.id, e.service_id, e.status, e.level, e.severity, e.environment,
    e.error_type, e.assigned_to, e.team_id
"""
# Before its first upload nothing was noted of an organization: its newest are looked at.
_BEFORE_FIRST_UPLOAD = """
SELECT o.organization_id, o.id, o.occurred_at
FROM (
    SELECT organization_id FROM artifact_bundles WHERE state = 'ok'
    GROUP BY organization_id HAVING min(assembled_at) > $1
) n
CROSS JOIN LATERAL (
    SELECT e.id, e.first_seen_at, e.last_seen_at FROM errors e
    WHERE e.organization_id = n.organization_id AND e.platform IN ('javascript', 'node')
        AND e.last_seen_at > $2 AND e.merged_into_id IS NULL
    ORDER BY e.listed_at DESC, e.id DESC LIMIT $3
) e
CROSS JOIN LATERAL (
    SELECT c.organization_id, c.id, c.occurred_at FROM occurrences c
    WHERE c.organization_id = n.organization_id AND c.error_id = e.id
        AND c.occurred_at >= greatest(e.first_seen_at, $2) AND c.occurred_at <= e.last_seen_at
    ORDER BY c.occurred_at DESC, c.id DESC LIMIT $4
) o
"""


async def load(db: RawConnection, keys: Sequence[Key]) -> list[StoredOccurrence]:
    """Return these occurrences with their bodies, where they and their errors are kept."""
    rows = await db.fetch(_LOAD, *([key[column] for key in keys] for column in range(3)))
    return [
        StoredOccurrence(
            OrganizationId(row["organization_id"]),
            OccurrenceId(row["id"]),
            row["occurred_at"],
            row["received_at"],
            ErrorId(row["error_id"]),
            ServiceId(row["service_id"]),
            row["event_id"],
            LogLevel(row["level"]),
            unpack(row["body_format"], row["body"]),
        )
        for row in rows
    ]


async def rewrite(
    db: RawConnection, changed: Sequence[tuple[StoredOccurrence, tuple[int, bytes]]]
) -> None:
    """Give occurrences other bodies."""
    await db.execute(
        _REWRITE,
        [one.organization_id for one, _ in changed],
        [one.id for one, _ in changed],
        [one.occurred_at for one, _ in changed],
        [body_format for _, (body_format, _) in changed],
        [body for _, (_, body) in changed],
    )


async def follow(db: RawConnection, told: Sequence[Told], at: datetime) -> list[Followed]:
    """Let errors say where they happened as their occurrences say now; return those that do."""
    own = sorted(told, key=lambda each: each[:2])
    rows = await db.fetch(_FOLLOW, *([each[column] for each in own] for column in range(8)), at)
    return [
        Followed(
            OrganizationId(row["organization_id"]),
            ErrorId(row["id"]),
            ServiceId(row["service_id"]),
            ErrorStatus(row["status"]),
            LogLevel(row["level"]),
            Severity(row["severity"]),
            row["environment"],
            row["error_type"],
            row["assigned_to"],
            row["team_id"],
        )
        for row in rows
    ]


async def before_first_upload(
    db: RawConnection,
    *,
    assembled_after: datetime,
    occurred_after: datetime,
    errors: int,
    occurrences: int,
) -> list[Key]:
    """Return the newest occurrences of organizations whose first upload is that young."""
    rows = await db.fetch(
        _BEFORE_FIRST_UPLOAD, assembled_after, occurred_after, errors, occurrences
    )
    return [(OrganizationId(r[0]), OccurrenceId(r[1]), r[2]) for r in rows]
