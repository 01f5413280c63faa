"""What leads from one error to another, and to who was called: merges, duplicates, escalations."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias

import strawberry

from domain import duplicates, escalations, merges
from domain.escalations import EscalationLevel
from domain.ids import ErrorId, UserId
from graph.context import Info
from graph.ids import Node, shown
from graph.users import User, user_of
from persistence.projection.declared import ESCALATION

if TYPE_CHECKING:
    from graph.errors import Error

LazyError: TypeAlias = Annotated["Error", strawberry.lazy("graph.errors")]


async def error_at(info: Info, id_: ErrorId) -> "Error | None":
    """Return the error that something leads to, or None when the viewer may not see it."""
    from graph.errors import error_of

    return await error_of(info, id_)


@strawberry.type
class ErrorMerge:
    """That one error was taken for another; it stands until it is undone."""

    merge: strawberry.Private[merges.Merge]
    reason: str | None = strawberry.field(description="Why, in the words of who did it.")
    merged_at: datetime = strawberry.field(description="When it was done.")
    undone_at: datetime | None = strawberry.field(description="When it was undone, if it was.")

    @classmethod
    def of(cls, merge: merges.Merge) -> Self:
        """Show a merge."""
        return cls(
            merge=merge,
            reason=merge.reason,
            merged_at=merge.merged_at,
            undone_at=merge.undone_at,
        )

    @strawberry.field
    async def primary(self, info: Info) -> LazyError | None:
        """The error that counts for both."""
        return await error_at(info, self.merge.primary_error_id)

    @strawberry.field
    async def merged(self, info: Info) -> LazyError | None:
        """The error that was merged into it."""
        return await error_at(info, self.merge.merged_error_id)

    @strawberry.field
    async def merged_by(self, info: Info) -> User | None:
        """Who did it."""
        return await user_of(info, self.merge.merged_by)

    @strawberry.field
    async def undone_by(self, info: Info) -> User | None:
        """Who undid it, if it was."""
        return await user_of(info, self.merge.undone_by)


@strawberry.type
class ErrorDuplicate:
    """That one error is the same as another; each keeps figures of its own."""

    duplicate_key: strawberry.Private[ErrorId]
    primary_key: strawberry.Private[ErrorId]
    marker: strawberry.Private[UserId]
    similarity_reason: str | None = strawberry.field(description="Why it is taken for the same.")
    marked_at: datetime = strawberry.field(description="When it was said.")

    @classmethod
    def of(cls, duplicate: duplicates.Duplicate) -> Self:
        """Show a duplicate."""
        return cls(
            duplicate_key=duplicate.duplicate_error_id,
            primary_key=duplicate.primary_error_id,
            marker=duplicate.marked_by,
            similarity_reason=duplicate.similarity_reason,
            marked_at=duplicate.marked_at,
        )

    @strawberry.field
    async def primary(self, info: Info) -> LazyError | None:
        """The error that it is the same as."""
        return await error_at(info, self.primary_key)

    @strawberry.field
    async def duplicate(self, info: Info) -> LazyError | None:
        """The error that is the duplicate."""
        return await error_at(info, self.duplicate_key)

    @strawberry.field
    async def marked_by(self, info: Info) -> User | None:
        """Who said so."""
        return await user_of(info, self.marker)


@strawberry.type
class SimilarError:
    """An error that is like another."""

    error_key: strawberry.Private[ErrorId]
    score: float = strawberry.field(description="How alike they are: 1 is the same, 0 not at all.")
    reasons: list[str] = strawberry.field(description="What they have in common, in sentences.")

    @strawberry.field
    async def error(self, info: Info) -> LazyError | None:
        """The error."""
        return await error_at(info, self.error_key)


@strawberry.type
class Escalation(Node):
    """A call for somebody's help with an error, by name; open until they acknowledge it."""

    escalation: strawberry.Private[escalations.Escalation]
    reason: str = strawberry.field(description="Why they were called.")
    level: EscalationLevel = strawberry.field(description="How high the call goes.")
    escalated_at: datetime = strawberry.field(description="When they were called.")
    acknowledged_at: datetime | None = strawberry.field(
        description="When they have seen it; null while it is open."
    )

    @classmethod
    def of(cls, escalation: escalations.Escalation) -> Self:
        """Show an escalation."""
        return cls(
            id=shown(ESCALATION, escalation.id),
            escalation=escalation,
            reason=escalation.reason,
            level=escalation.level,
            escalated_at=escalation.escalated_at,
            acknowledged_at=escalation.acknowledged_at,
        )

    @strawberry.field
    async def error(self, info: Info) -> LazyError | None:
        """The error that they were called to."""
        return await error_at(info, self.escalation.error_id)

    @strawberry.field
    async def escalated_by(self, info: Info) -> User | None:
        """Who called."""
        return await user_of(info, self.escalation.escalated_by)

    @strawberry.field
    async def escalated_to(self, info: Info) -> User | None:
        """Who was called."""
        return await user_of(info, self.escalation.escalated_to)
