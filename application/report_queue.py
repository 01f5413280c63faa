"""The queue of user reports: what people who work on them do, one or many at once (RPT-04).

One transaction holds the reports, asks the domain about each, and writes the reports, their
timelines, the audit log, and the feed last.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from application.auditing import Changed, difference, record
from application.capture import CaptureUseCases
from application.clock import Clock
from application.feed import Hub
from application.notifications import notify_of_reports
from application.own_ids import must_be_key
from application.report_changes import change_of
from application.report_conversion import capture_of
from domain import report_queue as moves
from domain.failures import Conflict, Failure, Invalid, NotFound
from domain.feed import FeedEntry, FeedKind
from domain.ids import ErrorId, ReportActivityId, UserId, UserReportId, derived_uuid
from domain.report_queue import MAX_AT_ONCE, Move, ReportActivity, ReportActivityKind
from domain.rights import Right
from domain.user_reports import ReportPriority, ReportStatus, ReportType, UserReport
from domain.viewers import Viewer
from persistence import feed, idempotency, organizations
from persistence.database import SYSTEM, Database, Writing, raw_of, scope_of_viewer
from persistence.errors import rows as errors
from persistence.idempotency import Request
from persistence.reach import reach_of
from persistence.user_reports import activities, lists, queue

# What the audit log tells of a report: never what a person wrote.
_TOLD = (
    "status",
    "priority",
    "report_type",
    "assigned_to",
    "due_at",
    "error_id",
    "duplicate_of_id",
    "associated_event_id",
)
_MOST_CLOSED = 500
_MOST_REPEATING = 1000

Decide: TypeAlias = Callable[[UserReport], Move | None]
Held: TypeAlias = Mapping[UserReportId, UserReport]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What came of a decision: the reports that fit it now, and those it could not be made of."""

    reports: tuple[UserReport, ...] = ()
    changed: int = 0
    skipped: tuple[tuple[UserReportId, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Done:
    before: UserReport
    move: Move


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who decides and when; about one report a refusal is raised, about several it is told."""

    by: Viewer
    at: datetime
    is_single: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQueue:
    """What may be done to user reports, each in one transaction."""

    database: Database
    hub: Hub
    clock: Clock
    capture: CaptureUseCases

    async def set_status(
        self,
        ids: Sequence[UserReportId],
        to: ReportStatus,
        *,
        notes: str | None,
        by: Viewer,
        is_single: bool = True,
    ) -> Decided:
        """Move reports to a status by hand."""
        at = self.clock.now()

        def decide(one: UserReport) -> Move | None:
            return moves.moved(one, to, notes=notes, at=at)

        return await self._decide(ids, "status_set", decide, by=by, is_single=is_single)

    async def assign(
        self,
        ids: Sequence[UserReportId],
        to: UserId | None,
        *,
        due_at: datetime | None,
        by: Viewer,
        is_single: bool = True,
    ) -> Decided:
        """Give reports to a member of their organization, or to nobody."""
        homes = None if to is None else await self._homes_of(to)

        def decide(one: UserReport) -> Move | None:
            if homes is not None and one.organization_id not in homes:
                raise Invalid("Only members can have a report.", field="assignee")
            return moves.assigned(one, to, due_at=due_at)

        return await self._decide(ids, "assigned", decide, by=by, is_single=is_single)

    async def set_priority(
        self, id_: UserReportId, priority: ReportPriority, *, by: Viewer
    ) -> UserReport:
        """Set how much a report presses."""
        return await self._one(id_, "priority_set", lambda one: moves.presses(one, priority), by)

    async def set_type(self, id_: UserReportId, type_: ReportType, *, by: Viewer) -> UserReport:
        """Set what a report is about."""
        return await self._one(id_, "type_set", lambda one: moves.is_about(one, type_), by)

    async def comment(
        self, id_: UserReportId, body: str, *, key: str | None, by: Viewer
    ) -> UserReport:
        """Note something on a report's timeline; under one key it is noted once."""
        must_be_key(key)
        at = self.clock.now()
        async with self.database.writing(scope_of_viewer(by)) as db:
            held = await queue.locked(db, [id_], reach_of(scope_of_viewer(by)))
            decided, done = _decided(
                [id_], held, lambda one: moves.commented(one, body), _Asking(by, at)
            )
            if key is not None and await _was_noted(db, held[id_], body, key, _Asking(by, at)):
                return held[id_]
            entries = await self._store(db, "commented", done, by)
        await self.hub.publish(entries)
        return decided.reports[0]

    async def link(self, id_: UserReportId, error: ErrorId, *, by: Viewer) -> UserReport:
        """Say which error a report belongs to."""
        async with self.database.reading(scope_of_viewer(by)) as db:
            target = (await errors.by_ids(db, [error])).get(error)

        def decide(one: UserReport) -> Move | None:
            if target is None or target.organization_id != one.organization_id:
                raise NotFound("No such error.")
            return moves.linked(one, error)

        return await self._one(id_, "linked", decide, by)

    async def unlink(self, id_: UserReportId, *, by: Viewer) -> UserReport:
        """Say that a report belongs to no error."""
        return await self._one(id_, "unlinked", moves.unlinked, by)

    async def mark_duplicate(
        self, id_: UserReportId, of: UserReportId, *, notes: str | None, by: Viewer
    ) -> UserReport:
        """Say that another report says the same; what repeated this one now repeats that one."""
        at, reach = self.clock.now(), reach_of(scope_of_viewer(by))
        async with self.database.writing(scope_of_viewer(by)) as db:
            held = await queue.locked(db, [id_, of], reach)
            if (other := held.get(of)) is None or id_ not in held:
                raise NotFound("No such report.")
            repeating = await queue.repeating(db, id_, reach, _MOST_REPEATING)

            def decide(one: UserReport) -> Move | None:
                return moves.duplicate(one, other, notes=notes, at=at)

            def follow(one: UserReport) -> Move | None:
                data = {"of": str(of)}
                return Move(
                    replace(one, duplicate_of_id=of), ReportActivityKind.MARKED_DUPLICATE, data
                )

            decided, done = _decided([id_], held, decide, _Asking(by, at))
            if done and repeating:
                followers = await queue.locked(db, repeating, reach)
                done += _decided(repeating, followers, follow, _Asking(by, at, is_single=False))[1]
            entries = await self._store(db, "marked_duplicate", done, by)
        await self.hub.publish(entries)
        return decided.reports[0]

    async def close_of(
        self, error: ErrorId, to: ReportStatus, *, notes: str | None, by: Viewer
    ) -> tuple[Decided, int]:
        """Finish the reports of an error; return also how many are left for another time."""
        if to not in (ReportStatus.RESOLVED, ReportStatus.CLOSED):
            raise Invalid("Reports are closed by RESOLVED or CLOSED.", field="status")
        at, reach = self.clock.now(), reach_of(scope_of_viewer(by))
        async with self.database.writing(scope_of_viewer(by)) as db:
            target = (await errors.by_ids(db, [error], reach)).get(error)
            if target is None:
                raise NotFound("No such error.")
            by.must(Right.REPORT, target.organization_id)
            ids = await queue.unfinished_of(db, error, reach, _MOST_CLOSED)
            there_are = (await lists.unfinished_of(db, [error], reach)).get(error, 0)
            held = await queue.locked(db, ids, reach)

            def decide(one: UserReport) -> Move | None:
                return moves.moved(one, to, notes=notes, at=at)

            if not held:
                return Decided(), 0
            decided, done = _decided(list(held), held, decide, _Asking(by, at, is_single=False))
            entries = await self._store(db, "closed_with_error", done, by)
        await self.hub.publish(entries)
        return decided, max(0, there_are - decided.changed)

    async def convert(self, id_: UserReportId, *, by: Viewer) -> tuple[UserReport, UUID]:
        """Make an error of a report: an event that says what it says, by which the two are tied.

        The event has an id of the report's own, so that a retry tells the same event again.
        """
        async with self.database.reading(scope_of_viewer(by)) as db:
            found = await queue.by_id(db, id_, reach_of(scope_of_viewer(by)))
        if found is None:
            raise NotFound("No such report.")
        by.must(Right.REPORT, found.organization_id)
        event = derived_uuid(id_.bytes, b"converted")
        if found.associated_event_id == event:
            return found, event
        if found.error_id is not None:
            raise Conflict("The report belongs to an error already.")
        [told] = await self.capture.capture([capture_of(found, event)], by=by)
        if isinstance(told, Failure):
            raise told

        def decide(one: UserReport) -> Move | None:
            if one.error_id is not None:
                raise Conflict("The report belongs to an error already.")
            after = replace(one, associated_event_id=event, is_linked_by_hand=False)
            return Move(after, ReportActivityKind.CONVERTED, {"event_id": event.hex})

        return await self._one(id_, "converted", decide, by), event

    async def _homes_of(self, user: UserId) -> set[UUID]:
        async with self.database.reading(SYSTEM) as db:
            return {one.organization_id for one in await organizations.memberships_of(db, user)}

    async def _one(self, id_: UserReportId, name: str, decide: Decide, by: Viewer) -> UserReport:
        decided = await self._decide([id_], name, decide, by=by, is_single=True)
        return decided.reports[0]

    async def _decide(
        self,
        ids: Sequence[UserReportId],
        name: str,
        decide: Decide,
        *,
        by: Viewer,
        is_single: bool,
    ) -> Decided:
        if len(ids) > MAX_AT_ONCE:
            raise Invalid(f"At most {MAX_AT_ONCE} reports are taken at once.", field="ids")
        async with self.database.writing(scope_of_viewer(by)) as db:
            held = await queue.locked(db, ids, reach_of(scope_of_viewer(by)))
            asking = _Asking(by, self.clock.now(), is_single)
            decided, done = _decided(ids, held, decide, asking)
            entries = await self._store(db, name, done, by)
        await self.hub.publish(entries)
        return decided

    async def _store(
        self, db: Writing, name: str, done: Sequence[_Done], by: Viewer
    ) -> list[FeedEntry]:
        """Write what was decided; nothing may follow in the transaction but the commit."""
        at = self.clock.now()
        after = [each.move.after for each in done]
        await queue.replace(db, after)
        await activities.add(db, [self._activity(each, by, at) for each in done])
        await record(db, self.clock, by, *(_audited(name, each) for each in done))
        given = [d.move.after for d in done if d.move.after.assigned_to != d.before.assigned_to]
        news = await notify_of_reports(await raw_of(db), self.clock, given, by=by.user)
        changes = [
            change_of(each.move.after, FeedKind.REPORT_CHANGED, at, before=each.before)
            for each in done
        ]
        return await feed.append(db, [*changes, *news])

    def _activity(self, done: _Done, by: Viewer, at: datetime) -> ReportActivity:
        return ReportActivity(
            id=ReportActivityId(self.clock.new_id()),
            organization_id=done.before.organization_id,
            user_report_id=done.before.id,
            kind=done.move.kind,
            actor_id=by.user,
            body=done.move.body,
            data=done.move.data,
            created_at=at,
        )


def _decided(
    ids: Sequence[UserReportId], held: Held, decide: Decide, asking: _Asking
) -> tuple[Decided, list[_Done]]:
    done: list[_Done] = []
    reports: list[UserReport] = []
    skipped: list[tuple[UserReportId, str]] = []
    if not held:
        raise NotFound("No such report.")
    for report in held.values():
        asking.by.must(Right.REPORT, report.organization_id)
    for id_ in dict.fromkeys(ids):
        try:
            if (before := held.get(id_)) is None:
                raise NotFound("No such report.")
            move = decide(before)
        except Failure as failure:
            if asking.is_single:
                raise
            skipped.append((id_, failure.message))
            continue
        if move is not None:
            move = replace(move, after=replace(move.after, updated_at=asking.at))
            done.append(_Done(before, move))
        reports.append(before if move is None else move.after)
    return Decided(reports=tuple(reports), changed=len(done), skipped=tuple(skipped)), done


async def _was_noted(db: Writing, report: UserReport, body: str, key: str, asking: _Asking) -> bool:
    """Say whether this was noted under the key before; from now on it was."""
    raw = await raw_of(db)
    request = Request(
        organization_id=report.organization_id,
        user_id=asking.by.user,
        operation="report_commented",
        key=key,
        asked=hashlib.sha256(report.id.bytes + body.encode()).hexdigest(),
    )
    before = await idempotency.claim(raw, request, asking.at)
    if before is None:
        await idempotency.answer(raw, request, {})
    elif before.asked != request.asked:
        raise Conflict("This key was used for another request.")
    return before is not None


def _audited(name: str, done: _Done) -> Changed:
    before, after = difference(_told(done.before), _told(done.move.after))
    return Changed(
        organization_id=done.before.organization_id,
        action=f"user_report.{name}",
        object_kind="user_report",
        object_id=done.before.id,
        before=before,
        after=after,
    )


def _told(report: UserReport) -> dict[str, object]:
    values = {name: getattr(report, name) for name in _TOLD}
    return {name: None if value is None else str(value) for name, value in values.items()}
