"""Pacing: nothing is left out, what is quiet is not held back, and who must reload is told so."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from application.feed import FeedBatch
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId
from graph.pacing import gathered, paced

ORGANIZATION = OrganizationId(uuid4())
LONG = 60.0


def a_batch(*positions: int, omitted: int = 0, resync: bool = False) -> FeedBatch:
    entries = tuple(
        FeedEntry(
            organization_id=ORGANIZATION,
            position=position,
            kind=FeedKind.ERROR_AGAIN,
            subject_id=uuid4(),
            at=datetime.now(UTC),
        )
        for position in positions
    )
    kept = () if resync else entries
    return FeedBatch(entries=kept, position=positions[-1], omitted=omitted, resync=resync)


class Source:
    """Batches that a test hands in; it remembers whether anybody still waits for more."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[FeedBatch | None] = asyncio.Queue()
        self.is_waited_for = False

    def put(self, *batches: FeedBatch | None) -> None:
        for batch in batches:
            self.queue.put_nowait(batch)

    def __aiter__(self) -> AsyncIterator[FeedBatch]:
        return self

    async def __anext__(self) -> FeedBatch:
        self.is_waited_for = True
        try:
            batch = await self.queue.get()
        finally:
            self.is_waited_for = False
        if batch is None:
            raise StopAsyncIteration
        return batch


def positions_of(batch: FeedBatch) -> list[int]:
    return [entry.position for entry in batch.entries]


async def test_a_quiet_feed_is_told_at_once():
    source = Source()
    stream = paced(source, gap_seconds=LONG)
    source.put(a_batch(1))

    async with asyncio.timeout(5):
        assert positions_of(await anext(stream)) == [1]
    await stream.aclose()


async def test_what_comes_in_the_gap_is_told_together_and_completely():
    source = Source()
    stream = paced(source, gap_seconds=0.05)
    source.put(a_batch(1))
    assert positions_of(await anext(stream)) == [1]

    source.put(a_batch(2, 3, omitted=1), a_batch(4, omitted=2))
    batch = await anext(stream)

    assert (positions_of(batch), batch.position, batch.omitted) == ([2, 3, 4], 4, 3)
    await stream.aclose()


async def test_a_full_batch_does_not_wait_for_the_gap_to_end():
    source = Source()
    stream = paced(source, gap_seconds=LONG, full_entries=4)
    source.put(a_batch(1))
    await anext(stream)

    source.put(a_batch(2, 3), a_batch(4, 5), a_batch(6))

    async with asyncio.timeout(5):
        assert positions_of(await anext(stream)) == [2, 3, 4, 5]
    await stream.aclose()


async def test_what_is_held_back_when_the_feed_ends_is_still_told():
    source = Source()
    stream = paced(source, gap_seconds=LONG)
    source.put(a_batch(1), a_batch(2), None)

    async with asyncio.timeout(5):
        assert [positions_of(batch) async for batch in stream] == [[1], [2]]


async def test_a_stream_that_is_closed_waits_for_nothing_any_more():
    source = Source()
    stream = paced(source)
    source.put(a_batch(1))
    await anext(stream)
    await asyncio.sleep(0)
    assert source.is_waited_for

    await stream.aclose()

    assert not source.is_waited_for


async def test_a_feed_that_fails_fails_its_watcher():
    async def failing() -> AsyncIterator[FeedBatch]:
        yield a_batch(1)
        raise ConnectionResetError

    stream = paced(failing())
    assert positions_of(await anext(stream)) == [1]

    with pytest.raises(ConnectionResetError):
        await anext(stream)


def test_who_has_to_reload_needs_no_changes():
    before = gathered(a_batch(1, 2, omitted=1), a_batch(9, omitted=4, resync=True))
    after = gathered(a_batch(9, omitted=4, resync=True), a_batch(10, 11))

    assert (before.resync, before.entries, before.position, before.omitted) == (True, (), 9, 7)
    assert (after.resync, after.entries, after.position, after.omitted) == (True, (), 11, 6)
