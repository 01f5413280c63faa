"""Administering the whole installation: who there is, and who may (TEN-02, ENU-41, UIX-08)."""

import asyncio

import pytest

from domain.organizations import MembershipRole as R
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.house import a_tenant
from tests.people.asking import a_member, an_administrator, as_member, as_owner

USERS = """query ($search: String, $isActive: Boolean, $first: Int, $after: String) {
  users(search: $search, isActive: $isActive, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id email name isSystemAdmin isActive } }
  }
}"""
TENANTS = """query ($search: String, $first: Int, $after: String) {
  allOrganizations(search: $search, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { slug } }
  }
}"""


@pytest.fixture
async def root(house):
    return await an_administrator(house)


async def is_admin(house, user) -> bool:
    async with house.database.raw_reading(SYSTEM) as db:
        return await db.fetchval("SELECT is_system_admin FROM users WHERE id = $1", user)


async def test_an_administrator_finds_everybody_also_who_belongs_nowhere(house, tenant, root):
    found = (await root.data(USERS, search=f"{tenant.slug.upper()}@"))["users"]
    loner = (await root.data(USERS, search=str(root.viewer.user)))["users"]

    assert found["totalCount"] == 1
    assert found["edges"][0]["node"]["email"] == f"{tenant.slug}@example.com"
    assert loner["edges"][0]["node"]["isSystemAdmin"] is True
    assert (await root.data(USERS, search="100%_"))["users"]["totalCount"] == 0


async def test_people_are_listed_page_by_page(house, tenant, root):
    for _ in range(3):
        await a_member(house, tenant, R.STAFF)
    first = (await root.data(USERS, first=2))["users"]
    second = (await root.data(USERS, first=2, after=first["pageInfo"]["endCursor"]))["users"]

    async with house.database.raw_reading(SYSTEM) as db:
        assert first["totalCount"] == await db.fetchval("SELECT count(*) FROM users")
    ids = [edge["node"]["id"] for page in (first, second) for edge in page["edges"]]
    assert len(set(ids)) == 4
    assert first["pageInfo"]["hasNextPage"]


async def test_who_was_shut_out_is_found_again(house, tenant, root):
    user = await a_member(house, tenant, R.STAFF)
    await root.do("setUserActive", user=f"usr_{user}", isActive=False)

    out = (await root.data(USERS, isActive=False, first=100))["users"]["edges"]
    inside = (await root.data(USERS, isActive=True, first=100))["users"]["edges"]

    assert f"usr_{user}" in {edge["node"]["id"] for edge in out}
    assert f"usr_{user}" not in {edge["node"]["id"] for edge in inside}


async def test_an_administrator_makes_another_and_is_made_none_by_them(house, tenant, root):
    user = await a_member(house, tenant, R.STAFF)
    shown = "user { isSystemAdmin }"

    made = await root.do("setSystemAdmin", shown, user=f"usr_{user}", isSystemAdmin=True)
    again = await root.do("setSystemAdmin", shown, user=f"usr_{user}", isSystemAdmin=True)
    alone = await root.do("setSystemAdmin", user=f"usr_{root.viewer.user}", isSystemAdmin=False)
    ended = await root.do("setSystemAdmin", shown, user=f"usr_{user}", isSystemAdmin=False)

    assert made["user"] == again["user"] == {"isSystemAdmin": True}
    assert alone["__typename"] == "Conflict"
    assert ended["user"] == {"isSystemAdmin": False}
    async with house.database.raw_reading(SYSTEM) as db:
        told = await db.fetch("SELECT action FROM audit_log WHERE object_id = $1 ORDER BY at", user)
    assert [row["action"] for row in told][-2:] == ["user.promoted", "user.demoted"]


async def test_a_closed_account_administers_nothing(house, tenant, root):
    user = await a_member(house, tenant, R.STAFF)
    await root.do("setUserActive", user=f"usr_{user}", isActive=False)

    said = await root.do("setSystemAdmin", user=f"usr_{user}", isSystemAdmin=True)

    assert said["__typename"] == "Conflict"
    assert not await is_admin(house, user)


@pytest.mark.parametrize(
    ("mutation", "how"),
    [("setSystemAdmin", {"isSystemAdmin": False}), ("setUserActive", {"isActive": False})],
)
async def test_two_who_shut_each_other_out_at_once_leave_one(house, root, mutation, how):
    other = await an_administrator(house)
    ids = [f"usr_{asker.viewer.user}" for asker in (root, other)]

    said = await asyncio.gather(
        root.do(mutation, user=ids[1], **how), other.do(mutation, user=ids[0], **how)
    )

    kinds = sorted(each["__typename"] for each in said)
    assert kinds == ["Forbidden", f"{mutation[0].upper()}{mutation[1:]}Success"]


async def test_nobody_else_sees_all_or_makes_administrators(house, tenant):
    owner = as_owner(house, tenant)
    user = await a_member(house, tenant, R.STAFF)

    said = await owner.do("setSystemAdmin", user=f"usr_{user}", isSystemAdmin=True)
    listed = await owner.answer(USERS)

    assert said["__typename"] == "Forbidden"
    assert "Only a system administrator" in listed.errors[0].message
    assert not await is_admin(house, user)


async def test_organizations_are_listed_page_by_page_as_far_as_one_sees_them(house, tenant, root):
    name = tenant.slug
    others = [await a_tenant(house.database, CLOCK, name=name) for _ in range(3)]
    member = await as_member(house, others[0], R.VIEWER)

    first = (await root.data(TENANTS, search=name, first=3))["allOrganizations"]
    after = first["pageInfo"]["endCursor"]
    rest = (await root.data(TENANTS, search=name, first=3, after=after))["allOrganizations"]
    own = (await member.data(TENANTS))["allOrganizations"]

    slugs = {edge["node"]["slug"] for page in (first, rest) for edge in page["edges"]}
    assert slugs == {tenant.slug, *(other.slug for other in others)}
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    assert [edge["node"]["slug"] for edge in own["edges"]] == [others[0].slug]
