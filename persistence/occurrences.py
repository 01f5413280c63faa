"""Occurrences: one row for each event, in a partition for each day.

What is filtered and shown in lists are columns; everything else is one compressed body.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import orjson
from sqlalchemy import Index, LargeBinary, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import INET, JSONB

from domain.ids import OccurrenceId, OrganizationId, ServiceId
from domain.levels import LogLevel
from domain.occurrences import Occurrence
from persistence.database import RawConnection
from persistence.tables import (
    Column,
    at_most,
    metadata,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

occurrences = Table(
    "occurrences",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    Column("occurred_at", time_column("occurred_at").type, primary_key=True),
    time_column("received_at"),
    uuid_column("error_id"),
    uuid_column("service_id"),
    uuid_column("event_id"),
    text_column("level"),
    text_column("message"),
    text_column("environment", nullable=True),
    text_column("release", nullable=True),
    text_column("transaction", nullable=True),
    text_column("server_name", nullable=True),
    text_column("url", nullable=True),
    text_column("user_ref", nullable=True),
    text_column("session_id", nullable=True),
    Column("ip_address", INET),
    text_column("trace_id", nullable=True),
    text_column("span_id", nullable=True),
    Column("tags", JSONB, nullable=False, server_default=text("'{}'")),
    Column("body_format", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    one_of("level", LogLevel),
    at_most("message", 1000),
    at_most("environment", 255),
    at_most("release", 255),
    at_most("transaction", 500),
    at_most("server_name", 255),
    at_most("url", 2000),
    at_most("user_ref", 255),
    at_most("session_id", 255),
    at_most("trace_id", 64),
    at_most("span_id", 32),
    Index(None, "organization_id", "error_id", text("occurred_at DESC"), text("id DESC")),
    postgresql_partition_by="RANGE (occurred_at)",
)

# What makes ingest idempotent, and finds an occurrence by the id that its sender knows.
event_ids = Table(
    "event_ids",
    metadata,
    organization_column(),
    uuid_column("service_id", primary_key=True),
    uuid_column("event_id", primary_key=True),
    uuid_column("occurrence_id"),
    time_column("occurred_at"),
)

_ADD = """
INSERT INTO occurrences (
    organization_id, id, occurred_at, received_at, error_id, service_id, event_id, level, message,
    environment, release, transaction, server_name, url, user_ref, session_id, ip_address,
    trace_id, span_id, tags, body_format, body
)
SELECT o, i, at, received, e, s, event, level, message, environment, release, transaction, server,
    url, user_ref, session, ip, trace, span, tags::jsonb, format, body
FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::uuid[], $6::uuid[],
    $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
    $14::text[], $15::text[], $16::text[], $17::inet[], $18::text[], $19::text[], $20::text[],
    $21::smallint[], $22::bytea[]
) AS x (
    o, i, at, received, e, s, event, level, message, environment, release, transaction, server,
    url, user_ref, session, ip, trace, span, tags, format, body
)
"""

_REMEMBER = """
INSERT INTO event_ids (organization_id, service_id, event_id, occurrence_id, occurred_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[])
ON CONFLICT DO NOTHING RETURNING occurrence_id
"""


async def remember(
    db: RawConnection,
    events: Sequence[tuple[OrganizationId, ServiceId, UUID, OccurrenceId, datetime]],
) -> set[OccurrenceId]:
    """Take these event ids, and return the occurrences whose event was not known before."""
    own = sorted(events)
    rows = await db.fetch(_REMEMBER, *([event[n] for event in own] for n in range(5)))
    return {OccurrenceId(row["occurrence_id"]) for row in rows}


async def add(
    db: RawConnection, new: Sequence[Occurrence], bodies: Sequence[tuple[int, bytes]]
) -> None:
    """Add occurrences with their packed bodies; their days' partitions must be there."""
    await db.execute(
        _ADD,
        [o.organization_id for o in new],
        [o.id for o in new],
        [o.occurred_at for o in new],
        [o.received_at for o in new],
        [o.error_id for o in new],
        [o.service_id for o in new],
        [o.event_id for o in new],
        [o.level.value for o in new],
        [o.message for o in new],
        [o.environment for o in new],
        [o.release for o in new],
        [o.transaction for o in new],
        [o.server_name for o in new],
        [o.url for o in new],
        [o.user_ref for o in new],
        [o.session_id for o in new],
        [o.ip_address for o in new],
        [o.trace_id for o in new],
        [o.span_id for o in new],
        [orjson.dumps(o.tags).decode() for o in new],
        [body_format for body_format, _ in bodies],
        [body for _, body in bodies],
    )


async def make_partitions(db: RawConnection, days: Iterable[date]) -> int:
    """Make the partitions of these days where they are missing; return how many were."""
    made = 0
    for day in days:
        made += bool(await db.fetchval("SELECT make_occurrence_partition($1)", day))
    return made


async def drop_partitions(db: RawConnection, before: date) -> int:
    """Drop the partitions of all days before this one; return how many there were."""
    return int(await db.fetchval("SELECT drop_occurrence_partitions($1)", before))


async def forget_before(db: RawConnection, day: date) -> int:
    """Forget the event ids of dropped days; return how many there were."""
    done = await db.execute("DELETE FROM event_ids WHERE occurred_at < $1::date", day)
    return int(done.rpartition(" ")[2])
