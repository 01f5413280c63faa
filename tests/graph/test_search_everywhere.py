"""Searching where one belongs to several organizations, to several teams, or administers all."""

import pytest

from tests.conftest import CLOCK
from tests.graph.feeding import a_person, a_team, does, errors_of
from tests.graph.serving import happens
from tests.house import Tenant, a_tenant
from tests.people.asking import Asker, as_administrator

LIST = """query ($search: String, $organization: ID, $order: ErrorOrder! = LAST_SEEN_DESC) {
  errors(first: 100, where: {search: $search, organization: $organization}, orderBy: $order) {
    totalCount edges { node { id culprit } }
  }
}"""


async def found(door, token: str, search: str) -> list[str]:
    answer = (await door.ask(token, LIST, search=search)).json()
    assert "errors" not in answer, answer
    edges = answer["data"]["errors"]["edges"]
    return sorted(edge["node"]["culprit"].rpartition(" ")[2] for edge in edges)


async def test_what_my_teams_have_is_found(door, house, tenant):
    await happens(house, tenant, "pay", "ship", "pack", "print")
    me, other = await a_person(house, tenant), await a_person(house, tenant, "Eve")
    ids = await errors_of(door, tenant)
    for name, team in (
        ("pay", await a_team(door, tenant, me)),
        ("ship", await a_team(door, tenant, other, me)),
        ("pack", await a_team(door, tenant, other)),
    ):
        await does(
            door, tenant.token, f'assignError(errors: {{ids: ["{ids[name]}"]}}, team: "{team}")'
        )

    assert await found(door, me.token, "assignee:my-teams") == ["pay", "ship"]
    assert await found(door, me.token, "assignee:[my-teams, nobody]") == ["pay", "print", "ship"]
    assert await found(door, me.token, "!assignee:my-teams") == ["pack", "print"]
    assert await found(door, tenant.token, "assignee:my-teams") == []


@pytest.fixture
async def two(house) -> tuple[Tenant, Tenant]:
    """Two organizations in which the same happens, in services of one name."""
    both = await a_tenant(house.database, CLOCK), await a_tenant(house.database, CLOCK)
    for tenant in both:
        await happens(house, tenant, "payTwice", "ship")
    assert both[0].service.name == both[1].service.name
    return both


async def ids(asker: Asker, **variables: object) -> tuple[int, set[str]]:
    listed = (await asker.data(LIST, **variables))["errors"]
    return listed["totalCount"], {edge["node"]["id"] for edge in listed["edges"]}


@pytest.mark.parametrize("order", ["LAST_SEEN_DESC", "OCCURRENCES_DESC", "SEVERITY_DESC"])
async def test_a_system_administrator_lists_the_errors_of_all_organizations(
    door, house, two, order
):
    administrator = as_administrator(house, two[0])
    wanted = {(await errors_of(door, tenant))["payTwice"] for tenant in two}
    name = two[0].service.name

    for search in ("is:unresolved payTwice", f"payTwice service:{name}", "payTwice"):
        total, listed = await ids(administrator, search=search, order=order)
        assert wanted <= listed
        assert total >= 2
    total, listed = await ids(
        administrator, search="payTwice", organization=f"org_{two[0].organization}", order=order
    )
    assert (total, listed) == (1, {(await errors_of(door, two[0]))["payTwice"]})


async def test_a_name_that_several_organizations_use_means_all_of_them(door, house, two):
    member = Asker(house, two[0].viewer)
    member.viewer = type(member.viewer)(
        user=two[0].user, roles={**two[0].viewer.roles, **two[1].viewer.roles}
    )

    _, listed = await ids(member, search=f"payTwice service:{two[0].service.name}")

    assert listed == {(await errors_of(door, tenant))["payTwice"] for tenant in two}
