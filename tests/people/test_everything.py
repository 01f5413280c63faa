"""Each table of a tenant, whatever tables there are, is walled in by the database (SEC-01)."""

import asyncpg
import pytest

from persistence.database import scope_of_viewer
from tests.people.everything import counts, filled, tenant_tables

TABLES = [table.name for table in tenant_tables()]


@pytest.fixture(scope="module")
async def shop(database, owner_of_tables):
    return (await filled(database, owner_of_tables, "shop"))[0]


@pytest.fixture(scope="module")
async def bank(database, owner_of_tables):
    return (await filled(database, owner_of_tables, "bank"))[0]


def written_columns(table: str) -> str:
    """Return the columns of a table that are not worked out by the database."""
    [found] = [one for one in tenant_tables() if one.name == table]
    names = [name for name, column in found.columns.items() if column.computed is None]
    return ", ".join(f'"{name}"' for name in names if name != "organization_id")


async def test_one_of_everything_is_there(owner_of_tables, shop, bank):
    # What is asserted below of every table is asserted of rows that there are.
    assert len(TABLES) > 50
    for tenant in (shop, bank):
        assert {
            t: n for t, n in (await counts(owner_of_tables, tenant.organization)).items() if not n
        } == {}


@pytest.mark.parametrize("table", TABLES)
async def test_a_member_reads_and_writes_no_row_of_others(
    database, owner_of_tables, shop, bank, table
):
    scope = scope_of_viewer(shop.viewer)
    before = await owner_of_tables.fetch(
        f"SELECT * FROM {table} WHERE organization_id = $1", bank.organization
    )

    async with database.raw_reading(scope) as db:
        seen = await db.fetchval(
            f"SELECT count(*) FROM {table} WHERE organization_id = $1", bank.organization
        )
        of_whom = await db.fetch(f"SELECT DISTINCT organization_id FROM {table}")
    for statement in (
        f"UPDATE {table} SET organization_id = $2 WHERE organization_id = $1",
        f"DELETE FROM {table} WHERE organization_id = $1 AND $2::uuid IS NOT NULL",
    ):
        try:
            async with database.raw_writing(scope) as db:
                done = await db.execute(statement, bank.organization, shop.organization)
        except asyncpg.InsufficientPrivilegeError:
            done = "none 0"  # append-only, even for those whose it is
        assert done.endswith(" 0")
    columns = written_columns(table)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.raw_writing(scope) as db:
            await db.execute(
                f"INSERT INTO {table} (organization_id, {columns}) OVERRIDING SYSTEM VALUE"
                f" SELECT $1, {columns} FROM {table} WHERE organization_id = $2 LIMIT 1",
                bank.organization,
                shop.organization,
            )

    after = await owner_of_tables.fetch(
        f"SELECT * FROM {table} WHERE organization_id = $1", bank.organization
    )
    assert {row[0] for row in of_whom} == {shop.organization}
    assert (seen, after) == (0, before)
