"""Limit notices: the one word an hour that an organization sends more than its limit (FLW-02).

The door only remembers whose limit was reached; what is written is written outside of requests.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from application.clock import Clock
from application.feed import Hub
from domain.feed import Change, FeedEntry, FeedKind
from domain.ids import OrganizationId
from persistence import feed, limit_notices
from persistence.database import SYSTEM, Database, is_passing

log = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class LimitNotices:
    """The organizations whose limit was reached in this process and who may not know of it."""

    database: Database
    hub: Hub
    clock: Clock
    _reached: set[OrganizationId] = field(default_factory=set)
    _told: dict[OrganizationId, datetime] = field(default_factory=dict)
    _task: "asyncio.Task[None] | None" = None

    def note(self, organization: OrganizationId) -> None:
        """Remember that an organization is over a limit now."""
        self._reached.add(organization)

    async def start(self) -> None:
        """Start writing."""
        self._task = asyncio.create_task(self._write_forever(), name="limit notices")

    async def stop(self) -> None:
        """Stop; a notice that was not written is given when the limit is reached again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            try:
                await self.write()
            except Exception as error:  # outermost line: a notice must never stop the door
                if not is_passing(error):
                    log.exception("notices of limits could not be written")

    async def write(self) -> list[FeedEntry]:
        """Tell the feed of each organization that is over its limit, once an hour at most."""
        at = self.clock.now()
        hour = at.replace(minute=0, second=0, microsecond=0)
        reached = sorted(id_ for id_ in self._reached if self._told.get(id_) != hour)
        self._reached.clear()
        if not reached:
            return []
        async with self.database.raw_writing(SYSTEM) as db:
            first = await limit_notices.add(db, reached, hour)
            entries = await feed.append_raw(
                db,
                [
                    Change(
                        organization_id=one.organization_id,
                        kind=FeedKind.LIMIT_REACHED,
                        subject_id=one.organization_id,
                        at=at,
                        payload={"error_rate_limit_per_minute": one.error_rate_limit_per_minute},
                    )
                    for one in first
                ],
            )
        self._told = {id_: told for id_, told in self._told.items() if told == hour}
        self._told.update(dict.fromkeys(reached, hour))
        await self.hub.publish(entries)
        return entries
