"""The hub, case by case: what the bus loses, the table gives back."""

import asyncio
from dataclasses import replace

import orjson
import pytest

from application.feed import FeedBatch
from application.feed.messages import Bell, message_of
from tests.application.feed_doubles import NOON, ORGANIZATION, OTHER, Table, turns
from tests.application.hubs import a_hub, next_of, next_positions, positions


async def test_a_change_reaches_every_listener_from_the_message_alone(hub, table):
    table.commit(3)
    async with hub.listen(ORGANIZATION) as one, hub.listen(ORGANIZATION) as two:
        table.reads.clear()

        committed = table.commit(2)
        await hub.publish(committed)

        for listener in (one, two):
            assert await next_of(listener) == FeedBatch(entries=tuple(committed), position=5)
        assert table.reads == []
        assert (hub.counts.listeners, hub.counts.delivered) == (2, 4)
    assert hub.counts.listeners == 0


async def test_a_listener_without_a_cursor_starts_at_the_head(hub, table):
    table.commit(7)
    async with hub.listen(ORGANIZATION) as listener:
        assert listener.position == 7

        await hub.publish(table.commit())

        assert await next_positions(listener, 1) == [8]
        assert listener.position == 8


async def test_a_listener_hears_nothing_of_other_organizations(hub, table):
    async with hub.listen(ORGANIZATION) as listener:
        await hub.publish(table.commit(5, organization=OTHER) + table.commit(1))

        assert [e.organization_id for e in (await next_of(listener)).entries] == [ORGANIZATION]


async def test_a_lost_message_is_read_from_the_table_in_order(hub, table):
    async with hub.listen(ORGANIZATION) as listener:
        table.commit(500)
        await hub.publish(table.commit())

        assert await next_positions(listener, 501) == list(range(1, 502))
        assert hub.counts.repairs == 4


async def test_repeated_and_overlapping_messages_are_trimmed(hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        entries = table.commit(6)
        for first, last in [(0, 3), (0, 3), (1, 5), (0, 1), (4, 6), (0, 6)]:
            bus.heard(message_of(entries[first:last], 7_500))

        assert await next_positions(listener, 6) == [1, 2, 3, 4, 5, 6]
        assert hub.counts.repairs == 0


async def test_messages_that_overtake_each_other_are_put_in_order(hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        first, second, third = (message_of(table.commit(2), 7_500) for _ in range(3))
        for message in (third, first, second):
            bus.heard(message)

        assert await next_positions(listener, 6) == [1, 2, 3, 4, 5, 6]


async def test_a_change_too_large_for_the_bus_is_a_bell_and_read_from_the_table(hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        [entry] = table.commit()
        large = replace(entry, payload={"text": "x" * 8_000})
        table.entries[ORGANIZATION] = [large]
        bus.is_honest = False
        await hub.publish([large])
        [message] = bus.held
        assert orjson.loads(message).keys() == {"o", "a", "z"}

        bus.heard(message)

        assert (await next_of(listener)).entries == (large,)


async def test_a_gap_signal_makes_the_hub_look(hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        table.commit(3)

        bus.heard(None)

        assert await next_positions(listener, 3) == [1, 2, 3]


async def test_a_lost_last_message_is_found_by_looking_now_and_then(table, bus):
    async with a_hub(table, bus, look_seconds=0.01) as hub, hub.listen(ORGANIZATION) as listener:
        table.commit(3)

        assert await next_positions(listener, 3) == [1, 2, 3]


@pytest.mark.parametrize(
    "message",
    ["", "garbage", "[]", "7", '{"o": "?", "a": 1, "z": 1}', '{"o": null, "a": 1}', "\ud800"],
)
async def test_a_message_that_is_none_of_ours_makes_the_hub_look(message, hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        table.commit(2)

        bus.heard(message)

        assert await next_positions(listener, 2) == [1, 2]


@pytest.mark.parametrize(
    "entries",
    [
        [[1, "a kind of tomorrow", str(ORGANIZATION), NOON.isoformat(), {}]],
        [[2, "error_new", str(ORGANIZATION), NOON.isoformat(), {}]],
        *([[1]], 7, "x", [None], {"a": 1}),
    ],
)
async def test_entries_that_cannot_be_understood_are_read_from_the_table(entries, hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        table.commit(1)

        bus.heard(orjson.dumps({"o": ORGANIZATION, "a": 1, "z": 1, "e": entries}).decode())

        assert await next_positions(listener, 1) == [1]


def test_entries_travel_unchanged_in_a_message():
    entries = Table().commit(5)

    bell = Bell(message_of(entries, 7_500))

    assert (bell.organization_id, bell.first, bell.last) == (ORGANIZATION, 1, 5)
    assert bell.entries() == entries


async def test_a_rumour_of_changes_that_do_not_exist_is_forgotten(hub, table, bus):
    async with hub.listen(ORGANIZATION) as listener:
        bus.heard(orjson.dumps({"o": ORGANIZATION, "a": 900, "z": 999}).decode())
        await turns()
        table.reads.clear()
        await hub.publish(table.commit())

        assert await next_positions(listener, 1) == [1]
        await turns()
        assert table.reads == []


async def test_a_cursor_is_replayed_and_then_live_without_a_seam(hub, table):
    table.commit(300)
    async with hub.listen(ORGANIZATION, after=10) as listener:
        first = await next_of(listener)
        await hub.publish(table.commit(5))
        rest = await next_positions(listener, 295 - len(first.entries))
        await hub.publish(table.commit(5))

        assert positions(first) + rest == list(range(11, 306))
        assert await next_positions(listener, 5) == list(range(306, 311))


async def test_a_cursor_at_the_head_is_live_without_reading(hub, table):
    table.commit(4)
    async with hub.listen(ORGANIZATION), hub.listen(ORGANIZATION, after=4) as listener:
        table.reads.clear()
        await hub.publish(table.commit())

        assert await next_positions(listener, 1) == [5]
        assert table.reads == []


async def test_a_cursor_ahead_of_this_process_is_not_taken_for_a_foreign_one(hub, table, bus):
    bus.is_honest = False
    async with hub.listen(ORGANIZATION):
        committed = table.commit(3)
        async with hub.listen(ORGANIZATION, after=2) as listener:
            taking = asyncio.create_task(next_of(listener))
            await turns()

            bus.heard(message_of(committed, 7_500))

            assert positions(await taking) == [3]


@pytest.mark.parametrize("cursor", [0, 5, 9, -3])
async def test_a_cursor_older_than_the_retained_feed_reloads_once(cursor, hub, table):
    table.commit(20)
    table.trimmed_to[ORGANIZATION] = 10
    async with hub.listen(ORGANIZATION, after=cursor) as listener:
        assert await next_of(listener) == FeedBatch(position=20, resync=True)

        await hub.publish(table.commit())

        assert await next_positions(listener, 1) == [21]
        assert hub.counts.resyncs == 1


async def test_the_oldest_cursor_that_is_retained_is_replayed(hub, table):
    table.commit(20)
    table.trimmed_to[ORGANIZATION] = 10
    async with hub.listen(ORGANIZATION, after=10) as listener:
        assert await next_positions(listener, 10) == list(range(11, 21))


async def test_a_cursor_newer_than_the_head_reloads_once(hub, table):
    table.commit(20)
    async with hub.listen(ORGANIZATION, after=21) as listener:
        assert await next_of(listener) == FeedBatch(position=20, resync=True)

        await hub.publish(table.commit())

        assert await next_positions(listener, 1) == [21]


async def test_listeners_reload_when_what_the_hub_missed_is_no_longer_retained(hub, table, bus):
    table.commit(5)
    async with hub.listen(ORGANIZATION) as listener:
        table.commit(20)
        table.trimmed_to[ORGANIZATION] = 15
        bus.heard(None)

        assert await next_of(listener) == FeedBatch(position=25, resync=True)
        await hub.publish(table.commit())
        assert await next_positions(listener, 1) == [26]


async def test_listeners_reload_when_the_database_went_back_in_time(hub, table, bus):
    table.commit(9)
    async with hub.listen(ORGANIZATION) as listener:
        del table.entries[ORGANIZATION][4:]
        bus.heard(None)

        assert await next_of(listener) == FeedBatch(position=4, resync=True)
        await hub.publish(table.commit())
        assert await next_positions(listener, 1) == [5]
