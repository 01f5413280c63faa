"""Who looks at an error is seen over another process, and forgotten when theirs dies."""

from collections.abc import AsyncIterator

import pytest

from application.presence import BEAT_SECONDS, LEASE_SECONDS
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
