"""Members: who gives which role to whom, who goes, and that an owner always stays (TEN-03)."""

import asyncio
from uuid import uuid4

import pytest

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from persistence import members, tokens, users
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.house import a_tenant
from tests.people.asking import a_member, an_administrator, as_member, as_owner

R = MembershipRole
MEMBERS = """query ($organization: ID!, $roles: [MembershipRole!], $first: Int, $after: String) {
  members(organization: $organization, roles: $roles, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { role since user { id name } organization { slug } teams { name } } }
  }
}"""


def org(tenant):
    return f"org_{tenant.organization}"


async def role_of(house, tenant, user):
    async with house.database.reading(SYSTEM) as db:
        found = await members.one(db, tenant.organization, user)
    return None if found is None else found.role


@pytest.mark.parametrize(
    ("by", "before", "to", "answer"),
    [
        (R.OWNER, R.VIEWER, R.OWNER, "UpdateMemberRoleSuccess"),
        (R.OWNER, R.OWNER, R.VIEWER, "UpdateMemberRoleSuccess"),
        (R.ADMIN, R.VIEWER, R.ADMIN, "UpdateMemberRoleSuccess"),
        (R.ADMIN, R.VIEWER, R.OWNER, "Forbidden"),
        (R.ADMIN, R.OWNER, R.ADMIN, "Forbidden"),
        (R.DEVOPS, R.VIEWER, R.DEVOPS, "Forbidden"),
        (R.SUPPORT, R.VIEWER, R.STAFF, "Forbidden"),
    ],
)
async def test_nobody_gives_more_than_they_have(house, tenant, by, before, to, answer):
    asker = await as_member(house, tenant, by)
    user = await a_member(house, tenant, before)

    said = await asker.do(
        "updateMemberRole", organization=org(tenant), user=f"usr_{user}", role=to.name
    )

    is_done = answer == "UpdateMemberRoleSuccess"
    assert said["__typename"] == answer
    assert await role_of(house, tenant, user) is (to if is_done else before)


async def test_nobody_raises_themselves(house, tenant):
    admin = await as_member(house, tenant, R.ADMIN)
    me = admin.viewer.user

    raised = await admin.do(
        "updateMemberRole", organization=org(tenant), user=f"usr_{me}", role="OWNER"
    )
    lowered = await admin.do(
        "updateMemberRole", organization=org(tenant), user=f"usr_{me}", role="STAFF"
    )

    assert (raised["__typename"], lowered["__typename"]) == ("Forbidden", "UpdateMemberRoleSuccess")
    assert await role_of(house, tenant, me) is R.STAFF


async def test_the_last_owner_stays(house, owner, tenant):
    me = f"usr_{tenant.user}"

    said = [
        await owner.do("updateMemberRole", organization=org(tenant), user=me, role="ADMIN"),
        await owner.do("removeMember", organization=org(tenant), user=me),
        await owner.do("leaveOrganization", organization=org(tenant)),
    ]

    assert [each["__typename"] for each in said] == ["Conflict"] * 3
    assert "keeps at least one owner" in said[0]["message"]
    assert await role_of(house, tenant, tenant.user) is R.OWNER


async def test_two_owners_who_leave_at_once_do_not_both(house, owner, tenant):
    other = await as_member(house, tenant, R.OWNER)

    said = await asyncio.gather(
        owner.do("leaveOrganization", organization=org(tenant)),
        other.do("leaveOrganization", organization=org(tenant)),
    )

    assert sorted(each["__typename"] for each in said) == ["Conflict", "LeaveOrganizationSuccess"]


async def test_an_owner_who_cannot_sign_in_does_not_count(house, owner, tenant):
    other = await a_member(house, tenant, R.OWNER)
    admin = await an_administrator(house)

    shut_out = await admin.do("setUserActive", user=f"usr_{other}", isActive=False)
    said = await owner.do("leaveOrganization", organization=org(tenant))

    assert (shut_out["__typename"], said["__typename"]) == ("SetUserActiveSuccess", "Conflict")


async def test_who_is_removed_loses_their_tokens_and_teams(house, owner, tenant):
    user = await a_member(house, tenant, R.DEVOPS)
    async with house.database.reading(SYSTEM) as db:
        email = (await users.by_ids(db, [user]))[user].email
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    await setup.add_token(email, tenant.slug, "theirs")
    made = await owner.do("createTeam", "team { id }", organization=org(tenant), name="Web")
    team = made["team"]["id"]
    await owner.do("putTeamMember", team=team, user=f"usr_{user}", isLead=True)

    said = await owner.do(
        "removeMember", "user { name }", organization=org(tenant), user=f"usr_{user}"
    )

    left = await owner.data(
        f'{{ node(id: "{team}") {{ ... on Team {{ members {{ isLead }} }} }} }}'
    )
    assert said == {"__typename": "RemoveMemberSuccess", "user": {"name": "Ben"}}
    assert left["node"]["members"] == []
    assert await role_of(house, tenant, user) is None
    async with house.database.reading(SYSTEM) as db:
        kept = await tokens.of_organization(db, tenant.organization)
    assert {token.name for token in kept if token.revoked_at is not None} == {"theirs"}
    assert {token.name for token in kept if token.revoked_at is None} == {"test"}
    assert (await owner.log(tenant.organization))[-1] == (
        "member.removed",
        {"role": "devops"},
        None,
    )


async def test_members_page_by_page(house, owner, tenant):
    for role in (R.ADMIN, R.STAFF, R.STAFF):
        await a_member(house, tenant, role)

    first = (await owner.data(MEMBERS, organization=org(tenant), first=3))["members"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await owner.data(MEMBERS, organization=org(tenant), first=3, after=cursor))["members"]
    staff = (await owner.data(MEMBERS, organization=org(tenant), roles=["STAFF"]))["members"]

    roles = [edge["node"]["role"] for edge in first["edges"] + rest["edges"]]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    assert roles == ["STAFF", "STAFF", "ADMIN", "OWNER"]
    assert staff["totalCount"] == len(staff["edges"]) == 2
    assert rest["edges"][0]["node"]["user"] == {"id": f"usr_{tenant.user}", "name": "Ada"}


async def test_another_organizations_members_are_not_there(house, owner, tenant):
    other = await a_tenant(house.database, CLOCK)

    said = await owner.do(
        "updateMemberRole", organization=org(other), user=f"usr_{other.user}", role="VIEWER"
    )
    mixed = await owner.do(
        "updateMemberRole", organization=org(tenant), user=f"usr_{other.user}", role="VIEWER"
    )
    listed = await owner.data(MEMBERS, organization=org(other))

    assert (said["__typename"], mixed["__typename"]) == ("NotFound", "NotFound")
    assert listed["members"] == {
        "totalCount": 0,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "edges": [],
    }
    assert await role_of(house, other, other.user) is R.OWNER


async def test_only_administrators_shut_people_out(house, owner, tenant):
    user = await a_member(house, tenant, R.STAFF)
    admin = await an_administrator(house)

    refused = await owner.do("setUserActive", user=f"usr_{user}", isActive=False)
    unknown = await admin.do("setUserActive", user=f"usr_{uuid4()}", isActive=False)
    self_shut = await admin.do("setUserActive", user=f"usr_{admin.viewer.user}", isActive=False)
    done = await admin.do("setUserActive", "user { isActive }", user=f"usr_{user}", isActive=False)
    again = await admin.do("setUserActive", "user { isActive }", user=f"usr_{user}", isActive=True)

    assert [each["__typename"] for each in (refused, unknown, self_shut)] == [
        "Forbidden",
        "NotFound",
        "Conflict",
    ]
    assert (done["user"], again["user"]) == ({"isActive": False}, {"isActive": True})


async def test_who_left_reads_nothing_any_more(house, tenant):
    asker = await as_member(house, tenant, R.ADMIN)

    said = await asker.do("leaveOrganization", "organization", organization=org(tenant))

    assert said["organization"] == org(tenant)
    assert await as_owner(house, tenant).log(tenant.organization) == [
        ("member.left", {"role": "admin"}, None)
    ]
