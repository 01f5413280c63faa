"""How an error stands with people: what is promised, who is late, what was said and decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from domain.errors import StatusCategory
from domain.ids import ErrorId, ResolutionId, TeamId
from domain.ignoring import IgnoreCondition
from domain.response_targets import breached_at
from graph.activities import ErrorActivity
from graph.assignments import Assignment
from graph.comments import ErrorComment
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.resolutions import Resolution, resolution_of
from graph.scalars import BigInt
from graph.teams import Team, team_of
from graph.users import User, user_of
from persistence import activities, assignments, error_comments, resolutions
from persistence.pages import Found

MAX_SHOWN_SUBSCRIBERS = 100


@strawberry.type
class ErrorStanding:
    """What an error has of people; it is a part of every error."""

    key: strawberry.Private[ErrorId]
    team_id: strawberry.Private[TeamId | None]
    resolution_id: strawberry.Private[ResolutionId | None]
    resolved_in: strawberry.Private[Mapping[str, Any] | None]
    ignore_condition: strawberry.Private[Mapping[str, Any] | None]
    status_category: StatusCategory
    resolved_at: datetime | None
    ignored_until: datetime | None = strawberry.field(
        description="When it is no longer ignored, if that is a matter of time."
    )
    first_response_at: datetime | None = strawberry.field(
        description="When somebody acted on it first, since it came or came back."
    )
    response_due_at: datetime | None = strawberry.field(
        description="Until when its severity promises that somebody acts on it."
    )
    resolve_due_at: datetime | None = strawberry.field(
        description="Until when its severity promises that it is resolved."
    )
    assignment_due_at: datetime | None = strawberry.field(
        description="Until when who has it should have mended it."
    )

    @strawberry.field
    def ignored_until_occurrences(self) -> BigInt | None:
        """At how many occurrences in all it is no longer ignored."""
        condition = IgnoreCondition.of_json(self.ignore_condition or {})
        return None if condition.occurrences is None else BigInt(condition.occurrences)

    @strawberry.field
    def ignored_until_users(self) -> BigInt | None:
        """At how many users in all it is no longer ignored."""
        condition = IgnoreCondition.of_json(self.ignore_condition or {})
        return None if condition.users is None else BigInt(condition.users)

    @strawberry.field
    def resolved_in_release(self) -> str | None:
        """The release that its resolution goes by: older ones do not bring it back."""
        return None if self.resolved_in is None else str(self.resolved_in["release"])

    @strawberry.field
    def response_breached_at(self, info: Info) -> datetime | None:
        """When the target for a first response was missed, if it was."""
        return breached_at(self.response_due_at, self.first_response_at, info.context.now)

    @strawberry.field
    def resolve_breached_at(self, info: Info) -> datetime | None:
        """When the target for its resolution was missed, if it was."""
        return breached_at(self.resolve_due_at, self.resolved_at, info.context.now)

    @strawberry.field
    def is_overdue(self, info: Info) -> bool:
        """Whether who has it should have mended it by now."""
        due, is_open = self.assignment_due_at, self.status_category is StatusCategory.UNRESOLVED
        return is_open and due is not None and due < info.context.now

    @strawberry.field
    async def team(self, info: Info) -> Team | None:
        """The team that has it."""
        return await team_of(info, self.team_id)

    @strawberry.field
    async def resolution(self, info: Info) -> Resolution | None:
        """The resolution that holds now."""
        return None if self.resolution_id is None else await resolution_of(info, self.resolution_id)

    @strawberry.field
    async def activity(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[ErrorActivity]:
        """Its timeline, newest first."""
        page = page_asked(activities.KEYSET, first=first, after=after)
        loaders = info.context.loaders.triage
        found = await loaders.activities.load((self.key, page)) or Found((), has_more=False)
        return connection_of(
            found,
            page,
            activities.KEYSET,
            ErrorActivity.of,
            lambda: loaders.activity_counts.load(self.key),
        )

    @strawberry.field
    async def comments(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[ErrorComment]:
        """What people said about it, newest first."""
        page = page_asked(error_comments.KEYSET, first=first, after=after)
        loaders = info.context.loaders.triage
        found = await loaders.comments.load((self.key, page)) or Found((), has_more=False)
        return connection_of(
            found,
            page,
            error_comments.KEYSET,
            ErrorComment.of,
            lambda: loaders.comment_counts.load(self.key),
        )

    @strawberry.field
    async def resolutions(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Resolution]:
        """Every time that it was resolved, newest first."""
        page = page_asked(resolutions.KEYSET, first=first, after=after)
        loaders = info.context.loaders.triage
        found = await loaders.resolutions.load((self.key, page)) or Found((), has_more=False)
        return connection_of(
            found,
            page,
            resolutions.KEYSET,
            Resolution.of,
            lambda: loaders.resolution_counts.load(self.key),
        )

    @strawberry.field
    async def assignments(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Assignment]:
        """Who has it and who had it, newest first."""
        page = page_asked(assignments.KEYSET, first=first, after=after)
        loaders = info.context.loaders.triage
        found = await loaders.assignments.load((self.key, page)) or Found((), has_more=False)
        return connection_of(
            found,
            page,
            assignments.KEYSET,
            Assignment.of,
            lambda: loaders.assignment_counts.load(self.key),
        )

    @strawberry.field
    async def subscribers(self, info: Info) -> list[User]:
        """Who wants to hear of it, at most a hundred people, the first ones first."""
        ids = await info.context.loaders.triage.subscribers.load(self.key) or []
        found = [await user_of(info, id_) for id_ in ids[:MAX_SHOWN_SUBSCRIBERS]]
        return [user for user in found if user is not None]

    @strawberry.field
    async def is_subscribed(self, info: Info) -> bool:
        """Whether the viewer wants to hear of it."""
        ids = await info.context.loaders.triage.subscribers.load(self.key) or []
        return info.context.viewer.user in ids
