"""The digest's resolver: gives events the frames that people wrote, and notes what it lacked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.digest.prepare import occurrence_id_of
from application.source_maps.locating import REMEMBERED
from application.source_maps.source_maps import SourceMaps, Target
from domain.events import Event
from domain.ids import OrganizationId
from domain.inbox import InboxItem
from persistence.artifacts import lookups, missing
from persistence.artifacts.missing import Missing
from persistence.database import SYSTEM, RawConnection

# An event that lacks more than this is found by what it lacks first.
_MOST_NOTED = 8
_MOST_KNOWN = 10_000


@dataclass(slots=True, kw_only=True)
class SourceMapResolver:
    """Fits `application.digest.resolving.Resolver`."""

    source_maps: SourceMaps
    _known: dict[OrganizationId, tuple[datetime, bool]] = field(default_factory=dict)

    async def known_by(
        self, organizations: Collection[OrganizationId]
    ) -> Collection[OrganizationId]:
        """Return the organizations that have uploaded anything, as of some seconds ago.

        The events of others are spared the way here; after a first upload a job looks at them.
        """
        at = self.source_maps.clock.now()
        asked = [o for o in organizations if o not in self._known or self._known[o][0] <= at]
        if asked:
            async with self.source_maps.database.raw_reading(SYSTEM) as db:
                found = await lookups.organizations_with_artifacts(db, asked)
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known.update({o: (at + REMEMBERED, o in found) for o in asked})
        return [o for o in organizations if o in self._known and self._known[o][1]]

    async def resolve(
        self, db: RawConnection, read: Sequence[tuple[InboxItem, Event]]
    ) -> list[Event]:
        """Return the events in the same order; those that it knows nothing of as they were."""
        targets = [
            Target(organization_id=item.organization_id, service_id=item.service_id, event=event)
            for item, event in read
        ]
        await self.source_maps.restore(db, targets)
        lacking = {}
        for (item, _), target in zip(read, targets, strict=True):
            for key in sorted(target.missing)[:_MOST_NOTED]:
                own = item.organization_id, key, occurrence_id_of(item)
                lacking[own] = Missing(*own, target.event.occurred_at, target.is_due)
        if lacking:
            # In a transaction of its own: `db` may only read, and a note too many does no harm.
            async with self.source_maps.database.raw_writing(SYSTEM) as writing:
                await missing.note(writing, list(lacking.values()))
        return [target.event for target in targets]
