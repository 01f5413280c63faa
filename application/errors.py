"""Use cases of errors: what people and integrations do to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from application.clock import Clock
from application.error_changes import change_of
from application.feed import Hub
from application.triage.changing import Asking, ErrorChanges
from application.triage.commenting import CommentUseCases
from application.triage.configuring import TriageConfiguration
from application.triage.following import FollowUpUseCases
from application.triage.selection import one
from application.triage.statuses import StatusDecision
from domain.errors import Error, ErrorStatus
from domain.failures import NotFound
from domain.feed import Change, FeedKind
from domain.ids import ErrorId
from domain.viewers import Viewer
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
        decision = StatusDecision(to=to, clock=self.clock)
        await self.changes.make(decision, one(id_), Asking(), by=by)
        async with self.database.reading(scope_of_viewer(by)) as db:
            if not (after := (await errors.by_ids(db, [id_])).get(id_)):
                raise NotFound("No such error.")
        return after

    @property
    def comments(self) -> CommentUseCases:
        """What authors may do to their comments."""
        return CommentUseCases(changes=self.changes)

    @property
    def follow_ups(self) -> FollowUpUseCases:
        """What may be done after an error was resolved."""
        return FollowUpUseCases(changes=self.changes)

    @property
    def configuration(self) -> TriageConfiguration:
        """What an organization decides about triage."""
        return TriageConfiguration(database=self.database, clock=self.clock)

    @property
    def changes(self) -> ErrorChanges:
        """How decisions about errors are made."""
        return ErrorChanges(database=self.database, hub=self.hub, clock=self.clock)


def changed(
    error: Error,
    at: datetime,
    kind: FeedKind = FeedKind.ERROR_CHANGED,
    *,
    before: Error | None = None,
    more: Mapping[str, object] | None = None,
) -> Change:
    """Return the feed's word of an error that something has just happened to."""
    return change_of(error, at, kind, before=before, more=more)
