"""What waits for one listener: bounded, and always true.

A listener that is too slow gets the latest entry of each subject and a count of what was left out.
When even that is too much it is told to reload, which is what it would have to do anyway.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.feed import FeedEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBatch:
    """What is new for a listener; `position` is the cursor to resume from after it.

    `resync` says that changes are missing here: reload, then go on from the position.
    """

    entries: tuple[FeedEntry, ...] = ()
    position: int
    omitted: int = 0
    resync: bool = False


def folded(batch: FeedBatch) -> FeedBatch:
    """Return a batch with only the latest change of each subject, and how many that leaves out."""
    latest: dict[UUID, FeedEntry] = {}
    for entry in batch.entries:
        # Taken out and put back: a dictionary keeps the order in which keys came.
        latest.pop(entry.subject_id, None)
        latest[entry.subject_id] = entry
    left_out = len(batch.entries) - len(latest)
    if not left_out:
        return batch
    return replace(batch, entries=tuple(latest.values()), omitted=batch.omitted + left_out)


@dataclass(slots=True)
class FeedCounts:
    """What the hub of this process did since it was started, and how many listen now."""

    listeners: int = 0
    delivered: int = 0
    coalesced: int = 0
    repairs: int = 0
    resyncs: int = 0


class Pending:
    """The queue between the hub, which never waits, and one listener."""

    def __init__(
        self, limit: int, wanted: Callable[[FeedEntry], bool] | None, counts: FeedCounts
    ) -> None:
        self.position = 0
        self.is_ended = False
        self._limit = limit
        self._wanted = wanted
        self._counts = counts
        self._entries: list[FeedEntry] = []
        self._latest: dict[UUID, FeedEntry] | None = None
        self._omitted = 0
        self._reload: FeedBatch | None = None
        self._arrived = asyncio.Event()

    def put(self, entries: Sequence[FeedEntry]) -> None:
        """Queue those entries that are new here and wanted."""
        for entry in self.sifted([e for e in entries if e.position > self.position]):
            self._queue(entry)
        if self._latest is not None and len(self._latest) > self._limit:
            self.resync(self.position)
        if self.has_news:
            self._arrived.set()

    def sifted(self, entries: Sequence[FeedEntry]) -> Sequence[FeedEntry]:
        """Return the wanted ones among the next entries, and move behind them."""
        wanted = entries if self._wanted is None else [e for e in entries if self._wanted(e)]
        if entries:
            self.position = entries[-1].position
        return wanted

    def resync(self, position: int) -> None:
        """Drop what waits: the listener must reload, and goes on from `position`."""
        self._omit(len(self._latest or self._entries))
        if self._reload is not None:
            self._omitted += self._reload.omitted
        self._reload = FeedBatch(position=position, omitted=self._omitted, resync=True)
        self._entries, self._latest, self._omitted = [], None, 0
        self.position = position
        self._counts.resyncs += 1
        self._arrived.set()

    def end(self) -> None:
        """Let the listener's loop end."""
        self.is_ended = True
        self._arrived.set()

    def take(self) -> FeedBatch | None:
        """Return everything that waits as one batch, None when nothing does.

        What came after the word to reload waits for the next batch.
        """
        if not self.has_news:
            return None
        if self._reload is not None:
            batch, self._reload = self._reload, None
            return batch
        entries = self._entries if self._latest is None else self._latest.values()
        batch = FeedBatch(entries=tuple(entries), position=self.position, omitted=self._omitted)
        self._entries, self._latest, self._omitted = [], None, 0
        return batch

    async def arrival(self) -> None:
        """Wait until there is something to take, or the end."""
        while not (self.has_news or self.is_ended):
            self._arrived.clear()
            await self._arrived.wait()

    @property
    def has_news(self) -> bool:
        """Whether there is anything to take."""
        return bool(self._entries or self._latest) or self._reload is not None

    @property
    def waiting(self) -> int:
        """How many changes wait."""
        return len(self._latest or self._entries)

    def _queue(self, entry: FeedEntry) -> None:
        if self._latest is None and len(self._entries) < self._limit:
            self._entries.append(entry)
            return
        if self._latest is None:
            overflowing, self._entries, self._latest = self._entries, [], {}
            for earlier in overflowing:
                self._keep_latest(self._latest, earlier)
        self._keep_latest(self._latest, entry)

    def _keep_latest(self, latest: dict[UUID, FeedEntry], entry: FeedEntry) -> None:
        # Taken out and put back: a dictionary keeps the order in which keys came.
        if latest.pop(entry.subject_id, None) is not None:
            self._omit(1)
        latest[entry.subject_id] = entry

    def _omit(self, count: int) -> None:
        self._omitted += count
        self._counts.coalesced += count
