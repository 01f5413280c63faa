"""Use cases of duplicates: errors are said to be the same, and it is taken back."""

from dataclasses import dataclass

from application.auditing import Changed, record
from application.clock import Clock
from application.error_changes import words_of_people
from application.errors import changed
from application.feed import Hub
from domain.activities import Activity, ActivityKind
from domain.duplicates import MAX_DUPLICATES, Duplicate, primary_for
from domain.errors import Error
from domain.failures import Conflict, NotFound
from domain.ids import ActivityId, ErrorId
from domain.viewers import Viewer
from persistence import activities, duplicates, feed
from persistence.database import Database, Writing, raw_of, scope_of_viewer
from persistence.errors import rows as errors
from persistence.merges import moves


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateUseCases:
    """What may be said of duplicates; figures are added up, never moved: that is a merge."""

    database: Database
    hub: Hub
    clock: Clock

    async def mark(
        self, primary: ErrorId, duplicate: ErrorId, *, reason: str | None, by: Viewer
    ) -> tuple[Error, Error]:
        """Say that an error is the same as another; return the primary and the duplicate."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = await self._held(db, [primary, duplicate], by)
            for each in (found[primary], found[duplicate]):
                each.must_stand_alone()
            standing = await duplicates.primaries_of(db, [primary, duplicate])
            leads = {id_: each.primary_error_id for id_, each in standing.items()}
            to = primary_for(primary, duplicate, leads)
            if to is None:
                return found[leads[duplicate]], found[duplicate]
            if to not in found:
                raise Conflict("Someone else changed this first.")
            head, other = found[to], found[duplicate]
            both = await duplicates.of_primaries(db, [to, duplicate])
            if sum(map(len, both.values())) >= MAX_DUPLICATES:
                raise Conflict(f"An error has at most {MAX_DUPLICATES} duplicates.")
            await duplicates.move(db, head.organization_id, duplicate, to)
            await duplicates.add(
                db,
                Duplicate(
                    organization_id=head.organization_id,
                    primary_error_id=to,
                    duplicate_error_id=duplicate,
                    marked_by=by.user,
                    similarity_reason=reason,
                    marked_at=self.clock.now(),
                ),
            )
            told = await self._note(db, ActivityKind.MARKED_DUPLICATE, head, other, reason, by)
            at = self.clock.now()
            entries = await feed.append(
                db, [changed(each, at, more=told[each.id]) for each in (head, other)]
            )
        await self.hub.publish(entries)
        return head, other

    async def unmark(self, duplicate: ErrorId, *, by: Viewer) -> Error:
        """Take back that an error is the same as another; return it."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = await self._held(db, [duplicate], by)
            other = found[duplicate]
            standing = await duplicates.primaries_of(db, [duplicate])
            if not standing:
                return other
            head = found[standing[duplicate].primary_error_id]
            await duplicates.remove(db, other.organization_id, duplicate)
            told = await self._note(db, ActivityKind.UNMARKED_DUPLICATE, head, other, None, by)
            at = self.clock.now()
            entries = await feed.append(
                db, [changed(each, at, more=told[each.id]) for each in (head, other)]
            )
        await self.hub.publish(entries)
        return other

    async def _held(self, db: Writing, ids: list[ErrorId], by: Viewer) -> dict[ErrorId, Error]:
        """Keep errors as they are, with those that they are duplicates of; return them all."""
        found = await errors.by_ids(db, ids)
        if any(id_ not in found for id_ in ids):
            raise NotFound(
                "One of these errors is not there." if len(ids) > 1 else "No such error."
            )
        organization = found[ids[0]].organization_id
        by.must_triage(organization)
        if any(each.organization_id != organization for each in found.values()):
            raise NotFound("One of these errors is not there.")
        primaries = await duplicates.primaries_of(db, ids)
        heads = [each.primary_error_id for each in primaries.values()]
        await moves.lock(await raw_of(db), organization, [*ids, *heads])
        return await errors.by_ids(db, [*ids, *heads])

    async def _note(
        self,
        db: Writing,
        kind: ActivityKind,
        head: Error,
        other: Error,
        reason: str | None,
        by: Viewer,
    ) -> dict[ErrorId, dict[str, object]]:
        """Write the timelines and the audit log; return the feed's words of it."""
        told = {"primary": head.short_id, "duplicate": other.short_id, "reason": reason}
        own = [
            Activity(
                id=ActivityId(self.clock.new_id()),
                organization_id=head.organization_id,
                error_id=error.id,
                kind=kind,
                actor_id=by.user,
                at=self.clock.now(),
                data=told,
            )
            for error in (head, other)
        ]
        await activities.add_many(await raw_of(db), own)
        is_new = kind is ActivityKind.MARKED_DUPLICATE
        state: dict[str, object] = {"duplicate_of": str(head.id), "reason": reason}
        await record(
            db,
            self.clock,
            by,
            Changed(
                organization_id=head.organization_id,
                action=f"error.{kind.value}",
                object_kind="error",
                object_id=other.id,
                before=None if is_new else state,
                after=state if is_new else None,
            ),
        )
        return {each.error_id: words_of_people([each]) for each in own}
