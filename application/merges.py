"""Use cases of merges: errors are taken for one, and set apart again.

The digest of the service waits meanwhile, so no event falls between: what it writes next finds the
hashes where they lead now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.auditing import Changed, record
from application.clock import Clock
from application.error_changes import change_of, words_of_people
from application.errors import changed
from application.feed import Hub
from application.notifications import notify
from domain import merges as rules
from domain.activities import Activity, ActivityKind
from domain.errors import Error
from domain.failures import Invalid, NotFound
from domain.feed import Change, FeedKind
from domain.ids import ActivityId, ErrorId, MergeId
from domain.merges import MAX_AT_ONCE, Merge, figures_of
from domain.viewers import Viewer
from persistence import activities, feed
from persistence.database import Database, Writing, raw_of, scope_of_viewer
from persistence.errors import rows as errors
from persistence.inbox import queue
from persistence.merges import moves, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a primary would count after a merge, with how many errors in all."""

    members: int
    occurrences: int
    users: int
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUseCases:
    """What may be merged and unmerged, each in one transaction."""

    database: Database
    hub: Hub
    clock: Clock

    async def merge(
        self, primary: ErrorId, others: Sequence[ErrorId], *, reason: str | None, by: Viewer
    ) -> Error:
        """Take errors for one; those that are merged into it already stay as they are."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            head, rest = await self._held(db, primary, others, by)
            joining = rules.to_join(head, rest)
            if not joining:
                return head
            raw, at = await raw_of(db), self.clock.now()
            organization, ids = head.organization_id, [each.id for each in joining]
            rules.must_not_hold(await moves.kinds_of_hashes(raw, organization, ids))
            joined = await moves.join(raw, organization, primary, ids, at)
            await records.add(
                raw,
                [self._merge(head, each, reason, by) for each in joining],
                [{"primary": figures_of(head), "merged": figures_of(each)} for each in joining],
            )
            told = await self._tell(
                db, head, joining, (ActivityKind.MERGED, ActivityKind.MERGED_INTO), by, reason
            )
            words = _words(told)
            after = (await errors.by_ids(db, [primary]))[primary]
            await record(db, self.clock, by, _audited("error.merged", head, after, joined))
            gone = [_gone(each, after, at, words[each.id]) for each in joining]
            grown = changed(after, at, before=head, more=words[primary])
            news = await notify(raw, self.clock, told)
            entries = await feed.append(db, [grown, *gone, *news])
        await self.hub.publish(entries)
        return after

    async def preview(self, primary: ErrorId, others: Sequence[ErrorId], *, by: Viewer) -> Preview:
        """Say what merging would give; nothing is changed, and nobody waits."""
        wanted = _wanted(others)
        async with self.database.reading(scope_of_viewer(by)) as db:
            found = await errors.by_ids(db, [primary, *wanted])
            if len(found) < len({primary, *wanted}):
                raise NotFound("One of these errors is not there.")
            head = found[primary]
            by.must_triage(head.organization_id)
            joining = rules.to_join(head, [found[id_] for id_ in wanted])
            family = [head, *joining]
            raw = await raw_of(db)
            again = await moves.met_again(raw, head.organization_id, [each.id for each in family])
        return Preview(
            members=sum(1 + each.merged_count for each in family),
            occurrences=sum(each.occurrence_count for each in family),
            users=sum(each.users_affected_count for each in family) - again[0],
            sessions=sum(each.sessions_affected_count for each in family) - again[1],
        )

    async def unmerge(
        self, primary: ErrorId, members: Sequence[ErrorId], *, by: Viewer
    ) -> tuple[Error, list[Error]]:
        """Set errors apart again; return the primary and them as they are now."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            head, rest = await self._held(db, primary, members, by)
            leaving = rules.to_leave(head, rest)
            if not leaving:
                return head, rest
            raw, at = await raw_of(db), self.clock.now()
            organization, ids = head.organization_id, [each.id for each in leaving]
            await moves.leave(raw, organization, primary, ids, at)
            await records.undo(raw, organization, ids, at=at, by=by.user)
            told = await self._tell(
                db, head, leaving, (ActivityKind.UNMERGED, ActivityKind.UNMERGED_FROM), by, None
            )
            words = _words(told)
            found = await errors.by_ids(db, [primary, *(each.id for each in rest)])
            after = found[primary]
            await record(db, self.clock, by, _audited("error.unmerged", head, after, ids))
            left = {"unmerged_from": str(primary)}
            back = [changed(found[id_], at, more={**words[id_], **left}) for id_ in ids]
            shrunk = changed(after, at, before=head, more=words[primary])
            entries = await feed.append(db, [shrunk, *back])
        await self.hub.publish(entries)
        return after, [found[each.id] for each in rest]

    async def _held(
        self, db: Writing, primary: ErrorId, others: Sequence[ErrorId], by: Viewer
    ) -> tuple[Error, list[Error]]:
        """Keep the errors and the digest of their service as they are; return the errors."""
        wanted = _wanted(others)
        if not (head := (await errors.by_ids(db, [primary])).get(primary)):
            raise NotFound("No such error.")
        by.must_triage(head.organization_id)
        raw = await raw_of(db)
        await queue.wait_for_shard(raw, head.service_id)
        await moves.lock(raw, head.organization_id, [primary, *wanted])
        found = await errors.by_ids(db, [primary, *wanted])
        if len(found) < len({primary, *wanted}):
            raise NotFound("One of these errors is not there.")
        return found[primary], [found[id_] for id_ in wanted]

    def _merge(self, head: Error, other: Error, reason: str | None, by: Viewer) -> Merge:
        return Merge(
            id=MergeId(self.clock.new_id()),
            organization_id=head.organization_id,
            primary_error_id=head.id,
            merged_error_id=other.id,
            merged_by=by.user,
            reason=reason,
            merged_at=self.clock.now(),
        )

    async def _tell(
        self,
        db: Writing,
        head: Error,
        others: Sequence[Error],
        kinds: tuple[ActivityKind, ActivityKind],
        by: Viewer,
        reason: str | None,
    ) -> list[Activity]:
        """Write the timelines of the primary and of the others; return what they tell."""
        names = {"errors": [each.short_id for each in others], "reason": reason}
        told = [(head, kinds[0], names)]
        told += [
            (each, kinds[1], {"error_id": str(head.id), "error": head.short_id, "reason": reason})
            for each in others
        ]
        own = [
            Activity(
                id=ActivityId(self.clock.new_id()),
                organization_id=head.organization_id,
                error_id=error.id,
                kind=kind,
                actor_id=by.user,
                at=self.clock.now(),
                data=data,
            )
            for error, kind, data in told
        ]
        await activities.add_many(await raw_of(db), own)
        return own


def _wanted(others: Sequence[ErrorId]) -> list[ErrorId]:
    wanted = list(dict.fromkeys(others))
    if len(wanted) > MAX_AT_ONCE:
        raise Invalid(f"At most {MAX_AT_ONCE} errors are taken at a time.", field="errors")
    return wanted


def _words(told: Sequence[Activity]) -> dict[ErrorId, dict[str, object]]:
    return {each.error_id: words_of_people([each]) for each in told}


def _audited(action: str, before: Error, after: Error, others: Iterable[ErrorId]) -> Changed:
    return Changed(
        organization_id=after.organization_id,
        action=action,
        object_kind="error",
        object_id=after.id,
        before=figures_of(before),
        after={**figures_of(after), "errors": [str(id_) for id_ in others]},
    )


def _gone(error: Error, primary: Error, at: datetime, told: Mapping[str, object]) -> Change:
    """Return the feed's word that an error is no longer listed by itself."""
    more = {"merged_into": str(primary.id), **told}
    return change_of(error, at, FeedKind.ERROR_REMOVED, more=more)
