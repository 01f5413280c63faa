"""Pacing: what is quiet is told at once, what is busy in small batches.

Each batch costs one execution and every watcher a frame. While a batch is held back it gathers what
follows, so that nothing is left out and a long way behind is caught up fast. The gap is well below
what an eye sees: a page that would repaint less often throttles itself.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from application.feed import FeedBatch

GAP_SECONDS = 0.02
FULL_ENTRIES = 128


async def paced(
    batches: AsyncIterator[FeedBatch],
    *,
    gap_seconds: float = GAP_SECONDS,
    full_entries: int = FULL_ENTRIES,
) -> AsyncGenerator[FeedBatch]:
    """Yield the batches, gathered where they come faster than one in a gap."""
    now = asyncio.get_running_loop().time
    held: FeedBatch | None = None
    free_at = 0.0
    coming = _next_of(batches)
    try:
        while True:
            patience = None if held is None else max(free_at - now(), 0)
            await asyncio.wait({coming}, timeout=patience)
            if coming.done():
                if isinstance(coming.exception(), StopAsyncIteration):
                    break
                batch = coming.result()
                coming = _next_of(batches)
                held = batch if held is None else gathered(held, batch)
            if held is not None and (now() >= free_at or len(held.entries) >= full_entries):
                free_at = now() + gap_seconds
                yield held
                held = None
        if held is not None:
            yield held
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await coming


def gathered(first: FeedBatch, then: FeedBatch) -> FeedBatch:
    """Return two batches as one; who has to reload needs no changes."""
    if first.resync or then.resync:
        dropped = len(first.entries) + len(then.entries)
        omitted = first.omitted + then.omitted + dropped
        return FeedBatch(position=then.position, omitted=omitted, resync=True)
    return FeedBatch(
        entries=first.entries + then.entries,
        position=then.position,
        omitted=first.omitted + then.omitted,
    )


def _next_of(batches: AsyncIterator[FeedBatch]) -> asyncio.Task[FeedBatch]:
    async def take() -> FeedBatch:
        return await anext(batches)

    return asyncio.create_task(take(), name="next batch of a feed")
