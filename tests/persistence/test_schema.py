"""The schema: migrations make what the tables say, and every tenant table is walled in."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from domain.feed import Change, FeedKind
from persistence import feed, occurrences, schema
from persistence.database import SYSTEM, Database, scope_of_viewer
from tests.conftest import CLOCK, database_named
from tests.house import Tenant, a_tenant

# Tables without a tenant: of the whole installation, and of the tools that make and queue.
GLOBAL = {
    "alembic_version",
    "job_starts",
    "pgqueuer",
    "pgqueuer_log",
    "pgqueuer_schedules",
    "pgqueuer_statistics",
    "process_heartbeats",
}


@pytest.fixture
async def owner(database_url: str):
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_the_migrations_make_what_the_tables_say(database_url: str):
    assert await schema.differences(database_url) == []


async def test_a_second_upgrade_changes_nothing(database_url: str):
    newest = schema.newest()

    assert await schema.upgrade(database_url) == (newest, newest)
    assert await schema.current(database_url) == newest


async def test_two_processes_that_upgrade_an_empty_database_at_once_both_succeed(
    postgres_url: str,
):
    name = f"tocsin_race_{uuid4().hex[:8]}"
    server = await asyncpg.connect(postgres_url)
    await server.execute(f'CREATE DATABASE "{name}"')
    url = database_named(postgres_url, name)
    try:
        assert await schema.current(url) is None

        done = await asyncio.gather(schema.upgrade(url), schema.upgrade(url))

        assert sorted(before or "" for before, _ in done) == ["", schema.newest()]
    finally:
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await server.close()


async def test_every_table_is_walled_in_or_known_to_have_no_tenant(owner: asyncpg.Connection):
    await owner.fetchval("SELECT make_occurrence_partition($1)", date(2031, 1, 1))

    rows = await owner.fetch(
        """
        SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS walled,
            -- A restrictive policy is a second wall, never a way in.
            (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive)
                AS policies
        FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        """
    )

    open_tables = {row["relname"] for row in rows if not (row["walled"] and row["policies"] == 1)}
    assert open_tables == GLOBAL
    assert "occurrences_20310101" in {row["relname"] for row in rows}


async def test_every_tenant_table_begins_its_keys_with_the_organization(owner: asyncpg.Connection):
    rows = await owner.fetch(
        """
        SELECT i.indrelid::regclass::text AS of_table, i.indexrelid::regclass::text AS key,
            a.attname AS first
        FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND i.indrelid IN (
            SELECT attrelid FROM pg_attribute WHERE attname = 'organization_id' AND attnum > 0
        ) AND i.indrelid::regclass::text !~ '^(pg_|inbox)'
        """
    )

    assert rows
    assert {row["key"] for row in rows if row["first"] != "organization_id"} == set()


async def test_the_application_owns_nothing_and_cannot_pass_the_wall(owner: asyncpg.Connection):
    role = await owner.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'tocsin_app'")
    owned = await owner.fetchval("SELECT count(*) FROM pg_class WHERE relowner = $1", role["oid"])

    assert (role["rolsuper"], role["rolbypassrls"], role["rolcreaterole"]) == (False, False, False)
    assert owned == 0


async def test_a_transaction_without_a_caller_sees_nothing(database: Database, tenant: Tenant):
    pool = await database.pool()

    assert await pool.fetchval("SELECT count(*) FROM organizations") == 0
    assert await pool.fetchval("SELECT count(*) FROM services") == 0


async def test_a_member_sees_and_writes_only_their_own_organization(
    database: Database, tenant: Tenant
):
    stranger = await a_tenant(database, CLOCK)

    async with database.raw_reading(scope_of_viewer(tenant.viewer)) as db:
        seen = await db.fetch("SELECT organization_id, id FROM services")
        people = await db.fetch("SELECT id FROM users")

    assert [(r["organization_id"], r["id"]) for r in seen] == [
        (tenant.organization, tenant.service.id)
    ]
    assert [r["id"] for r in people] == [tenant.user]
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with database.raw_writing(scope_of_viewer(tenant.viewer)) as db:
            await db.execute(
                "INSERT INTO services (organization_id, id, name) VALUES ($1, $2, 'mine?')",
                stranger.organization,
                uuid4(),
            )
    async with database.raw_reading(SYSTEM) as db:
        assert await db.fetchval("SELECT count(*) FROM services WHERE name = 'mine?'") == 0


async def test_a_reader_cannot_write(database: Database, tenant: Tenant):
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with database.raw_reading(scope_of_viewer(tenant.viewer)) as db:
            await db.execute("UPDATE services SET name = 'changed'")


async def test_a_timeline_can_only_be_appended_to(database: Database):
    for statement in ("UPDATE error_activities SET kind = 'x'", "DELETE FROM error_activities"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.raw_writing(SYSTEM) as db:
                await db.execute(statement)


async def test_partitions_are_made_once_and_dropped_by_day(database: Database):
    days = [date(2032, 3, n) for n in (1, 2, 3)]

    async with database.raw_writing(SYSTEM) as db:
        assert await occurrences.make_partitions(db, days) == 3
        assert await occurrences.make_partitions(db, days) == 0
        assert await occurrences.drop_partitions(db, date(2032, 3, 3)) >= 2
        left = await db.fetchval("SELECT to_regclass('occurrences_20320303')::text")

    assert left == "occurrences_20320303"


async def test_two_processes_may_make_the_same_partition_at_once(database: Database):
    async def make() -> int:
        async with database.raw_writing(SYSTEM) as db:
            return await occurrences.make_partitions(db, [date(2033, 5, 5)])

    assert sorted(await asyncio.gather(make(), make(), make())) == [0, 0, 1]


async def test_too_long_a_text_is_refused_by_the_database_itself(
    database: Database, tenant: Tenant
):
    with pytest.raises(asyncpg.CheckViolationError, match="services_name_length"):
        async with database.raw_writing(scope_of_viewer(tenant.viewer)) as db:
            await db.execute("UPDATE services SET name = $1", "n" * 101)


async def test_deleting_an_organization_takes_its_rows_along(
    database_url: str, database: Database, owner: asyncpg.Connection
):
    tenant = await a_tenant(database, CLOCK)

    await owner.execute("DELETE FROM organizations WHERE id = $1", tenant.organization)

    for table in ("services", "ingest_keys", "api_tokens", "error_types", "memberships"):
        left = await owner.fetchval(
            f"SELECT count(*) FROM {table} WHERE organization_id = $1", tenant.organization
        )
        assert (table, left) == (table, 0)


async def test_feed_positions_are_gapless_under_concurrent_writers(
    database: Database, tenant: Tenant
):
    def a_change() -> Change:
        return Change(
            organization_id=tenant.organization,
            kind=FeedKind.ERROR_CHANGED,
            subject_id=uuid4(),
            at=datetime.now(UTC),
        )

    async def write(n: int) -> None:
        async with database.raw_writing(SYSTEM) as db:
            await feed.append_raw(db, [a_change() for _ in range(1 + n % 3)])
            if n % 5 == 0:
                raise ValueError("rolled back")

    await asyncio.gather(*(write(n) for n in range(40)), return_exceptions=True)

    async with database.raw_reading(SYSTEM) as db:
        entries = await feed.after(db, tenant.organization, 0, 1_000)
        heads = await feed.heads(db, [tenant.organization])
    expected = sum(1 + n % 3 for n in range(40) if n % 5)
    assert [entry.position for entry in entries] == list(range(1, expected + 1))
    assert heads[tenant.organization] == (0, expected)


async def test_an_entry_about_something_old_does_not_take_along_what_came_before_it(
    database: Database, tenant: Tenant
):
    now = datetime.now(UTC)
    changes = [
        Change(
            organization_id=tenant.organization,
            kind=FeedKind.ERROR_REMOVED,
            subject_id=uuid4(),
            at=now - timedelta(hours=hours),
        )
        for hours in (50, 0, 50, 0)
    ]
    async with database.raw_writing(SYSTEM) as db:
        await feed.append_raw(db, changes)
    async with database.raw_writing(SYSTEM) as db:
        trimmed = [await feed.trim(db, now - timedelta(hours=24), 10) for _ in range(2)]

    async with database.raw_reading(SYSTEM) as db:
        left = await feed.after(db, tenant.organization, 1, 10)
        heads = await feed.heads(db, [tenant.organization])
    assert trimmed == [1, 0]
    assert [entry.position for entry in left] == [2, 3, 4]
    assert heads[tenant.organization] == (1, 4)


async def test_a_trimmed_feed_knows_where_it_begins(database: Database, tenant: Tenant):
    now = datetime.now(UTC)
    changes = [
        Change(
            organization_id=tenant.organization,
            kind=FeedKind.ERROR_CHANGED,
            subject_id=uuid4(),
            at=now - timedelta(hours=hours),
        )
        for hours in (5, 4, 3, 2, 1)
    ]
    async with database.raw_writing(SYSTEM) as db:
        await feed.append_raw(db, changes)

    async with database.raw_writing(SYSTEM) as db:
        trimmed = await feed.trim(db, now - timedelta(hours=2, minutes=30), 2)
        trimmed += await feed.trim(db, now - timedelta(hours=2, minutes=30), 2)

    async with database.raw_reading(SYSTEM) as db:
        left = await feed.after(db, tenant.organization, 0, 10)
        heads = await feed.heads(db, [tenant.organization])
    assert trimmed == 3
    assert [entry.position for entry in left] == [4, 5]
    assert heads[tenant.organization] == (3, 5)
