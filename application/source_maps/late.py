"""Late maps: what was stored unreadable is read as soon as its artifacts arrive.

An error keeps its identity: the hashes of the readable stack are added to it, so that the next
events, which come readable, find it.
"""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from application.error_changes import change_of
from application.feed import Hub
from application.policies import Policies, Policy
from application.source_maps.source_maps import SourceMaps, Target
from domain.events import reread
from domain.feed import FeedEntry
from domain.grouping import group
from domain.ids import OrganizationId
from persistence import bodies, feed
from persistence.artifacts import missing, rewriting
from persistence.artifacts.missing import Missing
from persistence.artifacts.rewriting import Key, StoredOccurrence, Told
from persistence.database import SYSTEM, RawConnection
from persistence.errors import digest as errors
from persistence.errors.digest import NewHash

log = logging.getLogger(__name__)

# An upload is looked at by the job that it asks for, and again by those of the next minutes: other
# processes may have digested events without having heard of it.
_LOOK_BACK = timedelta(minutes=10)
_AT_ONCE = 50
_LISTED = 1_000
_FIRST_ERRORS = 200
_FIRST_OCCURRENCES = 20
_NIL = UUID(int=0)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A stored occurrence while it is read again."""

    stored: StoredOccurrence
    target: Target
    was_culprit: str
    was_file_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateMaps:
    """Reads stored occurrences again, some at a time; it may be stopped and begun at any time."""

    source_maps: SourceMaps
    hub: Hub
    policies: Policies
    days: timedelta = timedelta(days=7)

    async def resolve(self) -> int:
        """Read what has its artifacts now; return how many occurrences became readable."""
        at = self.source_maps.clock.now()
        self.source_maps.locator.forget()
        changed = 0
        async for keys in self._wanted(at):
            for start in range(0, len(keys), _AT_ONCE):
                read, has_time = await self._batch(keys[start : start + _AT_ONCE])
                changed += read
                if not has_time:
                    return changed
        if changed:
            log.info("stacks became readable", extra={"occurrences": changed})
        return changed

    async def _wanted(self, at: datetime) -> AsyncIterator[list[Key]]:
        """Yield lists of occurrences that may be readable now."""
        database = self.source_maps.database
        since, youngest = at - _LOOK_BACK, at - self.days
        async with database.raw_reading(SYSTEM) as db:
            first = await rewriting.before_first_upload(
                db,
                assembled_after=since,
                occurred_after=youngest,
                errors=_FIRST_ERRORS,
                occurrences=_FIRST_OCCURRENCES,
            )
        yield first
        after = (_NIL, _NIL)
        while True:
            async with database.raw_reading(SYSTEM) as db:
                keys = await missing.now_there(
                    db, assembled_after=since, occurred_after=youngest, after=after, limit=_LISTED
                )
            if not keys:
                return
            yield keys
            after = keys[-1][:2]

    async def _batch(self, keys: Sequence[Key]) -> tuple[int, bool]:
        """Read some occurrences; return how many became readable, and whether there was time."""
        entries: list[FeedEntry] = []
        async with self.source_maps.database.raw_writing(SYSTEM) as db:
            readings = list(_opened(await rewriting.load(db, keys)))
            await self.source_maps.restore(db, [reading.target for reading in readings])
            changed = [reading for reading in readings if reading.target.restored]
            policies = await self.policies.of({r.stored.organization_id for r in changed})
            if changed:
                entries = await self._write(db, changed, policies)
        await self.hub.publish(entries)
        return len(changed), not any(reading.target.is_due for reading in readings)

    async def _write(
        self,
        db: RawConnection,
        changed: Sequence[_Reading],
        policies: Mapping[OrganizationId, Policy],
    ) -> list[FeedEntry]:
        at = self.source_maps.clock.now()
        packed = [bodies.pack(orjson.dumps(each.target.event.body)) for each in changed]
        stored = [each.stored for each in changed]
        await rewriting.rewrite(db, list(zip(stored, packed, strict=True)))
        await _note_again(db, changed)
        await errors.add_hashes(db, list(_hashes(changed, policies)))
        followed = await rewriting.follow(db, _told(changed), at)
        return await feed.append_raw(db, [change_of(error, at) for error in followed])


def _opened(stored: Sequence[StoredOccurrence]) -> Iterator[_Reading]:
    for one in stored:
        body = orjson.loads(one.body)
        event = reread(
            body,
            event_id=one.event_id,
            occurred_at=one.occurred_at,
            received_at=one.received_at,
            level=one.level,
        )
        target = Target(organization_id=one.organization_id, service_id=one.service_id, event=event)
        yield _Reading(
            stored=one,
            target=target,
            was_culprit=event.culprit,
            was_file_path=event.file_path,
        )


async def _note_again(db: RawConnection, changed: Sequence[_Reading]) -> None:
    """Forget what is no longer missing; what still is, stays noted."""
    known = [
        (each.stored.organization_id, key, each.stored.id)
        for each in changed
        for key in each.target.wanted - each.target.missing
    ]
    await missing.forget(db, known)
    still = [
        Missing(
            each.stored.organization_id,
            key,
            each.stored.id,
            each.stored.occurred_at,
            each.target.is_due,
        )
        for each in changed
        for key in each.target.missing
    ]
    if still:
        await missing.note(db, still)


def _hashes(
    changed: Sequence[_Reading], policies: Mapping[OrganizationId, Policy]
) -> Iterator[NewHash]:
    seen = set()
    for each in changed:
        stored = each.stored
        config = policies[stored.organization_id].grouping_of(stored.service_id)
        for own in group(each.target.event, config=config).hashes:
            if (stored.service_id, own.value) not in seen:
                seen.add((stored.service_id, own.value))
                yield NewHash(
                    stored.organization_id,
                    stored.service_id,
                    own.value,
                    stored.error_id,
                    own.kind,
                    own.version,
                )


def _told(changed: Sequence[_Reading]) -> list[Told]:
    """Return what each error says now: as the last of its occurrences does."""
    told: dict[tuple[UUID, UUID], Told] = {}
    for each in sorted(changed, key=lambda each: each.stored.occurred_at):
        event = each.target.event
        own = each.stored.organization_id, each.stored.error_id
        told[own] = Told(
            *own,
            each.was_culprit,
            each.was_file_path,
            event.culprit,
            event.file_path,
            event.line_number,
            event.column_number,
        )
    return list(told.values())
