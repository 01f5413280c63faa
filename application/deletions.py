"""Use cases of deleting errors: said first, done at once, swept up in batches."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.auditing import Changed, record
from application.clock import Clock
from application.errors import changed
from application.feed import Hub
from domain.errors import Error
from domain.failures import Invalid, NotFound
from domain.feed import FeedKind
from domain.ids import ErrorId, OrganizationId
from domain.viewers import Viewer
from persistence import feed
from persistence.database import SYSTEM, Database, Reading, raw_of, scope_of_viewer
from persistence.errors import rows as errors
from persistence.inbox import queue
from persistence.merges import deleting, moves
from persistence.merges.deleting import Removed

MAX_AT_ONCE = 100
# Kept occurrences are counted no further than this.
COUNTED_TO = 100_000
SWEPT_AT_ONCE = 2_000
# So many batches are swept at once; the rest is left to the next time.
BATCHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionUseCases:
    """What may be deleted; for who configures, because it cannot be undone."""

    database: Database
    hub: Hub
    clock: Clock

    async def preview(self, ids: Sequence[ErrorId], *, by: Viewer) -> Removed:
        """Say what deleting these errors removes; nothing is changed."""
        async with self.database.reading(scope_of_viewer(by)) as db:
            organization, found = await self._wanted(db, ids, by)
            raw = await raw_of(db)
            own = await deleting.family_of(raw, organization, [each.id for each in found])
            return await deleting.counted(raw, organization, own, COUNTED_TO)

    async def delete(self, ids: Sequence[ErrorId], *, discard: bool, by: Viewer) -> Removed:
        """Delete errors with all that is merged into them; their events may come again, or not."""
        at = self.clock.now()
        async with self.database.writing(scope_of_viewer(by)) as db:
            organization, found = await self._wanted(db, ids, by)
            raw, heads = await raw_of(db), [each.id for each in found]
            # In the order of their shards, so that nobody waits for us while we wait for them.
            services = {each.service_id for each in found}
            for service in sorted(services, key=lambda id_: (queue.shard_of(id_), id_)):
                await queue.wait_for_shard(raw, service)
            own = await moves.lock(raw, organization, heads)
            removed = await deleting.counted(raw, organization, own, COUNTED_TO)
            if discard:
                await deleting.discard(raw, organization, heads, at=at, by=by.user)
            await deleting.delete(raw, organization, own, at=at, by=by.user)
            await record(
                db, self.clock, by, *(_audited(each, is_discarded=discard) for each in found)
            )
            gone = [changed(each, at, FeedKind.ERROR_REMOVED) for each in found]
            entries = await feed.append(db, gone)
        await self.hub.publish(entries)
        return removed

    async def stop_discarding(
        self, organization: OrganizationId, error: ErrorId, *, by: Viewer
    ) -> int:
        """Let the events of a deleted error come again; return how many kinds of them."""
        if not by.is_system_admin and organization not in by.organizations:
            raise NotFound("No such organization.")
        by.must_configure(organization)
        async with self.database.writing(scope_of_viewer(by)) as db:
            hashes = await deleting.stop_discarding(await raw_of(db), organization, error)
            if not hashes:
                raise NotFound("No events are discarded for this error.")
            undone = Changed(
                organization_id=organization,
                action="error.discard_stopped",
                object_kind="error",
                object_id=error,
                after={"hashes": hashes},
            )
            await record(db, self.clock, by, undone)
        return hashes

    async def _wanted(
        self, db: Reading, ids: Sequence[ErrorId], by: Viewer
    ) -> tuple[OrganizationId, list[Error]]:
        wanted = list(dict.fromkeys(ids))
        if not 1 <= len(wanted) <= MAX_AT_ONCE:
            raise Invalid(f"Name 1 to {MAX_AT_ONCE} errors.", field="ids")
        found = await errors.by_ids(db, wanted)
        if len(found) < len(wanted):
            raise NotFound("One of these errors is not there.")
        organizations = {each.organization_id for each in found.values()}
        if len(organizations) > 1:
            raise Invalid("Name errors of one organization at a time.", field="ids")
        organization = organizations.pop()
        by.must_configure(organization)
        for each in found.values():
            each.must_stand_alone()
        return organization, [found[id_] for id_ in wanted]


def _audited(error: Error, *, is_discarded: bool) -> Changed:
    return Changed(
        organization_id=error.organization_id,
        action="error.deleted",
        object_kind="error",
        object_id=error.id,
        before={
            "short_id": error.short_id,
            "title": error.title,
            "status": error.status.value,
            "occurrence_count": error.occurrence_count,
            "merged_count": error.merged_count,
        },
        after={"future_events_are_discarded": is_discarded},
    )


async def sweep(database: Database) -> int:
    """Remove what is left of deleted errors, batch by batch; return how many rows went."""
    total = 0
    for _ in range(BATCHES):
        async with database.raw_writing(SYSTEM) as db:
            left = await deleting.remains(db, 1)
            if not left:
                break
            total += await deleting.sweep(db, left[0], SWEPT_AT_ONCE)
    return total
