"""The inbox: accepted means stored, in the database or on the disk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from application.inbox import MAX_WAITING_BYTES, Inbox, InboxFull
from application.ports import BELL_INBOX
from application.spooling import packed, unpacked
from persistence.database import SYSTEM, Database
from tests.application.digesting import an_event, an_item
from tests.application.doubles import HeardBus, MemorySpool
from tests.house import Tenant

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/nowhere", pool_size=1)


@pytest.fixture
async def inbox(database: Database) -> AsyncIterator[Inbox]:
    own = Inbox(database=database, bus=HeardBus(), spool=MemorySpool())
    await own.start()
    yield own
    await own.stop()


async def stored(database: Database, tenant: Tenant) -> set[object]:
    async with database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT event_id FROM inbox WHERE organization_id = $1", tenant.organization
        )
    return {row["event_id"] for row in rows}


async def test_what_is_accepted_is_stored_when_accept_returns(
    database: Database, inbox: Inbox, tenant: Tenant
):
    item = an_item(tenant, an_event())

    await inbox.accept([item])

    assert await stored(database, tenant) == {item.event_id}
    assert (BELL_INBOX, "") in inbox.bus.published


async def test_requests_that_arrive_together_are_all_stored(
    database: Database, inbox: Inbox, tenant: Tenant
):
    items = [an_item(tenant, an_event()) for _ in range(700)]

    await asyncio.gather(*(inbox.accept([item]) for item in items))

    assert await stored(database, tenant) == {item.event_id for item in items}
    assert (inbox.accepted, inbox.waiting_items) == (700, 0)
    # Far fewer writes than requests: that is what makes it fast.
    assert len(inbox.bus.published) < 70


async def test_a_client_that_hangs_up_takes_back_nothing_from_others(
    database: Database, inbox: Inbox, tenant: Tenant
):
    items = [an_item(tenant, an_event()) for _ in range(20)]
    waiting = [asyncio.create_task(inbox.accept([item])) for item in items]
    await asyncio.sleep(0)
    waiting[0].cancel()

    await asyncio.gather(*waiting[1:])

    assert {item.event_id for item in items[1:]} <= await stored(database, tenant)


async def test_while_the_database_is_away_items_go_to_the_disk_and_come_in_later(
    database: Database, tenant: Tenant
):
    away = Database("postgresql://nobody@127.0.0.1:1/nowhere", pool_size=1)
    spool = MemorySpool()
    inbox = Inbox(database=away, bus=HeardBus(), spool=spool)
    await inbox.start()
    items = [an_item(tenant, an_event()) for _ in range(5)]

    await asyncio.gather(*(inbox.accept([item]) for item in items))

    assert spool.records == 5
    await inbox.stop()
    back = Inbox(database=database, bus=HeardBus(), spool=spool)
    await back.start()
    deadline = asyncio.get_running_loop().time() + 5
    while spool.records and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
    assert await stored(database, tenant) == {item.event_id for item in items}
    await back.stop()
    await away.close()


async def test_when_neither_takes_any_more_the_client_is_told(tenant: Tenant):
    away = Database("postgresql://nobody@127.0.0.1:1/nowhere", pool_size=1)
    inbox = Inbox(database=away, bus=HeardBus(), spool=MemorySpool(bound=1))
    await inbox.start()

    await inbox.accept([an_item(tenant, an_event())])
    with pytest.raises(InboxFull):
        await inbox.accept([an_item(tenant, an_event())])

    await inbox.stop()
    await away.close()


def test_a_record_of_the_spool_is_the_item_again(tenant: Tenant):
    item = an_item(tenant, an_event(), at=datetime(2026, 11, 21, 4, 5, 6, 789, tzinfo=UTC))

    assert unpacked(packed(item)) == item


async def test_large_items_fill_the_memory_before_many_do(tenant: Tenant):
    idle = Inbox(database=NOWHERE, bus=HeardBus(), spool=MemorySpool())
    item = replace(an_item(tenant, an_event()), body=b"x" * (MAX_WAITING_BYTES + 1))
    alone = asyncio.create_task(idle.accept([item]))
    await asyncio.sleep(0)

    with pytest.raises(InboxFull):
        await idle.accept([an_item(tenant, an_event())])

    assert (idle.waiting_items, alone.done()) == (1, False)
    alone.cancel()
