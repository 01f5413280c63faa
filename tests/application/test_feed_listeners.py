"""Listeners of the hub: slow ones, picky ones, those who leave, and a database that is away."""

import asyncio

import pytest

from application.feed import FeedBatch
from application.ports import BELL_FEED
from domain.feed import FeedEntry
from outbound.bus import Bus as RealBus
from tests.application.feed_doubles import ORGANIZATION, OTHER, turns
from tests.application.hubs import a_hub, next_of, next_positions, positions


async def test_a_slow_listener_gets_the_latest_of_each_subject_and_a_count(table, bus):
    async with (
        a_hub(table, bus, pending_limit=10) as hub,
        hub.listen(ORGANIZATION) as slow,
        hub.listen(ORGANIZATION) as fast,
    ):
        for _ in range(40):
            await hub.publish(table.commit(subjects=8))
            assert len(positions(await next_of(fast))) == 1

        batch = await next_of(slow)

        assert positions(batch) == list(range(33, 41))
        assert (batch.position, batch.omitted, batch.resync) == (40, 32, False)
        assert hub.counts.coalesced == 32
        await hub.publish(table.commit())
        assert await next_positions(slow, 1) == [41]


async def test_a_listener_too_slow_for_its_subjects_reloads_and_goes_on(table, bus):
    async with a_hub(table, bus, pending_limit=10) as hub, hub.listen(ORGANIZATION) as slow:
        await hub.publish(table.commit(10))
        await hub.publish(table.commit(3))
        await hub.publish(table.commit(2))

        assert await next_of(slow) == FeedBatch(position=13, omitted=13, resync=True)
        assert await next_positions(slow, 2) == [14, 15]


async def test_what_is_left_out_after_the_word_to_reload_is_counted_by_itself(table, bus):
    async with a_hub(table, bus, pending_limit=10) as hub, hub.listen(ORGANIZATION) as slow:
        await hub.publish(table.commit(12))
        for _ in range(16):
            await hub.publish(table.commit(subjects=4))

        assert await next_of(slow) == FeedBatch(position=12, omitted=12, resync=True)
        batch = await next_of(slow)
        assert positions(batch) == [25, 26, 27, 28]
        assert (batch.omitted, batch.resync) == (12, False)


async def test_who_leaves_while_the_database_is_away_is_not_waited_for(hub, table):
    async def joins() -> None:
        async with hub.listen(ORGANIZATION):
            raise AssertionError("the head cannot be known")

    table.failures = 1_000_000
    joining = asyncio.create_task(joins())
    await turns()
    joining.cancel()
    await asyncio.gather(joining, return_exceptions=True)
    table.reads.clear()
    table.failures = 0

    # Longer than the first delay: whoever still waited would read by now.
    await asyncio.sleep(0.06)

    assert table.reads == []
    assert hub.counts.listeners == 0


async def test_only_wanted_changes_wait_and_the_cursor_moves_past_the_others(table, bus):
    def is_third(entry: FeedEntry) -> bool:
        return entry.position % 3 == 0

    table.commit(300)
    async with (
        a_hub(table, bus, pending_limit=10) as hub,
        hub.listen(ORGANIZATION, after=0, wanted=is_third) as listener,
    ):
        assert await next_positions(listener, 100) == list(range(3, 301, 3))
        await hub.publish(table.commit(29))

        batch = await next_of(listener)
        assert positions(batch) == [303, 306, 309, 312, 315, 318, 321, 324, 327]
        assert batch.position == 329


async def test_a_filter_with_a_bug_ends_its_own_listener_only(hub, table, caplog):
    def breaks(_: FeedEntry) -> bool:
        raise ZeroDivisionError

    async with (
        hub.listen(ORGANIZATION, wanted=breaks) as broken,
        hub.listen(ORGANIZATION) as sound,
    ):
        await hub.publish(table.commit())

        assert await next_positions(sound, 1) == [1]
        with pytest.raises(StopAsyncIteration):
            await next_of(broken)
    assert "A listener of the feed failed" in caplog.text


async def test_nothing_is_lost_while_the_database_is_away(hub, table, bus, caplog):
    table.commit(2)
    table.failures = 2
    async with hub.listen(ORGANIZATION, after=0) as listener:
        table.failures = 2
        table.commit(200)
        bus.heard(None)

        assert await next_positions(listener, 202) == list(range(1, 203))
    assert caplog.text.count("The feed cannot be read") >= 1


async def test_giving_up_while_waiting_loses_nothing(hub, table):
    table.commit(1)
    async with hub.listen(ORGANIZATION, after=0) as listener:
        for _ in range(3):
            waiting = asyncio.create_task(anext(listener))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        await hub.publish(table.commit())

        assert await next_positions(listener, 2) == [1, 2]


async def test_many_who_join_at_once_share_one_look_at_the_head(hub, table):
    table.commit(3)

    async def joins() -> int:
        async with hub.listen(ORGANIZATION) as listener:
            await turns()
            return listener.position

    assert await asyncio.gather(*(joins() for _ in range(50))) == [3] * 50
    assert table.reads == ["heads"]


async def test_an_organization_that_nobody_listens_to_costs_nothing(hub, table, bus):
    async with hub.listen(ORGANIZATION):
        pass
    table.reads.clear()

    table.commit(5)
    await hub.publish(table.commit())
    bus.heard(None)
    await turns()

    assert table.reads == []


async def test_closing_the_hub_ends_every_listener(table, bus):
    async def rest_of(listener) -> list[FeedBatch]:
        return [batch async for batch in listener]

    table.commit(3)
    async with a_hub(table, bus) as hub, hub.listen(ORGANIZATION) as waiting:
        table.failures = 1_000_000
        async with hub.listen(ORGANIZATION, after=0) as reading:
            ends = [asyncio.create_task(rest_of(listener)) for listener in (waiting, reading)]
            await turns()
            await hub.close()

            assert await asyncio.gather(*ends) == [[], []]
        async with hub.listen(OTHER) as late:
            assert await rest_of(late) == []


async def test_closing_the_hub_ends_who_still_waits_to_begin(table, bus):
    table.failures = 1_000_000

    async def joins() -> list[FeedBatch]:
        async with hub.listen(ORGANIZATION) as listener:
            return [batch async for batch in listener]

    async with a_hub(table, bus) as hub:
        joining = asyncio.create_task(joins())
        await turns()

    assert await joining == []


async def test_a_burst_over_a_real_bus_reaches_everybody_entry_by_entry(table):
    async with RealBus.open("memory://", channels=[BELL_FEED]) as bus, a_hub(table, bus) as hub:

        async def listens() -> list[int]:
            found: list[int] = []
            async with hub.listen(ORGANIZATION, after=0) as listener:
                async for batch in listener:
                    found += positions(batch)
                    if found[-1] == 2_000:
                        break
            return found

        listeners = [asyncio.create_task(listens()) for _ in range(20)]
        await turns()
        for _ in range(100):
            await hub.publish(table.commit(20))

        for found in await asyncio.gather(*listeners):
            assert found == list(range(1, 2_001))
        assert hub.counts.coalesced == 0
