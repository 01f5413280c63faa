"""Who looks at an error is seen over another process, and forgotten when theirs dies."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from application.ports import BELL_PRESENCE
from application.presence import BEAT_SECONDS, LEASE_SECONDS, Place, Presence
from outbound.bus import Bus
from tests.conftest import CLOCK
from tests.flows.load import Load, settled
from tests.flows.running import Installation, an_installation, eventually
from tests.graph.sockets import Socket, a_socket
from tests.house import Tenant
from tests.servers import RedisServer

WATCH = "subscription ($id: ID!) { viewers(errorId: $id) { viewers { user { name } } } }"
ASK = "query ($id: ID!) { viewers(errorId: $id) { viewers { user { name } } } }"


@pytest.fixture
async def house(flow_database: str, redis: RedisServer) -> AsyncIterator[Installation]:
    async with an_installation(flow_database, serve=2, work=1, redis_url=redis.url) as running:
        yield running


async def _look(socket: Socket, tenant: Tenant, error: str) -> int:
    await socket.init(tenant.token)
    await socket.subscribe("v", WATCH, id=error)
    return len((await socket.next("v"))["data"]["viewers"]["viewers"])


async def test_a_viewer_is_seen_everywhere_until_their_process_dies(house: Installation):
    _, there = house.serve
    tenant = await house.tenant()
    load = Load(tenant=tenant, doors=house.serve)
    await load.send(1)
    await settled(house, tenant, load.accepted)
    [row] = await house.sql("SELECT id FROM errors WHERE organization_id = $1", tenant.organization)
    error = f"err_{row['id']}"

    async def seen() -> int:
        answer = await house.ask(tenant, ASK, 0, id=error)
        return len(answer["viewers"]["viewers"])

    async with a_socket(f"{there.url.replace('http', 'ws', 1)}/graphql") as socket:
        assert await _look(socket, tenant, error) == 1
        assert await eventually(seen, lambda n: n == 1, seconds=BEAT_SECONDS) == 1
        there.kill()
        patience = LEASE_SECONDS + BEAT_SECONDS
        assert await eventually(seen, lambda n: n == 0, seconds=patience) == 0


async def test_who_is_here_is_seen_here_while_redis_answers_nothing(redis: RedisServer):
    place, ada, ben = Place(uuid4(), uuid4()), uuid4(), uuid4()
    async with Bus.open(redis.url, channels=[BELL_PRESENCE], prefix=str(place.error)) as bus:
        presence = Presence(bus, CLOCK)
        await presence.start()
        redis.freeze()
        try:
            async with asyncio.timeout(30), presence.look(place, ada) as hers:
                # More than the bus keeps for a Redis that does not answer.
                for number in range(2_000):
                    await bus.publish(BELL_PRESENCE, f"{number}")
                hers.changed.clear()
                async with presence.look(place, ben):
                    seen = (hers.changed.is_set(), [user for user, _ in presence.at(place)])
                left = [user for user, _ in presence.at(place)]
                await presence.close()
        finally:
            redis.thaw()

    assert (seen, left) == ((True, [ada, ben]), [ada])
