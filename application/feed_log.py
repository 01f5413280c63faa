"""The feed's table as the hub reads it: for any organization, as it is committed now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from application.feed import FeedExtent
from domain.feed import FeedEntry
from domain.ids import OrganizationId
from persistence import feed
from persistence.database import SYSTEM, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLog:
    """Reads the feed on behalf of the hub, which serves each listener only its own organization."""

    database: Database

    async def heads(
        self, organizations: Collection[OrganizationId]
    ) -> Mapping[OrganizationId, FeedExtent]:
        """Return what the table retains of each feed."""
        async with self.database.raw_reading(SYSTEM) as db:
            found = await feed.heads(db, organizations)
        return {
            id_: FeedExtent(trimmed_to=trimmed_to, newest=newest)
            for id_, (trimmed_to, newest) in found.items()
        }

    async def after(
        self, organization: OrganizationId, position: int, limit: int
    ) -> Sequence[FeedEntry]:
        """Return what follows a position, ascending, at most `limit` entries."""
        async with self.database.raw_reading(SYSTEM) as db:
            return await feed.after(db, organization, position, limit)
