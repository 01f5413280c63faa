"""The hub: one per process, between the bus that may lose messages and listeners that may not.

The table is the log, the bus only the bell. A message that continues what is known is served as it
is; anything else makes the hub read the table. Every few seconds one query for all organizations
finds what the bus lost last.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from application.feed.listener import Listener
from application.feed.messages import Bell, message_of
from application.feed.pending import FeedCounts, Pending
from application.feed.reader import (
    FIRST_DELAY_SECONDS,
    FeedExtent,
    FeedPage,
    FeedReader,
    PatientReader,
)
from application.feed.watch import Watch, continues
from application.ports import BELL_FEED, Bus
from domain.feed import FeedEntry
from domain.ids import OrganizationId

logger = logging.getLogger(__name__)

# What PostgreSQL NOTIFY carries is 7,999 bytes.
MESSAGE_LIMIT_BYTES = 7_500
PENDING_LIMIT_ENTRIES = 256
LOOK_SECONDS = 2.0


class Hub:
    """Publishes what was committed, and lets many listen to it."""

    def __init__(
        self,
        bus: Bus,
        reader: FeedReader,
        *,
        look_seconds: float = LOOK_SECONDS,
        retry_seconds: float = FIRST_DELAY_SECONDS,
        pending_limit: int = PENDING_LIMIT_ENTRIES,
        message_limit_bytes: int = MESSAGE_LIMIT_BYTES,
    ) -> None:
        self.counts = FeedCounts()
        self._bus = bus
        self._reader = PatientReader(reader, retry_seconds)
        self._look_seconds = look_seconds
        self._pending_limit = pending_limit
        self._message_limit_bytes = message_limit_bytes
        self._watches: dict[OrganizationId, Watch] = {}
        self._doubt = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen to the bus and begin to look at the table now and then."""
        self._bus.on(BELL_FEED, self._heard)
        self._looking = asyncio.create_task(self._keep_looking(), name="feed hub looks")

    async def close(self) -> None:
        """End every listener and stop."""
        self._reader.closed.set()
        tasks = [self._looking, *(watch.mending for watch in self._watches.values())]
        for watch in self._watches.values():
            watch.opened.set()
            for pending in watch.holders:
                pending.end()
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)

    async def publish(self, entries: Sequence[FeedEntry]) -> None:
        """Tell every process what was committed; never before the commit."""
        by_organization: dict[OrganizationId, list[FeedEntry]] = defaultdict(list)
        for entry in entries:
            by_organization[entry.organization_id].append(entry)
        for own in by_organization.values():
            own.sort(key=lambda entry: entry.position)
            await self._bus.publish(BELL_FEED, message_of(own, self._message_limit_bytes))

    @asynccontextmanager
    async def listen(
        self,
        organization: OrganizationId,
        *,
        after: int | None = None,
        wanted: Callable[[FeedEntry], bool] | None = None,
        pending_limit: int | None = None,
    ) -> AsyncIterator[Listener]:
        """Lend an iterator over the wanted changes that follow `after`, or follow this moment."""
        pending = Pending(pending_limit or self._pending_limit, wanted, self.counts)
        watch = self._held(organization, pending)
        try:
            await watch.opened.wait()
            listener = Listener(watch, pending, self._reader, self.counts)
            listener.begin(after)
            yield listener
        finally:
            self._released(watch, pending)

    async def page_after(self, organization: OrganizationId, position: int) -> FeedPage:
        """Return what the table holds after a position; HubClosed when there is no more hub."""
        page = await self._reader.after(organization, position)
        return FeedPage(entries=page, is_whole=continues(position, page))

    @property
    def is_bus_up(self) -> bool:
        """Whether this process hears the others; else it finds what is new by looking."""
        return self._bus.is_up

    async def newest(self, organization: OrganizationId) -> int:
        """Return the newest position that the table holds."""
        return (await self._reader.head(organization)).newest

    def _held(self, organization: OrganizationId, pending: Pending) -> Watch:
        if (watch := self._watches.get(organization)) is None:
            watch = self._watches[organization] = Watch(organization)
        watch.holders.add(pending)
        self.counts.listeners += 1
        if self._reader.closed.is_set():
            watch.opened.set()
            pending.end()
        else:
            self._mend(watch)
        return watch

    def _released(self, watch: Watch, pending: Pending) -> None:
        watch.live.discard(pending)
        watch.holders.discard(pending)
        self.counts.listeners -= 1
        if not watch.holders:
            del self._watches[watch.organization]
            if watch.mending is not None:
                watch.mending.cancel()

    def _heard(self, message: str | None) -> None:
        if message is None:
            self._doubt.set()
            return
        try:
            bell = Bell(message)
        except ValueError:
            logger.warning("The bus brought something that is no message of the feed.")
            self._doubt.set()
            return
        if (watch := self._watches.get(bell.organization_id)) is not None:
            watch.hear(bell)
            self._mend(watch)

    def _mend(self, watch: Watch) -> None:
        if watch.is_behind and watch.mending is None and not self._reader.closed.is_set():
            watch.mending = asyncio.create_task(self._read_on(watch), name="feed hub reads")

    async def _read_on(self, watch: Watch) -> None:
        try:
            if not watch.opened.is_set():
                watch.open((await self._reader.head(watch.organization)).newest)
            while watch.is_behind:
                await self._read_page(watch)
                # Let the listeners take this page before the next one comes.
                await asyncio.sleep(0)
        finally:
            watch.mending = None

    async def _read_page(self, watch: Watch) -> None:
        known = watch.known
        page = await self._reader.after(watch.organization, known)
        if continues(known, page):
            self.counts.repairs += 1
            watch.advance(page)
        elif watch.known == known:
            await self._reconsider(watch)

    async def _reconsider(self, watch: Watch) -> None:
        """Find out why the table does not continue: a false rumour, or entries that are gone."""
        known, rumoured = watch.known, watch.rumoured
        extent = await self._reader.head(watch.organization)
        page = await self._reader.after(watch.organization, known)
        if watch.known != known or continues(known, page):
            return
        if extent.newest != known:
            logger.warning("The feed of %s does not go on after %d.", watch.organization, known)
            watch.skip_to(extent.newest)
        elif watch.rumoured == rumoured:
            watch.rumoured = known

    async def _keep_looking(self) -> None:
        while True:
            spread = random.uniform(0.75, 1.25)  # noqa: S311  not a secret
            try:
                async with asyncio.timeout(self._look_seconds * spread):
                    await self._doubt.wait()
            except TimeoutError:
                pass
            self._doubt.clear()
            try:
                await self._look()
            except Exception:  # a hub that no longer looks would lose the last message in silence
                logger.exception("The hub failed to look at the feed.")

    async def _look(self) -> None:
        known = {id_: w.known for id_, w in self._watches.items() if w.opened.is_set()}
        if not known:
            return
        for organization, extent in (await self._reader.heads(list(known))).items():
            if (watch := self._watches.get(organization)) is not None:
                self._compare(watch, known[organization], extent)
                self._mend(watch)

    def _compare(self, watch: Watch, known_before: int, extent: FeedExtent) -> None:
        if extent.newest > watch.known:
            watch.rumoured = max(watch.rumoured, extent.newest)
        elif extent.newest < known_before == watch.known:
            # Positions that were served are gone: the database was restored from a copy.
            watch.skip_to(extent.newest)
