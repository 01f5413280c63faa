"""Rights on open sockets: who loses or gets some notices at once, without anybody looking."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from graph.transport import GraphQLApp
from graph.transport.watch import Watch
from persistence import users
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.graph.serving import Served, happens, serving
from tests.graph.sockets import Socket, a_socket
from tests.graph.watching import FEED
from tests.machine import burden

# So long that only the bell can have told them.
NEVER = 3_600.0


@pytest.fixture(scope="module")
async def app(house) -> GraphQLApp:
    app = GraphQLApp(house)
    app.watch = Watch(app.doorkeeper, look_seconds=NEVER)
    return app


@pytest.fixture(scope="module")
async def belled(app) -> AsyncIterator[Served]:
    """A door at which nobody looks, but a bell hangs."""
    async with serving(app.routes()) as served:
        yield served


async def ben_of(house, tenant):
    """Another member of the tenant: who they are, and a token of theirs."""
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    await setup.add_user(email, "Ben", tenant.slug, MembershipRole.STAFF)
    token = await setup.add_token(email, tenant.slug, "test")
    async with house.database.reading(SYSTEM) as db:
        found = await users.by_email(db, email)
    return found.id, token


async def last_words(socket: Socket) -> tuple[str, int]:
    """Return with which code the feed ends, and then the socket."""
    payload = await socket.next("feed")
    while "errors" not in payload:
        payload = await socket.next("feed")
    assert await socket.receive() == {"id": "feed", "type": "complete"}
    code, _ = await socket.close_code()
    return payload["errors"][0]["extensions"]["code"], code


async def test_who_is_put_out_is_told_at_once(belled, house, tenant):
    ben, token = await ben_of(house, tenant)
    async with a_socket(belled.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("feed", FEED)
        await socket.next("feed")

        began = time.monotonic()
        await house.people.members.remove(tenant.organization, ben, by=tenant.viewer)
        ending = await last_words(socket)

    assert ending == ("UNAUTHENTICATED", 4401)
    assert time.monotonic() - began < 2 * burden()


async def test_whose_token_is_revoked_is_told_at_once(belled, house, tenant):
    _, token = await ben_of(house, tenant)
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    async with a_socket(belled.socket_url) as socket, a_socket(belled.socket_url) as other:
        for each, secret in ((socket, token), (other, tenant.token)):
            await each.init(secret)
            await each.subscribe("feed", FEED)
            await each.next("feed")

        mine = [each for each in await setup.tokens_of(tenant.slug) if each.user_id != tenant.user]
        await setup.revoke_token(mine[-1].id)
        ending = await last_words(socket)
        await happens(house, tenant, "pay")

        assert ending == ("UNAUTHENTICATED", 4401)
        assert (await other.next("feed"))["data"]["errorFeed"]["changes"]


async def test_who_has_another_role_misses_nothing(app, belled, house, tenant):
    ben, token = await ben_of(house, tenant)
    async with a_socket(belled.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("feed", FEED)
        await socket.next("feed")
        seen: list[dict[str, object]] = []
        roles = (MembershipRole.ADMIN, MembershipRole.VIEWER, MembershipRole.STAFF)
        for moves, role in enumerate(roles, start=1):
            await house.people.members.set_role(tenant.organization, ben, role, by=tenant.viewer)
            await happens(house, tenant, "pay")
            seen += (await socket.next("feed"))["data"]["errorFeed"]["changes"]
            # Two changes that are heard of together would be one move.
            async with asyncio.timeout(30):
                while app.live.counts.moved < moves:
                    await asyncio.sleep(0.01)

    assert [change["kind"] for change in seen] == ["NEW", "AGAIN", "AGAIN"]


async def test_a_request_after_a_change_is_answered_by_the_new_rights(belled, house, tenant):
    ben, token = await ben_of(house, tenant)
    query = "{ viewer { roles { role } } }"
    before = (await belled.ask(token, query)).json()

    await house.people.members.set_role(
        tenant.organization, ben, MembershipRole.ADMIN, by=tenant.viewer
    )
    after = (await belled.ask(token, query)).json()

    assert before["data"]["viewer"]["roles"] == [{"role": "STAFF"}]
    assert after["data"]["viewer"]["roles"] == [{"role": "ADMIN"}]
