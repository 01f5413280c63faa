"""One of everything: a row in each tenant table of an organization, whatever tables there are.

It reads the tables from the metadata, so that a table of a later day is filled without a word here;
only what a CHECK over several columns wants must be said in `SAID`.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    types,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT, INET, JSONB
from sqlalchemy.dialects.postgresql import UUID as UUID_TYPE

from domain.crowds import BITS
from persistence import bodies, occurrences
from persistence.all_tables import metadata
from persistence.database import SYSTEM, Database
from persistence.telemetry import days
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant

# The id of a second error: some tables tell of two.
TWIN = "twin"

_FORMAT, _BODY = bodies.pack(b'{"message": "m"}')

# Values that no column alone tells: (table, column) -> value.
SAID: dict[tuple[str, str], Any] = {
    # A removal of long ago: one of today would be carried out.
    ("removals", "finished_at"): datetime(2001, 1, 1, tzinfo=UTC),
    ("error_activities", "kind"): "status_changed",
    ("user_report_activities", "kind"): "status_changed",
    ("error_comments", "deleted_at"): None,
    ("error_comments", "deleted_by"): None,
    ("error_types", "is_builtin"): False,
    ("resolution_types", "is_builtin"): False,
    ("resolutions", "reverted_at"): None,
    ("resolutions", "tested_at"): None,
    ("resolutions", "tested_by"): None,
    ("resolutions", "verified"): None,
    ("resolutions", "followed_up_at"): None,
    ("resolutions", "followed_up_by"): None,
    ("resolutions", "requires_testing"): True,
    ("ingest_settings", "hides_addresses"): False,
    ("occurrences", "body_format"): _FORMAT,
    ("occurrences", "body"): _BODY,
    ("dead_letters", "body_format"): _FORMAT,
    ("dead_letters", "body"): _BODY,
    ("duplicates", "duplicate_error_id"): TWIN,
    ("errors", "resolved_in"): None,
    ("errors", "merged_into_id"): None,
    ("errors", "merged_count"): 0,
    ("error_merges", "merged_error_id"): TWIN,
    ("escalations", "acknowledged_at"): None,
    ("errors", "level"): "error",
    ("grouping_rules", "matchers"): '[{"field": "type", "op": "=", "value": "x"}]',
    ("suppression_rules", "matchers"): '[{"field": "type", "op": "=", "value": "x"}]',
    ("grouping_rules", "in_app"): None,
    ("grouping_rules", "fingerprint"): ["a"],
    ("suppression_rules", "schedule"): None,
    ("suppression_rules", "window"): None,
    ("suppression_rules", "max_per_window"): None,
    ("suppression_rules", "downgrade_to"): None,
    ("suppression_rules", "alert_rule_id"): None,
    ("suppression_rules", "expression"): None,
    ("dead_letters", "kind"): "event",
    ("invitations", "accepted_at"): None,
    ("invitations", "revoked_at"): None,
    ("api_tokens", "revoked_at"): None,
    ("notifications", "kind"): "assigned",
    ("notifications", "subject_kind"): "error",
    ("notifications", "read_at"): None,
    ("saved_views", "sort"): "last_seen_desc",
    ("saved_views", "search"): "is:unresolved",
}

# Columns that name a row without a foreign key, because what they are in is too hot for one.
_NAMED = {"service_id": "services", "error_id": "errors"}

_IN = re.compile(r"^(\w+) IN \((.*)\)$", re.DOTALL)


def tenant_tables() -> list[Table]:
    """Return every table of a tenant, those that others refer to first, loose ones last."""
    ours = [table for table in metadata.sorted_tables if "organization_id" in table.columns]
    return sorted(ours, key=lambda table: not table.foreign_key_constraints)


# The oldest: without an order it would be whichever row was written over last.
_ONE_OF_EACH = "SELECT " + ", ".join(
    f"(SELECT t FROM {table.name} t WHERE t.organization_id = $1"
    f"{' ORDER BY t.created_at' * ('created_at' in table.columns)} LIMIT 1) AS {table.name}"
    for table in tenant_tables()
)

Known: TypeAlias = dict[str, dict[str, Any]]
Filled: TypeAlias = tuple[Tenant, Known]


async def filled(database: Database, owner: asyncpg.Connection, name: str) -> Filled:
    """Return a new tenant with one of everything; `secret of <its slug>` stands in its texts."""
    tenant = await a_tenant(database, CLOCK, name=name)
    async with database.raw_writing(SYSTEM) as db:
        await occurrences.make_partitions(db, [CLOCK.now().date()])
        await days.make_partitions(db, [CLOCK.now().date()])
    known = await fill(owner, tenant.organization, tenant.user, f"secret of {tenant.slug}")
    return tenant, known


async def counts(owner: asyncpg.Connection, organization: UUID) -> dict[str, int]:
    """Return how many rows of an organization are in each table."""
    return {
        table.name: await owner.fetchval(
            f"SELECT count(*) FROM {table.name} WHERE organization_id = $1", organization
        )
        for table in tenant_tables()
    }


async def fill(owner: asyncpg.Connection, organization: UUID, user: UUID, canary: str) -> Known:
    """Put a row into each tenant table that has none of this organization; return one of each."""
    known: Known = {"users": {"id": user}}
    there = await owner.fetchrow(_ONE_OF_EACH, organization)
    for table in tenant_tables():
        found = there[table.name]
        if found is None:
            row = _row(table, organization, known, canary)
            found = await _insert(owner, table, row)
            if table.name == "errors":
                await _insert(owner, table, _twin_of(row))
                await _insert(owner, table, third_of(row))
        known[str(table.name)] = dict(found)
    return known


async def _insert(owner: asyncpg.Connection, table: Table, row: dict[str, Any]) -> asyncpg.Record:
    needed = {name for name, column in table.columns.items() if not column.nullable}
    # All of it if the table takes it; else what it cannot do without.
    for wanted in (row, {name: value for name, value in row.items() if name in needed}):
        names = ", ".join(f'"{name}"' for name in wanted)
        places = ", ".join(f"${n + 1}" for n in range(len(wanted)))
        try:
            async with owner.transaction():
                return await owner.fetchrow(
                    f"INSERT INTO {table.name} ({names}) VALUES ({places}) RETURNING *",
                    *wanted.values(),
                )
        except asyncpg.IntegrityConstraintViolationError as error:
            refused = error
    raise AssertionError(f"Say in SAID how a row of {table.name} looks: {refused}")


def _row(
    table: Table, organization: UUID, known: dict[str, dict[str, Any]], canary: str
) -> dict[str, Any]:
    choices = _choices(table)
    row: dict[str, Any] = {}
    for name, column in table.columns.items():
        if column.computed is not None or column.identity is not None:
            continue
        row[name] = _value(column, choices, canary)
        if name in _NAMED and (whose := known.get(_NAMED[name])):
            row[name] = whose["id"]
    for constraint in table.foreign_key_constraints:
        target = known.get(constraint.referred_table.name)
        for element in constraint.elements:
            name, referred = element.parent.name, element.column.name
            row[name] = None if target is None else target[referred]
    row |= {
        name: _twin_of(known["errors"])["id"] if value is TWIN else value
        for (of, name), value in SAID.items()
        if of == table.name
    }
    row["organization_id"] = organization
    return {name: value for name, value in row.items() if value is not None}


def _twin_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return an error beside an error."""
    id_ = UUID(int=row["id"].int ^ 1)
    return row | {"id": id_, "number": row["number"] + 1, "fingerprint": "0" * 64}


def third_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return a third error, which no table tells of."""
    id_ = UUID(int=row["id"].int ^ 2)
    return row | {"id": id_, "number": row["number"] + 2, "fingerprint": "1" * 64}


def _choices(table: Table) -> dict[str, str]:
    """Return one allowed value of each closed enum."""
    found = {}
    for constraint in table.constraints:
        told = constraint.sqltext if isinstance(constraint, CheckConstraint) else ""
        if match := _IN.match(str(told)):
            found[match[1]] = match[2].split(",")[0].strip().strip("'")
    return found


def _value(column: Column[Any], choices: dict[str, str], canary: str) -> Any:
    if column.name in choices:
        return choices[column.name]
    for type_, value in (
        (UUID_TYPE, uuid4()),
        (Boolean, True),
        ((BigInteger, Integer, SmallInteger), 1),
        (Float, 1.0),
        (Numeric, Decimal(1)),
        (DateTime, CLOCK.now()),
        (Date, CLOCK.now().date()),
        (Interval, timedelta(hours=1)),
        (LargeBinary, bytes(32)),
        (BIT, asyncpg.BitString.frombytes(bytes(BITS // 8))),
        (JSONB, "{}"),
        (INET, "10.1.2.3"),
        (ARRAY, []),
        ((Text, types.String), canary),
    ):
        if isinstance(column.type, type_):
            return value
    raise AssertionError(f"What is a {column.type!r}? {column}")
