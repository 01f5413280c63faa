"""What happens to the bus when Redis breaks."""

import asyncio
import time

import pytest

from outbound.bus import Bus
from tests.machine import burden
from tests.outbound.ears import BELL, Ear
from tests.servers import RedisServer

PATIENCE_SECONDS = 0.15


def a_bus(redis: RedisServer):
    return Bus.open(redis.url, channels=[BELL], patience_seconds=PATIENCE_SECONDS)


async def test_a_killed_subscription_is_made_anew_and_the_gap_is_told(redis):
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        await bus.publish(BELL, "before")
        await ear.hears("before")

        redis.command("CLIENT", "KILL", "TYPE", "pubsub")
        await ear.hears_a_gap()
        await bus.publish(BELL, "after")

        await ear.hears("after")
        assert ear.heard == ["before", None, "after"]
        assert (bus.counts.reconnects, bus.counts.lost) == (1, 0)


async def test_a_killed_sender_sends_over_a_new_connection(redis):
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        await bus.publish(BELL, "before")
        await ear.hears("before")

        redis.command("CLIENT", "KILL", "TYPE", "normal")
        await bus.publish(BELL, "after")

        await ear.hears("after")
        assert ear.heard == ["before", "after"]
        assert bus.counts.lost == 0


async def test_publishing_while_redis_is_down_returns_at_once_and_loses_with_a_count(redis):
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        redis.kill()

        started = time.monotonic()
        for n in range(2_000):
            await bus.publish(BELL, f"lost {n}")
        assert time.monotonic() - started < 2 * burden()

        redis.start()
        await ear.hears_a_gap()
        await _is_healed(bus, ear)
        # What waited may have been sent to the new one.
        assert 1_000 <= bus.counts.lost <= 2_000


async def test_publishing_to_a_redis_that_answers_nothing_never_waits(redis):
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        redis.freeze()
        try:
            for n in range(3_000):
                # Over at the first step: nothing in it waits for a turn of the loop.
                with pytest.raises(StopIteration):
                    bus.publish(BELL, f"{n}").send(None)
        finally:
            redis.thaw()

        await ear.hears_a_gap()
        await _is_healed(bus, ear)
        assert bus.counts.lost >= 2_000


async def test_who_heard_nothing_of_an_outage_is_told_by_the_process_that_lost_messages(redis):
    async with a_bus(redis) as healthy, a_bus(redis) as mute:
        ear = Ear()
        healthy.on(BELL, ear)
        mute._backend._give_up(BELL)  # as if a send had failed twice
        mute._backend._outbox.put_nowait((BELL, "next"))

        await ear.hears_a_gap()

        assert healthy.counts.reconnects == 0


async def test_a_bus_opens_while_redis_is_away_and_listens_when_it_comes(redis):
    redis.kill()
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)

        redis.start()

        await ear.hears_a_gap()
        await bus.publish(BELL, "at last")
        await ear.hears("at last")


async def test_a_redis_that_answers_nothing_is_noticed_and_found_again(redis):
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        redis.freeze()
        try:
            async with asyncio.timeout(30):
                while not bus.counts.reconnects:
                    await asyncio.sleep(PATIENCE_SECONDS / 10)
        finally:
            redis.thaw()

        await ear.hears_a_gap()
        await _is_healed(bus, ear)


async def test_a_large_message_travels_over_redis(redis):
    async with a_bus(redis) as bus:
        ear = Ear()
        bus.on(BELL, ear)

        await bus.publish(BELL, "x" * 1_000_000)

        await ear.hears("x" * 1_000_000)


async def _is_healed(bus: Bus, ear: Ear) -> None:
    async with asyncio.timeout(30):
        while "healed" not in ear.heard:
            await asyncio.sleep(0.02)
            if not bus._backend._owed:
                await bus.publish(BELL, "healed")
