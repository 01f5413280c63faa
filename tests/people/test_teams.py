"""Teams: made, changed and removed, who is in them, and what they look after (TEN-10)."""

from domain.organizations import MembershipRole
from tests.conftest import CLOCK
from tests.house import a_tenant
from tests.people.asking import a_member, as_owner

R = MembershipRole
TEAM = """query ($id: ID!) { node(id: $id) { ... on Team {
  name description organization { slug } services { name }
  members { isLead user { name } }
} } }"""


async def a_team(asker, tenant, name="Web"):
    said = await asker.do("createTeam", "team { id }", organization=org(tenant), name=name)
    return said["team"]["id"]


def org(tenant):
    return f"org_{tenant.organization}"


async def test_a_team_has_members_and_services(house, owner, tenant):
    team = await a_team(owner, tenant)
    ben = await a_member(house, tenant, R.DEVOPS)
    await owner.do("updateTeam", id=team, changes={"description": "The shop"})

    await owner.do("putTeamMember", team=team, user=f"usr_{tenant.user}")
    await owner.do("putTeamMember", team=team, user=f"usr_{ben}", isLead=True)
    owned = await owner.do(
        "updateService",
        "service { ownerTeam { id } }",
        id=f"svc_{tenant.service.id}",
        changes={"ownerTeam": team},
    )

    assert owned["service"]["ownerTeam"]["id"] == team
    assert (await owner.data(TEAM, id=team))["node"] == {
        "name": "Web",
        "description": "The shop",
        "organization": {"slug": tenant.slug},
        "services": [{"name": "shop-web"}],
        "members": [
            {"isLead": True, "user": {"name": "Ben"}},
            {"isLead": False, "user": {"name": "Ada"}},
        ],
    }


async def test_a_deleted_team_leaves_its_services_and_members(house, owner, tenant):
    team = await a_team(owner, tenant)
    service = f"svc_{tenant.service.id}"
    await owner.do("putTeamMember", team=team, user=f"usr_{tenant.user}")
    await owner.do("updateService", id=service, changes={"ownerTeam": team})

    said = await owner.do("deleteTeam", "team { name }", id=team)

    left = await owner.data(f'{{ service(id: "{service}") {{ name ownerTeam {{ id }} }} }}')
    assert said["team"] == {"name": "Web"}
    assert left["service"] == {"name": "shop-web", "ownerTeam": None}
    assert (await owner.data(TEAM, id=team))["node"] is None
    assert [action for action, _, _ in await owner.log(tenant.organization)] == [
        "team.created",
        "team.member_put",
        "service.changed",
        "team.deleted",
    ]


async def test_a_name_is_there_once(house, owner, tenant):
    await a_team(owner, tenant)
    other = await a_team(owner, tenant, "Other")

    again = await owner.do("createTeam", organization=org(tenant), name="  Web ")
    renamed = await owner.do("updateTeam", id=other, changes={"name": "Web"})
    empty = await owner.do("updateTeam", id=other, changes={"name": " "})
    long = await owner.do("createTeam", organization=org(tenant), name="n" * 101)

    assert [each["__typename"] for each in (again, renamed, empty, long)] == [
        "Conflict",
        "Conflict",
        "Invalid",
        "Invalid",
    ]


async def test_only_members_of_the_organization_are_in_its_teams(house, owner, tenant):
    team = await a_team(owner, tenant)
    stranger = await a_tenant(house.database, CLOCK)

    put = await owner.do("putTeamMember", team=team, user=f"usr_{stranger.user}")
    removed = await owner.do("removeTeamMember", team=team, user=f"usr_{tenant.user}")

    assert (put["__typename"], put["field"]) == ("Invalid", "user")
    assert removed["__typename"] == "NotFound"


async def test_a_service_is_not_given_to_another_organizations_team(house, owner, tenant):
    stranger = await a_tenant(house.database, CLOCK)
    theirs = await a_team(as_owner(house, stranger), stranger)

    said = await owner.do(
        "updateService", id=f"svc_{tenant.service.id}", changes={"ownerTeam": theirs}
    )

    assert (said["__typename"], said["field"]) == ("Invalid", "ownerTeam")


async def test_teams_page_by_page(house, owner, tenant):
    for name in ("A", "B", "C"):
        await a_team(owner, tenant, name)

    listed = await owner.data(
        "query ($o: ID!) { teams(organization: $o, first: 2) { totalCount"
        " edges { node { name } } pageInfo { hasNextPage } } }",
        o=org(tenant),
    )

    assert listed["teams"] == {
        "totalCount": 3,
        "edges": [{"node": {"name": "C"}}, {"node": {"name": "B"}}],
        "pageInfo": {"hasNextPage": True},
    }
