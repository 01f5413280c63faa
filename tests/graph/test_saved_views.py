"""Saved views over the API: whose they are, who sees them, and what they count."""

from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.test_triage import a_token
from tests.house import a_tenant

CREATE = """mutation ($org: ID!, $name: String!, $search: String!, $shared: Boolean!) {
  createSavedView(organization: $org, name: $name, search: $search, isShared: $shared) {
    __typename
    ... on CreateSavedViewSuccess {
      view { id name search isShared count orderBy createdBy { name } }
    }
    ... on Failure { message } ... on Invalid { field }
  }
}"""
UPDATE = """mutation ($id: ID!, $name: String, $shared: Boolean) {
  updateSavedView(id: $id, name: $name, isShared: $shared) {
    __typename
    ... on UpdateSavedViewSuccess { view { name search isShared } }
    ... on Failure { message }
  }
}"""
DELETE = """mutation ($id: ID!) {
  deleteSavedView(id: $id) { __typename ... on Failure { message } }
}"""
LIST = "query ($org: ID!) { savedViews(organization: $org) { name count isShared } }"


async def create(door, tenant, token, search, *, name="Mine", shared=False):
    org = f"org_{tenant.organization}"
    answer = await door.ask(token, CREATE, org=org, name=name, search=search, shared=shared)
    return answer.json()["data"]["createSavedView"]


async def names(door, tenant, token) -> list[str]:
    answer = (await door.ask(token, LIST, org=f"org_{tenant.organization}")).json()
    return [view["name"] for view in answer["data"]["savedViews"]]


async def test_a_view_is_kept_with_what_it_finds(door, house, tenant):
    await happens(house, tenant, "pay", "ship")

    made = await create(door, tenant, tenant.token, "is:unresolved ship")

    assert made == {
        "__typename": "CreateSavedViewSuccess",
        "view": {
            "id": made["view"]["id"],
            "name": "Mine",
            "search": "is:unresolved ship",
            "isShared": False,
            "count": 1,
            "orderBy": "LAST_SEEN_DESC",
            "createdBy": {"name": "Ada"},
        },
    }
    assert await names(door, tenant, tenant.token) == ["Mine"]


async def test_a_search_that_cannot_be_understood_is_not_kept(door, tenant):
    refused = await create(door, tenant, tenant.token, "is:resolvd")

    assert (refused["__typename"], refused["field"]) == ("Invalid", "search")
    assert "Did you mean resolved" in refused["message"]
    assert await names(door, tenant, tenant.token) == []


async def test_a_view_is_private_until_it_is_shared_and_only_its_maker_changes_it(
    door, house, tenant
):
    colleague = await a_token(house, tenant, MembershipRole.SUPPORT)
    made = await create(door, tenant, tenant.token, "is:muted")
    id_ = made["view"]["id"]
    assert await names(door, tenant, colleague) == []

    shared = (await door.ask(tenant.token, UPDATE, id=id_, name="Ours", shared=True)).json()
    theirs = (await door.ask(colleague, UPDATE, id=id_, name="Theirs")).json()
    gone = (await door.ask(colleague, DELETE, id=id_)).json()

    assert shared["data"]["updateSavedView"]["view"] == {
        "name": "Ours",
        "search": "is:muted",
        "isShared": True,
    }
    assert theirs["data"]["updateSavedView"] == {
        "__typename": "Forbidden",
        "message": "Only who made a view may change it.",
    }
    assert gone["data"]["deleteSavedView"]["__typename"] == "Forbidden"
    assert await names(door, tenant, colleague) == ["Ours"]


async def test_who_may_only_look_keeps_views_for_themselves_and_shares_none(door, house, tenant):
    viewer = await a_token(house, tenant, MembershipRole.VIEWER)
    reading = await a_token(house, tenant, MembershipRole.ADMIN, frozenset({TokenScope.READ}))

    own = await create(door, tenant, viewer, "is:new")
    shared = await create(door, tenant, viewer, "is:new", name="All", shared=True)
    made = own["view"]["id"]
    renamed = (await door.ask(reading, UPDATE, id=made, name="X")).json()

    assert own["__typename"] == "CreateSavedViewSuccess"
    assert shared == {
        "__typename": "Forbidden",
        "message": "The role viewer may not change errors.",
    }
    assert renamed["data"]["updateSavedView"]["__typename"] == "NotFound"
    assert await names(door, tenant, viewer) == ["Mine"]


async def test_a_view_of_another_organization_is_not_there(door, house, tenant):
    other = await a_tenant(house.database, CLOCK, name="bank")
    made = await create(door, tenant, tenant.token, "is:new", shared=True)

    refused = await create(door, tenant, other.token, "is:new")
    gone = (await door.ask(other.token, DELETE, id=made["view"]["id"])).json()

    assert refused["__typename"] == "NotFound"
    assert gone["data"]["deleteSavedView"]["__typename"] == "NotFound"
    assert await names(door, tenant, tenant.token) == ["Mine"]


async def test_a_view_is_gone_when_it_is_deleted(door, tenant):
    made = await create(door, tenant, tenant.token, "is:new")

    gone = (await door.ask(tenant.token, DELETE, id=made["view"]["id"])).json()

    assert gone["data"]["deleteSavedView"]["__typename"] == "DeleteSavedViewSuccess"
    assert await names(door, tenant, tenant.token) == []
