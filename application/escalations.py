"""Use cases of escalations: a person calls another, by name, to an error (RES-05)."""

from dataclasses import dataclass

from application.auditing import Changed, record
from application.clock import Clock
from application.error_changes import change_of, words_of_people
from application.feed import Hub
from application.notifications import notify
from domain.activities import Activity, ActivityKind
from domain.escalations import Escalation, EscalationLevel
from domain.failures import Conflict, Forbidden, Invalid, NotFound
from domain.feed import Change, FeedKind
from domain.ids import ActivityId, ErrorId, EscalationId, UserId
from domain.rights import Right
from domain.viewers import Viewer
from persistence import activities, escalations, feed, organizations
from persistence.database import Database, Writing, raw_of, scope_of_viewer
from persistence.errors import rows as errors


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationUseCases:
    """What may be escalated; whoever is called is told by the notifier, which finds the row."""

    database: Database
    hub: Hub
    clock: Clock

    async def escalate(
        self, error: ErrorId, to: UserId, level: EscalationLevel, *, reason: str, by: Viewer
    ) -> Escalation:
        """Call somebody to an error; while the same call is open, a second changes nothing."""
        if not reason.strip():
            raise Invalid("Say why.", field="reason")
        async with self.database.writing(scope_of_viewer(by)) as db:
            if not (found := (await errors.by_ids(db, [error])).get(error)):
                raise NotFound("No such error.")
            by.must_triage(found.organization_id)
            found.must_stand_alone()
            people = {id_ for id_, _, _ in await organizations.people_of(db, found.organization_id)}
            if to not in people:
                raise Invalid("This person is no active member of the organization.", field="to")
            new = Escalation(
                id=EscalationId(self.clock.new_id()),
                organization_id=found.organization_id,
                error_id=error,
                escalated_by=by.user,
                escalated_to=to,
                reason=reason,
                level=level,
                escalated_at=self.clock.now(),
            )
            if (before := await escalations.add(db, new)) is not None:
                return before
            told = await self._note(db, new, ActivityKind.ESCALATED, by)
            entries = await feed.append(db, told)
        await self.hub.publish(entries)
        return new

    async def acknowledge(self, id_: EscalationId, *, by: Viewer) -> Escalation:
        """Say that one has seen the call; a second time changes nothing."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            if not (found := (await escalations.by_ids(db, [id_])).get(id_)):
                raise NotFound("No such escalation.")
            by.must_write()
            if by.user != found.escalated_to and not by.may(Right.TRIAGE, found.organization_id):
                raise Forbidden("Only who was called, or who may triage, acknowledges it.")
            if not found.is_open:
                return found
            after = found.acknowledged(at=self.clock.now())
            if not await escalations.acknowledge(db, id_, self.clock.now()):
                raise Conflict("Someone else acknowledged it first.")
            told = await self._note(db, after, ActivityKind.ESCALATION_ACKNOWLEDGED, by)
            entries = await feed.append(db, told)
        await self.hub.publish(entries)
        return after

    async def _note(
        self, db: Writing, escalation: Escalation, kind: ActivityKind, by: Viewer
    ) -> list[Change]:
        """Write the timeline, the audit log and who is told; return the feed's words."""
        told: dict[str, object] = {
            "escalation_id": str(escalation.id),
            "to": str(escalation.escalated_to),
            "level": escalation.level.value,
            "reason": escalation.reason,
        }
        told_of = Activity(
            id=ActivityId(self.clock.new_id()),
            organization_id=escalation.organization_id,
            error_id=escalation.error_id,
            kind=kind,
            actor_id=by.user,
            at=self.clock.now(),
            data=told,
        )
        await activities.add_many(await raw_of(db), [told_of])
        await record(
            db,
            self.clock,
            by,
            Changed(
                organization_id=escalation.organization_id,
                action=f"error.{kind.value}",
                object_kind="error",
                object_id=escalation.error_id,
                after=told,
            ),
        )
        error = (await errors.by_ids(db, [escalation.error_id]))[escalation.error_id]
        more = {"escalation_id": str(escalation.id), **words_of_people([told_of])}
        word = change_of(error, self.clock.now(), FeedKind.ERROR_ESCALATED, more=more)
        return [word, *await notify(await raw_of(db), self.clock, [told_of])]
