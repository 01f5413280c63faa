"""Source maps at work: finds what explains the files of many events, and rewrites their frames."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from application.clock import Clock
from application.source_maps.locating import Locator
from domain.artifacts import names_for, place_of, release_key
from domain.events import Event, with_frames_reread
from domain.events.fitting import fit
from domain.ids import OrganizationId, ServiceId
from domain.source_maps.frames import PLATFORMS, MinifiedFile, minified_files, note, restore
from domain.source_maps.originals import MapBroken, MapsAway, Original
from persistence.artifacts import lookups
from persistence.artifacts.lookups import Found, Place
from persistence.database import SYSTEM, Database, RawConnection

log = logging.getLogger(__name__)

# For so long a batch may read maps; events that came too late for it are done by a job.
BUDGET = timedelta(seconds=10)
_RESTARTS = 3


class MapReader(Protocol):
    """Reads places in minified code by source maps that it is handed; each is named by a key."""

    async def read(
        self, key: bytes, positions: Sequence[tuple[int, int]]
    ) -> list[Original | None] | None:
        """Return what stands at lines and columns (from one); None if the map must be handed in."""
        ...

    async def open(self, key: bytes, source: bytes, source_map: bytes) -> None:
        """Hand in a map with the minified source that it is of; raises MapBroken."""
        ...


@dataclass(slots=True, kw_only=True)
class Target:
    """An event whose frames are to be read, and what became of that."""

    organization_id: OrganizationId
    service_id: ServiceId
    event: Event
    files: list[MinifiedFile] = field(default_factory=list)
    # What the event was looked up by, and what of that it lacks; one that is due lacks only time.
    wanted: set[UUID] = field(default_factory=set)
    missing: set[UUID] = field(default_factory=set)
    is_due: bool = False
    restored: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One file of one event, and by what it is looked for."""

    target: Target
    file: MinifiedFile
    debug_id: tuple[OrganizationId, UUID] | None
    place: Place | None
    key: UUID


@dataclass(slots=True, kw_only=True)
class SourceMaps:
    """Reads the frames of events by the artifacts that were uploaded."""

    database: Database
    reader: MapReader
    clock: Clock
    locator: Locator = field(default_factory=Locator)
    _marked: set[tuple[OrganizationId, UUID]] = field(default_factory=set)

    async def restore(self, db: RawConnection, targets: Sequence[Target]) -> None:
        """Rewrite the frames of events in place, as far as their maps are known."""
        wanted = [each for target in targets for each in _wanted_of(target)]
        if not wanted:
            return
        at = self.clock.now()
        found = await self.locator.locate(
            db,
            {each.debug_id for each in wanted if each.debug_id},
            {each.place for each in wanted if each.place},
            at,
        )
        by_map: dict[tuple[OrganizationId, Found], list[_Wanted]] = defaultdict(list)
        notes: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
        for each in wanted:
            each.target.wanted.add(each.key)
            known = found.get(each.debug_id) or found.get(each.place)
            if known is not None:
                by_map[each.target.organization_id, known].append(each)
                continue
            each.target.missing.add(each.key)
            if each.debug_id is not None:
                why = f"No source map with the debug id {each.debug_id[1]} was uploaded."
                notes[id(each.target)].append(("js_missing_source", each.file.url, why))
        _leave_strangers_out(by_map)
        originals = await self._read_all(db, by_map, notes, at)
        for target in targets:
            if target.files:
                _rewrite(target, originals[id(target)], notes[id(target)])
        await self._mark_used([(o, known.bundle_id) for o, known in by_map], at)

    async def _read_all(
        self,
        db: RawConnection,
        by_map: dict[tuple[OrganizationId, Found], list[_Wanted]],
        notes: dict[int, list[tuple[str, str, str]]],
        at: datetime,
    ) -> dict[int, dict[int, tuple[str, Original | None]]]:
        """Return what was found for each frame of each target, by their `id()`."""
        originals: dict[int, dict[int, tuple[str, Original | None]]] = defaultdict(dict)
        ended = 0
        for (organization, known), users in by_map.items():
            positions = [place for user in users for place in user.file.positions]
            try:
                if ended >= _RESTARTS or self.clock.now() - at > BUDGET:
                    raise MapsAway("There is no time left for this batch.")
                told = await self._read(db, organization, known, positions)
            except MapsAway as away:
                log.info("source maps are read later", extra={"why": str(away)})
                ended += 1
                for user in users:
                    user.target.missing.add(user.key)
                    user.target.is_due = True
                continue
            except MapBroken as broken:
                for user in users:
                    said = ("js_invalid_source", user.file.url, str(broken))
                    notes[id(user.target)].append(said)
                continue
            told_in_order = iter(told)
            for user in users:
                own = originals[id(user.target)]
                for frame in user.file.frames:
                    own[id(frame)] = (user.file.url, next(told_in_order))
        return originals

    async def _read(
        self,
        db: RawConnection,
        organization: OrganizationId,
        known: Found,
        positions: Sequence[tuple[int, int]],
    ) -> list[Original | None]:
        key = hashlib.sha256(known.map_sha256 + (known.source_sha256 or b"")).digest()
        told = await self.reader.read(key, positions)
        if told is not None:
            return told
        source_map = await lookups.content(db, organization, known.map_sha256)
        if source_map is None:
            raise MapBroken("Its content is gone.")
        source = b""
        if known.source_sha256 is not None:
            source = await lookups.content(db, organization, known.source_sha256) or b""
        await self.reader.open(key, source, source_map)
        told = await self.reader.read(key, positions)
        if told is None:
            raise MapsAway("Too many maps were asked for at once.")
        return told

    async def _mark_used(self, used: Iterable[tuple[OrganizationId, UUID]], at: datetime) -> None:
        fresh = set(used) - self._marked
        if fresh:
            async with self.database.raw_writing(SYSTEM) as db:
                await lookups.used(db, list(fresh), at)
            if len(self._marked) > _MOST_MARKED:
                self._marked.clear()
            self._marked |= fresh


# Each is a bundle in use; after so many, or a restart, they are marked once more.
_MOST_MARKED = 10_000


def _wanted_of(target: Target) -> Iterable[_Wanted]:
    event = target.event
    if event.platform not in PLATFORMS:
        return
    target.files = minified_files(event.body, event.platform)
    release, dist = event.release or "", event.body.get("dist") or ""
    for file in target.files:
        place = None
        if release:
            names = names_for(file.url)
            places = tuple(place_of(release, dist, name) for name in names)
            place = Place(target.organization_id, target.service_id, places)
        if file.debug_id is not None:
            debug_id = (target.organization_id, file.debug_id)
            yield _Wanted(target, file, debug_id, place, file.debug_id)
        elif place is not None:
            yield _Wanted(target, file, None, place, release_key(release, dist))


def _leave_strangers_out(
    by_map: Mapping[tuple[OrganizationId, Found], Sequence[_Wanted]],
) -> None:
    """Let an event that was found wait for no files without a debug id.

    They are other people's scripts: each event of a page that has one would be noted for nothing.
    """
    for target in {id(w.target): w.target for users in by_map.values() for w in users}.values():
        target.missing &= {file.debug_id for file in target.files if file.debug_id}


def _rewrite(
    target: Target,
    originals: dict[int, tuple[str, Original | None]],
    notes: list[tuple[str, str, str]],
) -> None:
    body = target.event.body
    for file in target.files:
        if any(originals.get(id(frame), ("", None))[1] for frame in file.frames):
            continue
        if all(id(frame) in originals for frame in file.frames):
            notes.append(("js_invalid_source", file.url, "The map knows none of these places."))
    target.restored = restore(body, originals)
    note(body, notes)
    if target.restored:
        fit(body)
        target.event = with_frames_reread(target.event)
