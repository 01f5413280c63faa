"""Triage over the API: who may change the status of an error, and what a refusal leaves behind."""

from uuid import UUID, uuid4

import pytest

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.house import a_tenant

ERRORS = "{ errors(first: 10) { edges { node { id status } } } }"
SET_STATUS = """mutation ($id: ID!, $status: ErrorStatus!) {
  setErrorStatus(id: $id, status: $status) {
    __typename
    ... on SetErrorStatusSuccess { error { id status resolvedBy { name } } }
    ... on Failure { message }
    ... on IllegalMove { before to }
    ... on Invalid { field }
  }
}"""


async def only_error(door, tenant) -> dict[str, str]:
    answer = (await door.ask(tenant.token, ERRORS)).json()
    [edge] = answer["data"]["errors"]["edges"]
    return edge["node"]


async def set_status(door, token: str, id_: str, status: str) -> dict[str, object]:
    answer = (await door.ask(token, SET_STATUS, id=id_, status=status)).json()
    assert "errors" not in answer
    return answer["data"]["setErrorStatus"]


async def a_token(house, tenant, role: MembershipRole, scopes=frozenset(TokenScope)) -> str:
    """The token of another member with this role."""
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    await setup.add_user(email, "Ben", tenant.slug, role)
    return await setup.add_token(email, tenant.slug, "test", scopes=scopes)


async def test_an_error_is_resolved_by_a_person(door, house, tenant):
    await happens(house, tenant, "pay")
    error = await only_error(door, tenant)

    answer = await set_status(door, tenant.token, error["id"], "RESOLVED")

    assert answer == {
        "__typename": "SetErrorStatusSuccess",
        "error": {"id": error["id"], "status": "RESOLVED", "resolvedBy": {"name": "Ada"}},
    }
    assert (await only_error(door, tenant))["status"] == "RESOLVED"


async def test_a_step_that_there_is_not_is_refused_and_changes_nothing(door, house, tenant):
    await happens(house, tenant, "pay")
    error = await only_error(door, tenant)

    answer = await set_status(door, tenant.token, error["id"], "CLOSED")

    assert answer == {
        "__typename": "IllegalMove",
        "message": "An error that is new cannot become closed.",
        "before": "NEW",
        "to": "CLOSED",
    }
    assert (await only_error(door, tenant))["status"] == "NEW"


@pytest.mark.parametrize(
    ("role", "scopes", "is_allowed"),
    [
        (MembershipRole.SUPPORT, {TokenScope.READ, TokenScope.WRITE}, True),
        (MembershipRole.VIEWER, {TokenScope.READ, TokenScope.WRITE}, False),
        (MembershipRole.OWNER, {TokenScope.READ}, False),
    ],
)
async def test_who_may_not_triage_is_refused_and_changes_nothing(
    door, house, tenant, role, scopes, is_allowed
):
    await happens(house, tenant, "pay")
    error = await only_error(door, tenant)
    token = await a_token(house, tenant, role, frozenset(scopes))

    answer = await set_status(door, token, error["id"], "OPEN")

    expected = ("SetErrorStatusSuccess", "OPEN") if is_allowed else ("Forbidden", "NEW")
    assert (answer["__typename"], (await only_error(door, tenant))["status"]) == expected


async def test_an_error_of_others_is_not_found_and_unchanged(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    await happens(house, other, "pay")
    error = await only_error(door, other)

    answer = await set_status(door, tenant.token, error["id"], "OPEN")

    assert answer == {"__typename": "NotFound", "message": "No such error."}
    assert (await only_error(door, other))["status"] == "NEW"


@pytest.mark.parametrize("id_", ["", "x", "err_x", f"svc_{UUID(int=1)}"])
async def test_what_is_no_id_of_an_error_is_refused(door, tenant, id_):
    answer = await set_status(door, tenant.token, id_, "OPEN")

    assert (answer["__typename"], answer["field"]) == ("Invalid", "id")
