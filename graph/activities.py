"""The timeline of an error, as the API shows it: what happened to it, in typed entries (RES-06)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Self, TypeVar
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain import activities
from domain.activities import ActivityKind
from domain.errors import ErrorStatus, Priority
from domain.ids import ActivityId, CommentId, ResolutionId, TeamId, UserId
from domain.levels import Severity
from graph import enums
from graph.comments import ErrorComment, comment_of
from graph.context import Info
from graph.ids import ACTIVITY, Node, shown
from graph.resolutions import Resolution, resolution_of
from graph.teams import Team, team_of
from graph.users import User, user_of
from persistence.projection.declared import OCCURRENCE

# Registers the enums that the fields below name.
__all__ = ["ErrorActivity", "enums"]

Member = TypeVar("Member", bound=Enum)


@strawberry.type
class ErrorActivity(Node):
    """One entry of an error's timeline; which of its fields are filled depends on its kind."""

    told: strawberry.Private[Mapping[str, Any]]
    actor_key: strawberry.Private[UserId | None]
    kind: ActivityKind = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When it happened.")
    status_before: ErrorStatus | None = strawberry.field(description="Where the error stood.")
    status_after: ErrorStatus | None = strawberry.field(description="Where it stands since.")
    severity_before: Severity | None = strawberry.field(description="How much it mattered.")
    severity_after: Severity | None = strawberry.field(description="How much it matters since.")
    priority_before: Priority | None = strawberry.field(description="Its priority before.")
    priority_after: Priority | None = strawberry.field(description="Its priority since.")
    type_before: str | None = strawberry.field(description="The code of its type before.")
    type_after: str | None = strawberry.field(description="The code of its type since.")
    release: str | None = strawberry.field(
        description="The release that it came back in, or that a resolution goes by."
    )
    occurrence_id: strawberry.ID | None = strawberry.field(
        description="The occurrence that brought it back."
    )
    notes: str | None = strawberry.field(description="What an assignee should know.")
    due_date: datetime | None = strawberry.field(description="Until when it should be done.")
    ignored_until: datetime | None = strawberry.field(description="Until when it is ignored.")
    ignored_for_occurrences: int | None = strawberry.field(
        description="For how many more occurrences it is ignored."
    )
    ignored_for_users: int | None = strawberry.field(
        description="For how many more users it is ignored."
    )
    has_passed: bool | None = strawberry.field(description="Whether the test passed.")

    @classmethod
    def of(cls, activity: activities.Activity) -> Self:
        """Show an entry."""
        told, kind = activity.data, activity.kind
        severity, priority = (
            kind is ActivityKind.SEVERITY_CHANGED,
            kind is ActivityKind.PRIORITY_CHANGED,
        )
        type_ = kind is ActivityKind.TYPE_CHANGED
        is_of_status = not (severity or priority or type_)
        occurrence = _id(told, "occurrence_id")
        return cls(
            id=shown(ACTIVITY, activity.id),
            told=told,
            actor_key=activity.actor_id,
            kind=kind,
            at=activity.at,
            status_before=_member(ErrorStatus, told, "before", is_of_status),
            status_after=_member(ErrorStatus, told, "after", is_of_status),
            severity_before=_member(Severity, told, "before", severity),
            severity_after=_member(Severity, told, "after", severity),
            priority_before=_member(Priority, told, "before", priority),
            priority_after=_member(Priority, told, "after", priority),
            type_before=_text(told, "before") if type_ else None,
            type_after=_text(told, "after") if type_ else None,
            release=_text(told, "release"),
            occurrence_id=None if occurrence is None else shown(OCCURRENCE, occurrence),
            notes=_text(told, "notes"),
            due_date=_moment(told, "due_date"),
            ignored_until=_moment(told, "until"),
            ignored_for_occurrences=_count(told, "occurrences"),
            ignored_for_users=_count(told, "users"),
            has_passed=_verified(told) if kind is ActivityKind.RESOLUTION_TESTED else None,
        )

    @strawberry.field
    def data(self) -> JSON:
        """All that was noted, as it was noted."""
        return JSON(dict(self.told))

    @strawberry.field
    async def actor(self, info: Info) -> User | None:
        """Who did it, if it was a person or a program in a person's name."""
        return await user_of(info, self.actor_key)

    @strawberry.field
    async def assignee(self, info: Info) -> User | None:
        """Who was given the error, or had it until then."""
        id_ = _id(self.told, "assignee")
        return None if id_ is None else await user_of(info, UserId(id_))

    @strawberry.field
    async def team(self, info: Info) -> Team | None:
        """The team that was given the error, or had it until then."""
        id_ = _id(self.told, "team")
        return None if id_ is None else await team_of(info, TeamId(id_))

    @strawberry.field
    async def resolution(self, info: Info) -> Resolution | None:
        """The resolution that it is about."""
        id_ = _id(self.told, "resolution_id")
        return None if id_ is None else await resolution_of(info, ResolutionId(id_))

    @strawberry.field
    async def comment(self, info: Info) -> ErrorComment | None:
        """The comment that it is about."""
        id_ = _id(self.told, "comment_id")
        return None if id_ is None else await comment_of(info, CommentId(id_))


def _member(
    members: type[Member], told: Mapping[str, Any], key: str, is_one: bool
) -> Member | None:
    value = told.get(key) if is_one else None
    return members(value) if value in {member.value for member in members} else None


def _text(told: Mapping[str, Any], key: str) -> str | None:
    value = told.get(key)
    return value if isinstance(value, str) else None


def _count(told: Mapping[str, Any], key: str) -> int | None:
    value = told.get(key)
    return value if isinstance(value, int) else None


def _verified(told: Mapping[str, Any]) -> bool | None:
    value = told.get("verified")
    return value if isinstance(value, bool) else None


def _moment(told: Mapping[str, Any], key: str) -> datetime | None:
    value = _text(told, key)
    return None if value is None else datetime.fromisoformat(value)


def _id(told: Mapping[str, Any], key: str) -> UUID | None:
    value = _text(told, key)
    return None if value is None else UUID(value)


async def activities_of(info: Info, ids: Sequence[ActivityId]) -> list[ErrorActivity]:
    """Return entries of timelines, those that the viewer may still see."""
    found = await info.context.loaders.triage.activity.load_many(ids)
    return [ErrorActivity.of(each) for each in found if each is not None]


async def activity_of(info: Info, id_: ActivityId) -> ErrorActivity | None:
    """Return the entry of an id, or None when there is none that the viewer may see."""
    found = await activities_of(info, [id_])
    return found[0] if found else None
