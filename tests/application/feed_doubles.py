"""A table and a bus for tests of the hub: the table is honest, the bus does what it is told."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from application.feed import FeedExtent
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId

ORGANIZATION = OrganizationId(UUID(int=1))
OTHER = OrganizationId(UUID(int=2))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Away(Exception):
    """The database is away."""


class Table:
    """The feed as PostgreSQL would hold it: gapless positions, in the order of commits."""

    def __init__(self) -> None:
        self.entries: dict[OrganizationId, list[FeedEntry]] = defaultdict(list)
        self.trimmed_to: dict[OrganizationId, int] = defaultdict(int)
        self.failures = 0
        self.reads: list[str] = []

    def commit(
        self, count: int = 1, *, organization=ORGANIZATION, subjects: int = 1_000_000
    ) -> list[FeedEntry]:
        """Append changes of as many subjects, in turn."""
        own = self.entries[organization]
        new = [
            FeedEntry(
                organization_id=organization,
                position=position,
                kind=FeedKind.ERROR_AGAIN,
                subject_id=UUID(int=position % subjects),
                at=NOON,
                payload={"n": position},
            )
            for position in range(len(own) + 1, len(own) + 1 + count)
        ]
        own.extend(new)
        return new

    def head(self, organization: OrganizationId) -> int:
        return len(self.entries[organization])

    async def heads(self, organizations: Collection[OrganizationId]):
        self.reads.append("heads")
        await self._travel()
        found = {
            o: FeedExtent(trimmed_to=self.trimmed_to[o], newest=self.head(o))
            for o in organizations
            if self.entries[o]
        }
        await asyncio.sleep(0)
        return found

    async def after(self, organization: OrganizationId, position: int, limit: int):
        self.reads.append("after")
        await self._travel()
        first = max(position, self.trimmed_to[organization], 0)
        found = self.entries[organization][first : first + limit]
        await asyncio.sleep(0)
        return found

    async def _travel(self) -> None:
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise Away


class Bus:
    """Holds messages back until a test lets them through."""

    def __init__(self, *, is_honest: bool = False) -> None:
        self.is_honest = is_honest
        self.held: list[str] = []
        self.heard: Callable[[str | None], None] = lambda _: None

    async def publish(self, _: str, message: str) -> None:
        if self.is_honest:
            self.heard(message)
        else:
            self.held.append(message)

    @property
    def is_up(self) -> bool:
        return self.is_honest

    def on(self, _: str, heard: Callable[[str | None], None]) -> None:
        self.heard = heard


class SharedBus(Bus):
    """What one process publishes is held back for each process by itself."""

    def __init__(self, everybody: Sequence["SharedBus"]) -> None:
        super().__init__()
        self._everybody = everybody

    async def publish(self, _: str, message: str) -> None:
        for bus in self._everybody:
            bus.held.append(message)


async def turns(count: int = 30) -> None:
    """Let everything that can run do so."""
    for _ in range(count):
        await asyncio.sleep(0)
