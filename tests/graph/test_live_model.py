"""The live feeds against everything at once: what each client was sent equals the table."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.application.feed_doubles import turns
from tests.application.feed_world import MOVE_BYTES, MOVES, moves_of
from tests.graph.live_world import MemoryLiveWorld


async def play(chosen: bytes, may_trim: bool, message_limit_bytes: int) -> None:
    world = MemoryLiveWorld(message_limit_bytes)
    moves = [
        m for m in moves_of(chosen, [*MOVES, "restart", "renew"]) if may_trim or m[0] != "trim"
    ]
    for hub in world.hubs:
        await hub.start()
    try:
        for name, *arguments, pause in moves:
            await getattr(world, name)(*arguments)
            await turns(pause)
        await world.finish()
    finally:
        for hub in world.hubs:
            await hub.close()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    chosen=st.binary(min_size=40 * MOVE_BYTES, max_size=80 * MOVE_BYTES),
    may_trim=st.booleans(),
    message_limit_bytes=st.sampled_from([0, 600, 7_500]),
)
def test_what_every_client_is_sent_is_what_the_table_holds(chosen, may_trim, message_limit_bytes):
    asyncio.run(play(chosen, may_trim, message_limit_bytes))
