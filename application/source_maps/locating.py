"""Locating: which contents explain which files, asked for many at once and remembered for a moment.

What is not there is remembered as well: a busy program whose maps nobody uploads would else ask for
them with each batch. After these seconds an upload is seen by every process.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.ids import OrganizationId
from persistence.artifacts import lookups
from persistence.artifacts.lookups import Found, Place
from persistence.database import RawConnection

REMEMBERED = timedelta(seconds=3)
_MOST = 50_000

DebugKey = tuple[OrganizationId, UUID]


@dataclass(slots=True, kw_only=True)
class Locator:
    """What is known of where the artifacts of files are."""

    _known: dict[DebugKey | Place, tuple[datetime, Found | None]] = field(default_factory=dict)

    async def locate(
        self,
        db: RawConnection,
        debug_ids: Collection[DebugKey],
        places: Collection[Place],
        at: datetime,
    ) -> Mapping[DebugKey | Place | None, Found]:
        """Return what explains the files of these debug ids and places, where it is known."""
        keys: list[DebugKey | Place] = [*debug_ids, *places]
        told = {key: self._known[key][1] for key in keys if self._remembers(key, at)}
        if asked := sorted(key for key in debug_ids if key not in told):
            by_debug_id = await lookups.by_debug_ids(db, asked)
            told |= {key: by_debug_id.get(key) for key in asked}
        if missed := sorted(place for place in places if place not in told):
            by_place = await lookups.by_places(db, missed)
            told |= {place: by_place.get(place) for place in missed}
        fresh: list[DebugKey | Place] = [*asked, *missed]
        self._remember({key: told[key] for key in fresh}, at)
        return {key: found for key, found in told.items() if found is not None}

    def forget(self) -> None:
        """Forget what was found and what was not, for somebody who knows that it has changed."""
        self._known.clear()

    def _remembers(self, key: DebugKey | Place, at: datetime) -> bool:
        known = self._known.get(key)
        return known is not None and at < known[0]

    def _remember(self, told: Mapping[DebugKey | Place, Found | None], at: datetime) -> None:
        self._known.update({key: (at + REMEMBERED, found) for key, found in told.items()})
        if len(self._known) > _MOST:
            self._known = {key: value for key, value in self._known.items() if at < value[0]}
