"""Limits of the live feeds hold for all processes together, over both kinds of bus."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.flows.running import Installation, an_installation, eventually
from tests.graph.sockets import a_socket
from tests.house import Tenant
from tests.servers import RedisServer

LIMITS = {"TOCSIN_LIVE_PER_TOKEN": "3"}


async def _comes_in(house: Installation, tenant: Tenant, stack: AsyncExitStack, serve: int) -> int:
    """Open a socket; return 0 when it is let in, else its close code."""
    url = f"{house.serve[serve].url.replace('http', 'ws', 1)}/graphql"
    socket = await stack.enter_async_context(a_socket(url))
    await socket.send({"type": "connection_init", "payload": {"token": tenant.token}})
    try:
        async with asyncio.timeout(10):
            await socket.connection.recv()
    except Exception:  # however the client puts it that it was closed
        return (await socket.close_code())[0]
    return 0


@pytest.mark.parametrize("bus", ["redis", "postgresql"])
async def test_a_token_has_so_many_connections_in_all_processes(
    flow_database: str, redis: RedisServer, bus: str
):
    async with (
        an_installation(
            flow_database,
            serve=2,
            work=0,
            redis_url=redis.url if bus == "redis" else None,
            settings=LIMITS,
        ) as house,
        AsyncExitStack() as mine,
        AsyncExitStack() as gone,
    ):
        tenant = await house.tenant()
        assert [await _comes_in(house, tenant, mine, 0) for _ in range(2)] == [0, 0]
        assert await _comes_in(house, tenant, gone, 1) == 0

        async def refused(serve: int) -> bool:
            async with AsyncExitStack() as stack:
                return await _comes_in(house, tenant, stack, serve) == 4430

        # What is open elsewhere is known a moment later.
        assert await eventually(lambda: refused(1), bool)
        assert await eventually(lambda: refused(0), bool)
        await gone.aclose()
        assert not await eventually(lambda: refused(1), lambda is_so: not is_so)
