"""Any live feed over a real socket, and what people do for its watchers to see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from application.setup import SetupUseCases
from domain.ids import UserId
from domain.organizations import MembershipRole
from graph.cursors import FeedCursor, text_of
from graph.ids import shown
from persistence.projection.declared import ORGANIZATION, USER
from tests.conftest import CLOCK
from tests.graph.sockets import Socket, a_socket

_RESULT = "{ __typename ... on Failure { message } }"


class Feed:
    """One feed on one socket."""

    def __init__(self, socket: Socket, name: str) -> None:
        self.socket = socket
        self.name = name

    async def batch(self) -> dict[str, Any]:
        payload = await self.socket.next("feed")
        assert "errors" not in payload, payload
        return payload["data"][self.name]

    async def items(self, field: str, count: int) -> list[dict[str, Any]]:
        """Return the next items, from as many batches as they come in."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += (await self.batch())[field]
        assert len(found) == count, found
        return found


@asynccontextmanager
async def feeding(door, token: str, query: str, **variables: object) -> AsyncIterator[Feed]:
    """Watch a feed for the length of a block; the batch that says where it begins is taken."""
    name = query.split("{")[1].split("(")[0].split()[0]
    async with a_socket(door.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("feed", query, **variables)
        feed = Feed(socket, name)
        if "after" not in variables:
            opening = await feed.batch()
            assert (opening["kind"], opening["omitted"]) == ("CHANGES", 0), opening
        yield feed


async def refused(door, token: str, query: str, **variables: object) -> dict[str, Any]:
    """Subscribe in vain, and return why."""
    async with a_socket(door.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("feed", query, **variables)
        message = await socket.receive()
    assert (message["id"], message["type"]) == ("feed", "error"), message
    [error] = message["payload"]
    return error


def beginning(tenant) -> str:
    """Return the cursor before everything."""
    return text_of(FeedCursor(organization=tenant.organization, position=0))


@dataclass(frozen=True)
class Person:
    """Somebody with a token of their own."""

    id: UserId
    token: str
    name: str

    @property
    def shown(self) -> str:
        return shown(USER, self.id)


async def a_person(
    house, tenant, name: str = "Ben", role: MembershipRole = MembershipRole.DEVOPS
) -> Person:
    """Another member."""
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{name.lower()}-{uuid4().hex}@example.com"
    user = await setup.add_user(email, name, tenant.slug, role)
    return Person(user.id, await setup.add_token(email, tenant.slug, "test"), name)


async def does(door, token: str, call: str, selection: str = _RESULT) -> dict[str, Any]:
    """Run one mutation, such as `deleteErrors(ids: ["err_…"])`, which must succeed."""
    answer = (await door.ask(token, f"mutation {{ done: {call} {selection} }}")).json()
    assert "errors" not in answer, answer
    done = answer["data"]["done"]
    assert done["__typename"].endswith("Success"), done
    return done


async def a_team(door, tenant, *people: Person) -> str:
    """A team with these members."""
    home = shown(ORGANIZATION, tenant.organization)
    made = await does(
        door,
        tenant.token,
        f'createTeam(organization: "{home}", name: "team {uuid4().hex}")',
        "{ __typename ... on CreateTeamSuccess { team { id } } }",
    )
    team = made["team"]["id"]
    for person in people:
        await does(door, tenant.token, f'putTeamMember(team: "{team}", user: "{person.shown}")')
    return team


async def errors_of(door, tenant) -> dict[str, str]:
    """Return the ids of the tenant's errors, by the function that fails."""
    query = "{ errors(first: 50) { edges { node { id culprit } } } }"
    edges = (await door.ask(tenant.token, query)).json()["data"]["errors"]["edges"]
    return {edge["node"]["culprit"].rpartition(" ")[2]: edge["node"]["id"] for edge in edges}
