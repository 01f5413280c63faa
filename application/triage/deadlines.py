"""Deadlines: who has an error hears once that it is due soon, and once that it is overdue.

Time alone writes no row, so a job looks. A mark for each organization says up to where it has told;
it moves in the transaction that tells, so nothing is told twice, however many processes look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from application.triage.changing import Done, ErrorChanges, Setting, Told
from domain.deadlines import AHEAD, TOLD_AS, DeadlineKind, is_told
from domain.errors import StatusCategory
from domain.ids import OrganizationId
from domain.triage import Standing
from persistence import deadlines
from persistence.database import SYSTEM, Writing, raw_of
from persistence.deadlines import Deadline, Mark
from persistence.errors import standings
from persistence.reach import Reach

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Tells of deadlines that have come."""

    changes: ErrorChanges
    at_once: int = AT_ONCE

    async def tell(self) -> int:
        """Tell of every deadline that has come, or is near, since the last time; return how many.

        It is for a job: what was missed while none ran is told late, but never as due soon.
        """
        at = self.changes.clock.now()
        total = 0
        for kind, ahead in AHEAD.items():
            async with self.changes.database.raw_reading(SYSTEM) as db:
                waiting = await deadlines.waiting(db, kind, ahead, at + ahead)
            for organization in waiting:
                setting = Setting(organization=organization, at=at, by=None)
                while (told := await self._tell_some(kind, setting)) is not None:
                    total += told
        return total

    async def _tell_some(self, kind: DeadlineKind, setting: Setting) -> int | None:
        """Tell of the next deadlines of an organization; None when there are no more."""
        organization, upto = setting.organization, setting.at + AHEAD[kind]
        async with self.changes.database.writing(SYSTEM) as db:
            raw = await raw_of(db)
            mark = await deadlines.held_mark(raw, organization, kind, AHEAD[kind])
            found = await deadlines.after(raw, organization, mark, upto, self.at_once)
            if not found:
                return None
            await deadlines.move_mark(raw, organization, kind, Mark(*found[-1][:2]))
            news = [
                each
                for each in found
                if is_told(kind, each.due, given_at=each.given_at, at=setting.at)
            ]
            errors = await _still_due(db, organization, news)
            done = [Done(error, error, (_told(kind, error),)) for error in errors]
            entries = await self.changes.announce(raw, setting, done)
        await self.changes.hub.publish(entries)
        return len(done)


async def _still_due(
    db: Writing, organization: OrganizationId, news: Sequence[Deadline]
) -> list[Standing]:
    """Return the errors that have these deadlines now, under a lock, and are not done with."""
    due: Mapping[object, datetime] = {each.error_id: each.due for each in news}
    ids = [each.error_id for each in news]
    return [
        error
        for error in await standings.locked_by_ids(db, ids, Reach((organization,)))
        if error.assignment_due_at == due[error.id]
        and error.category is StatusCategory.UNRESOLVED
        and error.merged_into_id is None
    ]


def _told(kind: DeadlineKind, error: Standing) -> Told:
    data = {
        "assignee": None if error.assigned_to is None else str(error.assigned_to),
        "due_date": None
        if error.assignment_due_at is None
        else error.assignment_due_at.isoformat(),
    }
    return Told(TOLD_AS[kind], data)
