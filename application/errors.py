"""Use cases of errors: what people and integrations do to them."""

from dataclasses import dataclass

from application.clock import Clock
from application.feed import Hub
from domain.activities import Activity, ActivityKind
from domain.errors import Error, ErrorStatus
from domain.failures import Conflict, NotFound
from domain.feed import Change, FeedKind
from domain.ids import ActivityId, ErrorId
from domain.viewers import Viewer
from persistence import activities, feed
from persistence.database import Database, scope_of_viewer
from persistence.errors import rows as errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorUseCases:
    """What may be done to errors, each in one transaction."""

    database: Database
    hub: Hub
    clock: Clock

    async def set_status(self, id_: ErrorId, to: ErrorStatus, *, by: Viewer) -> Error:
        """Move an error to a status by hand; everybody who watches sees it."""
        at = self.clock.now()
        async with self.database.writing(scope_of_viewer(by)) as db:
            if not (before := (await errors.by_ids(db, [id_])).get(id_)):
                raise NotFound("No such error.")
            by.must_triage(before.organization_id)
            after = before.moved(to, at=at, by=by.user)
            if not await errors.replace(db, before, after):
                raise Conflict("Someone else changed this error first.")
            await activities.add(
                db,
                Activity(
                    id=ActivityId(self.clock.new_id()),
                    organization_id=before.organization_id,
                    error_id=id_,
                    kind=ActivityKind.STATUS_CHANGED,
                    actor_id=by.user,
                    at=at,
                    data={"before": before.status.value, "after": to.value},
                ),
            )
            entries = await feed.append(db, [changed(after)])
        await self.hub.publish(entries)
        return after


def changed(error: Error, kind: FeedKind = FeedKind.ERROR_CHANGED) -> Change:
    """Return the feed's word of an error as it stands now: what subscribers filter by."""
    return Change(
        organization_id=error.organization_id,
        kind=kind,
        subject_id=error.id,
        at=error.updated_at,
        payload={
            "service_id": str(error.service_id),
            "status": error.status.value,
            "level": error.level.value,
            "severity": error.severity.value,
            "environment": error.environment,
        },
    )
