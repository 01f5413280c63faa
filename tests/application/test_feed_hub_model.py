"""The hub against everything at once: whatever the bus does, each log equals the table."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.application.feed_doubles import turns
from tests.application.feed_world import MOVE_BYTES, MemoryWorld, moves_of


async def play(chosen: bytes, may_trim: bool, pending_limit: int, message_limit_bytes: int) -> None:
    world = MemoryWorld(pending_limit, message_limit_bytes)
    moves = [move for move in moves_of(chosen) if may_trim or move[0] != "trim"]
    for hub in world.hubs:
        await hub.start()
    try:
        for name, *arguments, pause in moves:
            await getattr(world, name)(*arguments)
            await turns(pause)
        await world.settle()
        for number in list(world.running):
            await world.end(number)
        for hub in world.hubs:
            assert hub.counts.listeners == 0
            assert hub._watches == {}
    finally:
        for hub in world.hubs:
            await hub.close()


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    chosen=st.binary(min_size=50 * MOVE_BYTES, max_size=100 * MOVE_BYTES),
    may_trim=st.booleans(),
    pending_limit=st.sampled_from([4, 8, 5_000]),
    message_limit_bytes=st.sampled_from([0, 600, 7_500]),
)
def test_every_listener_sees_what_the_table_holds(
    chosen, may_trim, pending_limit, message_limit_bytes
):
    asyncio.run(play(chosen, may_trim, pending_limit, message_limit_bytes))
