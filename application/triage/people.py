"""Decisions on who has errors: given to a person with notes and a day, and taken back (RES-02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.clock import Clock
from application.triage.changing import Done, Setting, Told
from domain.activities import ActivityKind
from domain.assignments import Assignment, checked_notes
from domain.failures import Invalid
from domain.ids import AssignmentId, ErrorId, TeamId, UserId
from domain.subscriptions import SubscriptionReason
from domain.triage import Standing
from persistence import assignments, error_subscriptions, organizations, teams
from persistence.database import RawConnection, Writing
from persistence.reach import Reach

Active = Mapping[ErrorId, Sequence[Assignment]]


@dataclass(slots=True, kw_only=True)
class AssignDecision:
    """Gives errors to a person, a team or both; the same person is given them on new terms."""

    assignee: UserId | None = None
    team: TeamId | None = None
    notes: str | None = None
    due_date: datetime | None = None
    clock: Clock = field(repr=False)
    name: str = "assigned"
    is_response: bool = True
    _active: Active = field(default_factory=dict, repr=False)
    _new: list[Assignment] = field(default_factory=list, repr=False)
    _ended: list[AssignmentId] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Refuse notes that cannot be kept, and what names nobody."""
        self.notes = checked_notes(self.notes)
        if self.assignee is None and self.team is None:
            raise Invalid("Name a person, a team or both.", field="assignee")

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read who may be given work, and who has it."""
        people = {id_ for id_, _, _ in await organizations.people_of(db, setting.organization)}
        if self.assignee is not None and self.assignee not in people:
            raise Invalid("This person is no active member of the organization.", field="assignee")
        if self.team is not None:
            own = Reach((setting.organization,))
            if self.team not in await teams.by_ids(db, [self.team], own):
                raise Invalid("There is no such team in the organization.", field="team")
        ids = [error.id for error in errors]
        self._active = await assignments.all_active_of(db, setting.organization, ids)

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error given to the person."""
        data: dict[str, object] = {}
        after = error
        if self.team is not None and self.team != error.team_id:
            after, data = error.but(team_id=self.team), {"team": str(self.team)}
        new = self._assigned(error, setting)
        if new is not None:
            after = after.but(assigned_to=new.assigned_to, assignment_due_at=self.due_date)
            data |= {
                "assignment_id": str(new.id),
                "assignee": str(new.assigned_to),
                "notes": self.notes,
                "due_date": None if self.due_date is None else self.due_date.isoformat(),
            }
        if not data:
            return None
        made = None if new is None else new.id
        return Done(error, after, (Told(ActivityKind.ASSIGNED, data),), made=made)

    def _assigned(self, error: Standing, setting: Setting) -> Assignment | None:
        """Return the person's assignment, None when nothing of it is new."""
        active = self._active[error.id]
        if self.assignee is None:
            return None
        if active and error.assigned_to == self.assignee and self._is_said_by(active[0]):
            return None
        if setting.by is None:
            raise ValueError("A person or a program assigns.")
        new = Assignment(
            id=AssignmentId(self.clock.new_id()),
            organization_id=error.organization_id,
            error_id=error.id,
            assigned_to=self.assignee,
            assigned_by=setting.by.user,
            assignment_notes=self.notes,
            due_date=self.due_date,
            is_active=True,
            created_at=setting.at,
        )
        self._new.append(new)
        self._ended += [each.id for each in active if each.assigned_to == self.assignee]
        return new

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Write the history; who has an error hears of it."""
        by = None if setting.by is None else setting.by.user
        await assignments.end(db, setting.organization, self._ended, by=by, at=setting.at)
        await assignments.add_alike(db, self._new)
        await error_subscriptions.say(
            db,
            setting.organization,
            [each.after.id for each in done],
            [] if self.assignee is None else [self.assignee],
            reason=SubscriptionReason.ASSIGNED,
            at=setting.at,
        )

    def _is_said_by(self, assignment: Assignment) -> bool:
        return (assignment.assigned_to, assignment.assignment_notes, assignment.due_date) == (
            self.assignee,
            self.notes,
            self.due_date,
        )


@dataclass(slots=True, kw_only=True)
class UnassignDecision:
    """Takes errors back from one person, or from everybody who has them, their team too."""

    assignee: UserId | None = None
    name: str = "unassigned"
    is_response: bool = False
    _active: Active = field(default_factory=dict, repr=False)
    _ended: list[AssignmentId] = field(default_factory=list, repr=False)

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read who has them."""
        ids = [error.id for error in errors]
        self._active = await assignments.all_active_of(db, setting.organization, ids)

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error with who has it still."""
        active = self._active[error.id]
        leaving = [
            each for each in active if self.assignee is None or each.assigned_to == self.assignee
        ]
        team = None if self.assignee is not None else error.team_id
        if not leaving and team is None:
            return None
        self._ended += [each.id for each in leaving]
        left = next((each for each in active if each not in leaving), None)
        after = error.but(
            team_id=error.team_id if team is None else None,
            assigned_to=None if left is None else left.assigned_to,
            assignment_due_at=None if left is None else left.due_date,
        )
        told = [
            Told(
                ActivityKind.UNASSIGNED,
                {"assignment_id": str(each.id), "assignee": str(each.assigned_to)},
            )
            for each in leaving
        ]
        if team is not None:
            told.append(Told(ActivityKind.UNASSIGNED, {"team": str(team)}))
        return Done(error, after, tuple(told))

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Write the history."""
        by = None if setting.by is None else setting.by.user
        await assignments.end(db, setting.organization, self._ended, by=by, at=setting.at)
