"""Rollups as they are written: counts by hour and day and what is asked for, and crowds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from asyncpg import BitString
from sqlalchemy import BigInteger, Boolean, Index, Table, Text
from sqlalchemy.dialects.postgresql import BIT

from domain.crowds import BITS
from domain.levels import LogLevel, Severity
from domain.rollups import Crowd, CrowdKey, RolledUp, RollupKey
from persistence.database import RawConnection
from persistence.tables import (
    Column,
    at_most,
    metadata,
    one_of,
    organization_column,
    time_column,
    uuid_column,
)

error_rollups = Table(
    "error_rollups",
    metadata,
    organization_column(),
    Column("is_day", Boolean, primary_key=True),
    Column("begins_at", time_column("begins_at").type, primary_key=True),
    uuid_column("service_id", primary_key=True),
    Column("environment", Text, primary_key=True),
    Column("error_type", Text, primary_key=True),
    Column("severity", Text, primary_key=True),
    Column("level", Text, primary_key=True),
    Column("occurrence_count", BigInteger, nullable=False),
    Column("new_error_count", BigInteger, nullable=False),
    Column("regressed_error_count", BigInteger, nullable=False),
    one_of("severity", Severity),
    one_of("level", LogLevel),
    at_most("environment", 255),
    at_most("error_type", 100),
    Index("error_rollups_begins_at_idx", "is_day", "begins_at"),
)

error_crowds = Table(
    "error_crowds",
    metadata,
    organization_column(),
    Column("is_day", Boolean, primary_key=True),
    Column("begins_at", time_column("begins_at").type, primary_key=True),
    uuid_column("service_id", primary_key=True),
    Column("environment", Text, primary_key=True),
    Column("errors", BIT(BITS), nullable=False),
    Column("users", BIT(BITS), nullable=False),
    at_most("environment", 255),
    Index("error_crowds_begins_at_idx", "is_day", "begins_at"),
)

_ADD = """
INSERT INTO error_rollups AS r (
    organization_id, is_day, begins_at, service_id, environment, error_type, severity, level,
    occurrence_count, new_error_count, regressed_error_count
)
SELECT * FROM unnest(
    $1::uuid[], $2::bool[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::bigint[], $10::bigint[], $11::bigint[]
)
ON CONFLICT
    (organization_id, is_day, begins_at, service_id, environment, error_type, severity, level)
DO UPDATE SET
    occurrence_count = r.occurrence_count + excluded.occurrence_count,
    new_error_count = r.new_error_count + excluded.new_error_count,
    regressed_error_count = r.regressed_error_count + excluded.regressed_error_count
"""
# A crowd that has met everyone of the batch before is not written again.
_MEET = f"""
INSERT INTO error_crowds AS c
    (organization_id, is_day, begins_at, service_id, environment, errors, users)
SELECT * FROM unnest(
    $1::uuid[], $2::bool[], $3::timestamptz[], $4::uuid[], $5::text[], $6::bit({BITS})[],
    $7::bit({BITS})[]
)
ON CONFLICT (organization_id, is_day, begins_at, service_id, environment)
DO UPDATE SET errors = c.errors | excluded.errors, users = c.users | excluded.users
WHERE c.errors | excluded.errors <> c.errors OR c.users | excluded.users <> c.users
"""  # noqa: S608 constants
_FORGET = """
DELETE FROM {table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM {table} WHERE is_day = ANY (ARRAY[false, true]) AND begins_at < $1 LIMIT $2
))
"""


async def add(db: RawConnection, counts: Mapping[RollupKey, RolledUp]) -> None:
    """Add to the rollups, in one order so that two writers cannot lock each other out."""
    rows = [
        (*key, more.occurrences, more.new_errors, more.regressed_errors)
        for key, more in sorted(counts.items(), key=lambda one: one[0])
    ]
    await db.execute(_ADD, *_columns(rows, 11))


async def meet(db: RawConnection, crowds: Mapping[CrowdKey, Crowd]) -> None:
    """Add to the crowds of these hours."""
    rows = [
        (*key, BitString.frombytes(crowd.errors, BITS), BitString.frombytes(crowd.users, BITS))
        for key, crowd in sorted(crowds.items(), key=lambda one: one[0])
    ]
    await db.execute(_MEET, *_columns(rows, 7))


async def forget_before(db: RawConnection, moment: datetime, at_once: int) -> int:
    """Forget some of the rollups that began before a moment; return how many."""
    gone = 0
    for table in (error_rollups.name, error_crowds.name):
        done = await db.execute(_FORGET.format(table=table), moment, at_once)
        gone += int(done.rpartition(" ")[2])
    return gone


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    return [[row[n] for row in rows] for n in range(width)]
