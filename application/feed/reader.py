"""How the hub reads the table: patiently, and never with more than a few readers at once."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.feed import FeedEntry
from domain.ids import OrganizationId

logger = logging.getLogger(__name__)

PAGE_ENTRIES = 128
# Few, so that a thousand sockets that come back at once leave connections to everybody else.
READERS = 4
READ_TIMEOUT_SECONDS = 10.0
FIRST_DELAY_SECONDS = 0.05
LONGEST_DELAY_FACTOR = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedExtent:
    """What the table retains of a feed: the positions after `trimmed_to`, up to `newest`."""

    trimmed_to: int = 0
    newest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """What follows a position in the table; not whole when something of it is kept no more."""

    entries: Sequence[FeedEntry]
    is_whole: bool


class FeedReader(Protocol):
    """Reads the feed's table, of any organization, as it is committed now (never a replica)."""

    async def heads(
        self, organizations: Collection[OrganizationId]
    ) -> Mapping[OrganizationId, FeedExtent]:
        """Return the extent of each feed; an organization without a feed may be left out."""
        ...

    async def after(
        self, organization: OrganizationId, position: int, limit: int
    ) -> Sequence[FeedEntry]:
        """Return what follows a position, ascending, at most `limit` entries."""
        ...


class HubClosed(Exception):
    """The hub was closed while somebody waited for the database."""


class PatientReader:
    """Reads again, ever more slowly, until the database answers or the hub is closed."""

    def __init__(self, reader: FeedReader, first_delay_seconds: float) -> None:
        self._reader = reader
        self._first_delay_seconds = first_delay_seconds
        self._places = asyncio.Semaphore(READERS)
        self._is_failing = False
        self.closed = asyncio.Event()

    async def heads(
        self, organizations: Collection[OrganizationId]
    ) -> dict[OrganizationId, FeedExtent]:
        """Return the extent of every organization asked for."""
        found = await self._read(lambda: self._reader.heads(organizations))
        return {id_: found.get(id_, FeedExtent()) for id_ in organizations}

    async def head(self, organization: OrganizationId) -> FeedExtent:
        """Return the extent of one organization's feed."""
        return (await self.heads([organization]))[organization]

    async def after(self, organization: OrganizationId, position: int) -> Sequence[FeedEntry]:
        """Return the page that follows a position."""
        return await self._read(lambda: self._reader.after(organization, position, PAGE_ENTRIES))

    async def _read(self, read: Callable[[], Awaitable[T]]) -> T:
        delay = self._first_delay_seconds
        while not self.closed.is_set():
            try:
                async with self._places, asyncio.timeout(READ_TIMEOUT_SECONDS):
                    answer = await read()
            except Exception:  # what a lost database raises is not known on this floor
                if not self._is_failing:  # loud once, however many wait for it
                    logger.warning("The feed cannot be read; trying again.", exc_info=True)
                self._is_failing = True
            else:
                self._is_failing = False
                return answer
            await self._pause(delay * random.uniform(0.5, 1.0))  # noqa: S311  not a secret
            delay = min(delay * 2, self._first_delay_seconds * LONGEST_DELAY_FACTOR)
        raise HubClosed

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.closed.wait()
        except TimeoutError:
            return
