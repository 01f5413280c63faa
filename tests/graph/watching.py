"""Watchers of the feed over a real socket, and what happens for them to see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.feed import Change
from persistence import feed
from persistence.database import SYSTEM
from tests.graph.sockets import Socket, a_socket

FEED = """
subscription ($where: ErrorFeedFilter, $after: Cursor, $organization: ID) {
  errorFeed(where: $where, after: $after, organization: $organization) {
    kind cursor omitted
    changes {
      kind cursor at errorId count
      error { id title status service { name } organization { slug } }
      occurrence { id }
    }
  }
}"""
SET_STATUS = """mutation ($id: ID!, $status: ErrorStatus!) {
  setErrorStatus(id: $id, status: $status) { ... on SetErrorStatusSuccess { error { status } } }
}"""


class Watch:
    """One subscription on one socket."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def batch(self) -> dict[str, object]:
        return (await self.socket.next("feed"))["data"]["errorFeed"]

    async def changes(self, count: int) -> list[dict[str, object]]:
        """Return the next changes, from as many batches as they come in."""
        found: list[dict[str, object]] = []
        while len(found) < count:
            found += (await self.batch())["changes"]
        assert len(found) == count
        return found


@asynccontextmanager
async def watching(door, token: str, **variables: object) -> AsyncIterator[Watch]:
    async with a_socket(door.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("feed", FEED, **variables)
        watch = Watch(socket)
        if "after" not in variables:
            opening = await watch.batch()
            assert (opening["kind"], opening["omitted"], opening["changes"]) == ("CHANGES", 0, [])
        yield watch


async def refusal_of(door, token: str, **variables: object) -> dict[str, object]:
    """Subscribe in vain, and return why."""
    async with a_socket(door.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("feed", FEED, **variables)
        message = await socket.receive()
    assert (message["id"], message["type"]) == ("feed", "error")
    [error] = message["payload"]
    return error


async def set_status(door, tenant, error_id: str, status: str) -> None:
    answer = (await door.ask(tenant.token, SET_STATUS, id=error_id, status=status)).json()
    assert answer["data"]["setErrorStatus"]["error"]["status"] == status


async def append(house, *changes: Change) -> None:
    async with house.database.raw_writing(SYSTEM) as db:
        entries = await feed.append_raw(db, changes)
    await house.hub.publish(entries)
