"""Sightings: the releases that come by, noted when each is met first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from application.digest.batch import Arrived
from domain.ids import OrganizationId, ServiceId
from persistence import release_sightings
from persistence.database import RawConnection

REMEMBERED = 50_000

Met = dict[tuple[OrganizationId, ServiceId, str], datetime]


@dataclass(slots=True)
class Sightings:
    """What a process knows of releases; it asks only about those that are new to it."""

    _known: Met = field(default_factory=dict)

    async def of(self, db: RawConnection, arrived: Iterable[Arrived]) -> Mapping[object, datetime]:
        """Note the releases of a batch; return when each service had each of them first."""
        met: Met = {}
        for item, made in arrived:
            if made.release:
                key = (item.organization_id, item.service_id, made.release)
                met[key] = min(made.occurred_at, met.get(key, made.occurred_at))
        unknown = {key: at for key, at in met.items() if key not in self._known}
        if unknown:
            first, committed = await release_sightings.note(db, unknown)
            # What this transaction adds may be rolled back: it is remembered the next time.
            self._remember({key: first[key] for key in committed})
            met |= first
        return {
            (service, release): self._known.get((organization, service, release), at)
            for (organization, service, release), at in met.items()
        }

    def _remember(self, known: Met) -> None:
        if len(self._known) + len(known) > REMEMBERED:
            self._known.clear()
        self._known |= known
