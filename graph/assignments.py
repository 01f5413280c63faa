"""Assignments, as the API shows them."""

from datetime import datetime
from typing import Self

import strawberry

from domain import assignments
from domain.ids import AssignmentId, UserId
from graph.context import Info
from graph.ids import Node, shown
from graph.users import User, user_of
from persistence.projection.declared import ASSIGNMENT, ERROR


@strawberry.type
class Assignment(Node):
    """One person has one error, until unassigned."""

    assigned_to: strawberry.Private[UserId]
    assigner: strawberry.Private[UserId]
    unassigner: strawberry.Private[UserId | None]
    error_id: strawberry.ID = strawberry.field(description="The error that is assigned.")
    assignment_notes: str | None = strawberry.field(description="What the assignee should know.")
    due_date: datetime | None = strawberry.field(description="Until when it should be done.")
    is_active: bool = strawberry.field(description="Whether the person still has the error.")
    created_at: datetime = strawberry.field(description="When the error was assigned.")
    unassigned_at: datetime | None = strawberry.field(description="When it was taken back.")

    @classmethod
    def of(cls, assignment: assignments.Assignment) -> Self:
        """Show an assignment."""
        return cls(
            id=shown(ASSIGNMENT, assignment.id),
            assigned_to=assignment.assigned_to,
            assigner=assignment.assigned_by,
            error_id=shown(ERROR, assignment.error_id),
            assignment_notes=assignment.assignment_notes,
            due_date=assignment.due_date,
            is_active=assignment.is_active,
            created_at=assignment.created_at,
            unassigned_at=assignment.unassigned_at,
            unassigner=assignment.unassigned_by,
        )

    @strawberry.field
    async def assignee(self, info: Info) -> User | None:
        """The person who has the error, if they still share an organization with the viewer."""
        return await user_of(info, self.assigned_to)

    @strawberry.field
    def is_overdue(self, info: Info) -> bool:
        """Whether it should have been done by now."""
        due = self.due_date
        return self.is_active and due is not None and due < info.context.now

    @strawberry.field
    async def unassigned_by(self, info: Info) -> User | None:
        """Who took it back, if they still share an organization with the viewer."""
        return await user_of(info, self.unassigner)

    @strawberry.field
    async def assigned_by(self, info: Info) -> User | None:
        """Who assigned it, if they still share an organization with the viewer."""
        return await user_of(info, self.assigner)


async def assignment_of(info: Info, id_: AssignmentId) -> Assignment | None:
    """Return the assignment of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.assignments.load(id_)
    return None if found is None else Assignment.of(found)
