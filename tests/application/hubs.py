"""What the tests of the hub share: hubs that only look when told, and how to listen to them."""

import asyncio
from contextlib import asynccontextmanager

from application.feed import FeedBatch, Hub

NEVER = 3600.0


@asynccontextmanager
async def a_hub(table, bus, **settings):
    hub = Hub(bus, table, **{"look_seconds": NEVER, **settings})
    await hub.start()
    try:
        yield hub
    finally:
        await hub.close()


async def next_of(listener) -> FeedBatch:
    async with asyncio.timeout(30):
        return await anext(listener)


async def next_positions(listener, count: int) -> list[int]:
    """Take batches until so many entries have come, and not one more."""
    found: list[int] = []
    while len(found) < count:
        batch = await next_of(listener)
        assert not batch.resync
        assert batch.omitted == 0
        found += positions(batch)
    assert len(found) == count
    return found


def positions(batch: FeedBatch) -> list[int]:
    return [entry.position for entry in batch.entries]
