"""Who looks at an error, as its viewers are told over real sockets."""

import asyncio
from types import SimpleNamespace

import pytest

from application.presence import Place
from domain.organizations import MembershipRole
from graph.context import Context
from graph.ids import error_id
from graph.presence import RENEW_SECONDS, PresenceSubscriptions
from tests.conftest import CLOCK
from tests.graph.feeding import a_person, does, errors_of, refused
from tests.graph.serving import happens
from tests.graph.sockets import a_socket
from tests.house import a_tenant

WATCH = (
    "subscription ($id: ID!) { viewers(errorId: $id) { errorId viewers { since user { name } } } }"
)
ASK = "query ($id: ID!) { viewers(errorId: $id) { error { id } viewers { user { name } } } }"


async def an_error(door, house, tenant) -> str:
    await happens(house, tenant, "pay")
    return (await errors_of(door, tenant))["pay"]


async def names(socket) -> list[str]:
    told = (await socket.next("v"))["data"]["viewers"]["viewers"]
    return [each["user"]["name"] for each in told]


async def asked(door, token: str, error: str) -> list[str]:
    answer = (await door.ask(token, ASK, id=error)).json()
    return [each["user"]["name"] for each in answer["data"]["viewers"]["viewers"]]


async def test_who_opens_an_error_is_seen_until_they_leave(door, house, tenant):
    error, ben = await an_error(door, house, tenant), await a_person(house, tenant)
    assert await asked(door, ben.token, error) == []
    async with a_socket(door.socket_url) as hers:
        await hers.init(tenant.token)
        await hers.subscribe("v", WATCH, id=error)
        alone = await names(hers)
        async with a_socket(door.socket_url) as his:
            await his.init(ben.token)
            await his.subscribe("v", WATCH, id=error)
            assert await names(his) == ["Ada", "Ben"]
            assert await names(hers) == ["Ada", "Ben"]
            # To ask is not to be there, and a second window is the same person.
            assert await asked(door, ben.token, error) == ["Ada", "Ben"]
            await his.subscribe("w", WATCH, id=error)
            await his.next("w")
            await his.send({"id": "w", "type": "complete"})
        left = await names(hers)
        assert await asked(door, ben.token, error) == ["Ada"]

    assert (alone, left) == (["Ada"], ["Ada"])


async def test_who_comes_while_the_first_is_told_is_told_next(door, house, tenant):
    error, ben = await an_error(door, house, tenant), await a_person(house, tenant)
    key = error_id(error, field="id")
    ada = await house.access.viewer_of_token(tenant.token)
    context = Context(house=house, viewer=ada, request_id="r")
    events = await PresenceSubscriptions().viewers(SimpleNamespace(context=context), error)
    first = await anext(events)

    async with (
        house.presence.look(Place(tenant.organization, key), ben.id),
        asyncio.timeout(RENEW_SECONDS * 3),
    ):
        second = await anext(events)
    await events.aclose()

    assert [len(seen.people) for seen in (first, second)] == [1, 2]


async def test_one_error_is_not_another(door, house, tenant):
    await happens(house, tenant, "pay", "ship")
    errors = await errors_of(door, tenant)
    async with a_socket(door.socket_url) as hers:
        await hers.init(tenant.token)
        await hers.subscribe("v", WATCH, id=errors["pay"])
        await names(hers)

        assert await asked(door, tenant.token, errors["ship"]) == []


@pytest.mark.parametrize("query", [WATCH, ASK.replace("query", "subscription")])
async def test_an_error_of_others_has_no_viewers_for_us(door, house, tenant, query):
    other = await a_tenant(house.database, CLOCK)
    error = await an_error(door, house, other)

    refusal = await refused(door, tenant.token, query, id=error)
    answer = (await door.ask(tenant.token, ASK, id=error)).json()

    assert refusal["extensions"]["code"] == "NOT_FOUND"
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_who_is_let_go_is_seen_no_more(door, house, tenant):
    error = await an_error(door, house, tenant)
    ben = await a_person(house, tenant, role=MembershipRole.VIEWER)
    async with a_socket(door.socket_url) as hers, a_socket(door.socket_url) as his:
        for socket, token in ((hers, tenant.token), (his, ben.token)):
            await socket.init(token)
            await socket.subscribe("v", WATCH, id=error)
            await names(socket)
        assert await names(hers) == ["Ada", "Ben"]
        home = f"org_{tenant.organization}"
        await does(door, tenant.token, f'removeMember(organization: "{home}", user: "{ben.shown}")')
        left = await names(hers)

    assert left == ["Ada"]
