"""Removals: what goes with an organization or a service, counted, then gone in pieces (REL-23)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from application import tenants
from application.auditing import Changed, record
from application.clock import Clock
from application.feed import Hub
from domain.failures import NotFound
from domain.feed import Change, FeedEntry, FeedKind
from domain.ids import OrganizationId, ServiceId
from domain.removals import COUNTED_TO, SWEPT_FOR, Counted, Removal, RemovalKind
from domain.rights import Right
from domain.viewers import Viewer
from persistence import feed, organizations, removals, services
from persistence.database import SYSTEM, Database, scope_of_viewer

log = logging.getLogger(__name__)

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalUseCases:
    """Says what would go, and lets go what was asked for; a removal may be begun again any time.

    Without a hub nobody is told by name: hubs find it when they look next.
    """

    database: Database
    clock: Clock
    hub: Hub | None = None
    at_once: int = _AT_ONCE

    async def preview_organization(self, id_: OrganizationId, *, by: Viewer) -> list[Counted]:
        """Count what would go with an organization."""
        async with self.database.reading(scope_of_viewer(by)) as db:
            if id_ not in await organizations.by_ids(db, [id_]):
                raise NotFound("No such organization.")
        by.must(Right.MANAGE_ORGANIZATION, id_)
        tables = removals.tables_of(RemovalKind.ORGANIZATION)
        return await self._counted(tables, id_, None, by)

    async def preview_service(self, id_: ServiceId, *, by: Viewer) -> list[Counted]:
        """Count what would go with a service."""
        async with self.database.reading(scope_of_viewer(by)) as db:
            found = (await services.by_ids(db, [id_])).get(id_)
        if found is None:
            raise NotFound("No such service.")
        by.must(Right.REMOVE, found.organization_id)
        tables = removals.tables_of(RemovalKind.SERVICE)
        return await self._counted(tables, found.organization_id, id_, by)

    async def _counted(
        self,
        tables: list[str],
        organization: OrganizationId,
        service: ServiceId | None,
        by: Viewer,
    ) -> list[Counted]:
        async with self.database.raw_reading(scope_of_viewer(by)) as db:
            found = [
                await removals.counted(db, table, organization, service, COUNTED_TO)
                for table in tables
            ]
        return [each for each in found if each.quantity]

    async def run(self) -> int:
        """Remove what is due; return how many rows went. For a job."""
        at = self.clock.now()
        async with self.database.reading(SYSTEM) as db:
            asked = await removals.since(db, at - SWEPT_FOR)
        total = 0
        for removal in asked:
            if removal.is_due(at):
                total += await self._remove(removal)
        return total

    async def _remove(self, removal: Removal) -> int:
        removed = dict(removal.removed)
        total = 0
        # What came in meanwhile goes in another round.
        while gone := await self._round(removal, removed):
            total += gone
        if removal.finished_at is None:
            await self._finish(removal, removed)
            log.info("removed", extra={"kind": removal.kind.value, "object": removal.object_id})
        return total

    async def _round(self, removal: Removal, removed: dict[str, int]) -> int:
        total = 0
        for table in removals.tables_of(removal.kind):
            while gone := await self._piece(removal, table):
                removed[table] = removed.get(table, 0) + gone
                total += gone
                await self._write(removal, removed)
        return total

    async def _piece(self, removal: Removal, table: str) -> int:
        async with self.database.raw_writing(SYSTEM) as db:
            return await removals.remove_some(db, removal.id, table, self.at_once)

    async def _write(self, removal: Removal, removed: Mapping[str, int]) -> None:
        async with self.database.writing(SYSTEM) as db:
            await removals.write(db, removal.id, removed, removal.finished_at)

    async def _finish(self, removal: Removal, removed: Mapping[str, int]) -> None:
        """Remove the thing itself, and say what went where somebody can still read it."""
        if removal.kind is RemovalKind.SERVICE:
            await self._piece(removal, "services")
        entries: list[FeedEntry] = []
        async with self.database.writing(SYSTEM) as db:
            if removal.kind is RemovalKind.ORGANIZATION:
                await removals.remove_organization(db, removal.organization_id)
                home = (await tenants.of_the_system(db, self.clock)).id
            else:
                home = removal.organization_id
            await removals.write(db, removal.id, removed, self.clock.now())
            change = Changed(
                organization_id=home,
                action=f"{removal.kind.value}.deleted",
                object_kind=removal.kind.value,
                object_id=removal.object_id,
                before={"name": removal.name, "requested_by": removal.requested_by},
                after={"removed": dict(removed)},
            )
            await record(db, self.clock, None, change)
            if removal.kind is RemovalKind.SERVICE:
                entries = await feed.append(db, [_gone(removal, self.clock.now())])
        if self.hub is not None:
            await self.hub.publish(entries)


def _gone(removal: Removal, at: datetime) -> Change:
    return Change(
        organization_id=removal.organization_id,
        kind=FeedKind.MANY_CHANGED,
        subject_id=removal.object_id,
        at=at,
        payload={"service_id": str(removal.object_id)},
    )
