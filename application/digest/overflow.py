"""The cap on new errors: a miss of the grouping, or a broken deploy, must never be a storm.

So many new errors a service may have in a minute. The events of those beyond are stored with one
error of the service that says so; their hashes lead nowhere, so that what still happens later finds
an error of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from application.digest.batch import Group, overflow_hash
from domain.ids import ErrorId, OrganizationId, ServiceId
from persistence.database import RawConnection
from persistence.errors import digest as errors
from persistence.errors import new_counts

NEW_ERRORS_PER_MINUTE = 100
TITLE = "Too many new errors in a minute: these events were not told apart"

_Place = tuple[OrganizationId, ServiceId, datetime]


def explanation() -> dict[str, object]:
    """Say why these events are together."""
    return {
        "sentence": "More new errors came in one minute than a service may have. What came beyond"
        " is kept here; what happens again later gets an error of its own."
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """Puts the events of too many new errors together."""

    per_minute: int = NEW_ERRORS_PER_MINUTE

    async def within_the_cap(self, db: RawConnection, groups: Sequence[Group]) -> list[Group]:
        """Return the groups, those of too many new errors put together by their services."""
        new: dict[_Place, list[Group]] = defaultdict(list)
        for group in groups:
            if group.known is None:
                new[_place(group)].append(group)
        beyond: list[Group] = []
        room = await new_counts.take(
            db, {place: len(own) for place, own in new.items()}, self.per_minute
        )
        for place, own in new.items():
            beyond += own[room[place] :]
        if not beyond:
            return list(groups)
        left_out = {group.error_id for group in beyond}
        stay = [group for group in groups if group.error_id not in left_out]
        return [*stay, *await self._together(db, beyond)]

    async def _together(self, db: RawConnection, beyond: Sequence[Group]) -> list[Group]:
        wanted = {
            (g.organization_id, g.service_id, overflow_hash(g.service_id).value) for g in beyond
        }
        known = await errors.find(db, list(wanted))
        made: dict[ServiceId, Group] = {}
        for group in beyond:
            service = group.service_id
            found = known.get((service, overflow_hash(service).value))
            if service not in made:
                error_id = found.error_id if found else ErrorId(group.first.made.occurrence_id)
                made[service] = Group(error_id=error_id, known=found, is_overflow=True)
            for one in group.arrived:
                made[service].add(one)
        return list(made.values())

    def hashes(self, groups: Sequence[Group]) -> list[errors.NewHash]:
        """Return the hashes of overflow errors that are new."""
        return [
            errors.NewHash(
                group.organization_id,
                group.service_id,
                own.value,
                group.error_id,
                own.kind,
                own.version,
            )
            for group in groups
            if group.is_overflow and group.known is None
            for own in [overflow_hash(group.service_id)]
        ]


def _place(group: Group) -> _Place:
    minute = group.arrived[0].item.received_at.replace(second=0, microsecond=0)
    return group.organization_id, group.service_id, minute
