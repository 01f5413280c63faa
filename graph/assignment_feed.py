"""The live feed of work: what the viewer and their teams are given, lose, and must be done with."""

from collections.abc import AsyncGenerator, Hashable, Mapping
from datetime import datetime
from enum import Enum

import strawberry

from application.feed import FeedBatch
from domain.deadlines import DeadlineKind
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId, UserId
from graph.activities import ErrorActivity, activities_of
from graph.context import Context, Info
from graph.cursors import FeedCursor
from graph.error_feed import activities_in, error_shown
from graph.errors import Error
from graph.feed import AfterPlace, Batch, WhoseFeed, batches_of, place_of, watched
from graph.feed_filters import is_of_errors
from graph.ids import shown
from graph.my_teams import MyTeams
from persistence.projection.declared import ERROR


@strawberry.enum
class AssignmentChangeKind(Enum):
    """What happened to the viewer's work."""

    ASSIGNED = strawberry.enum_value(
        "assigned", description="The viewer was given the error, perhaps on new terms."
    )
    TEAM_ASSIGNED = strawberry.enum_value(
        "team_assigned", description="A team of the viewer was given the error."
    )
    UNASSIGNED = strawberry.enum_value(
        "unassigned", description="The error was taken from the viewer."
    )
    TEAM_UNASSIGNED = strawberry.enum_value(
        "team_unassigned", description="The error was taken from a team of the viewer."
    )
    DUE_SOON = strawberry.enum_value(
        "due_soon", description="What they have should be done within a day."
    )
    OVERDUE = strawberry.enum_value("overdue", description="What they have should be done.")
    REMOVED = strawberry.enum_value(
        "removed", description="An error that they had is gone: deleted, or merged into another."
    )


_DUE: Mapping[object, AssignmentChangeKind] = {
    DeadlineKind.SOON: AssignmentChangeKind.DUE_SOON,
    DeadlineKind.OVER: AssignmentChangeKind.OVERDUE,
}


class Mine:
    """What an entry means to one person."""

    def __init__(self, organization: OrganizationId, user: UserId) -> None:
        self._me = str(user)
        self._teams = MyTeams(organization, user)

    async def read(self, context: Context) -> None:
        """Begin with the teams as they are now."""
        await self._teams.read(context)

    def __call__(self, entry: FeedEntry) -> bool:
        """Say whether an entry is about this person; each is asked about once, in order."""
        if self._teams.hear(entry) or entry.kind is FeedKind.MANY_CHANGED:
            return True
        return self.kind_of(entry) is not None

    def kind_of(self, entry: FeedEntry) -> AssignmentChangeKind | None:
        """Return what an entry does to their work."""
        said = entry.payload
        if not is_of_errors(entry):
            return None
        user, team = said.get("assigned_to"), said.get("team_id")
        if entry.kind is FeedKind.ERROR_REMOVED:
            had_it = user == self._me or team in self._teams
            return AssignmentChangeKind.REMOVED if had_it else None
        if (due := _DUE.get(said.get("due"))) is not None:
            return due if user == self._me or team in self._teams else None
        # Set apart from another, an error is with whom it was before.
        came_back = "unmerged_from" in said
        if self._me in _people(said.get("given")) or (came_back and user == self._me):
            return AssignmentChangeKind.ASSIGNED
        before = said.get("before")
        had = before.get("team_id", team) if isinstance(before, dict) else team
        if team in self._teams and (came_back or had != team):
            return AssignmentChangeKind.TEAM_ASSIGNED
        if self._me in _people(said.get("taken")):
            return AssignmentChangeKind.UNASSIGNED
        if had in self._teams and had != team:
            return AssignmentChangeKind.TEAM_UNASSIGNED
        return None


def _people(named: object) -> list[object]:
    return named if isinstance(named, list) else []


@strawberry.type
class AssignmentChange:
    """One change of somebody's work."""

    entry: strawberry.Private[FeedEntry]
    kind: AssignmentChangeKind = strawberry.field(description="What happened.")
    cursor: FeedCursor = strawberry.field(description="The place right after this change.")
    at: datetime = strawberry.field(description="When it happened.")
    error_id: strawberry.ID = strawberry.field(description="The error that it is about.")

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error as it is now; null when it is gone or no longer for the viewer to see."""
        return await error_shown(info, self.entry.subject_id)

    @strawberry.field
    async def activities(self, info: Info) -> list[ErrorActivity]:
        """What its timeline tells of this change: by whom, with which notes and until when."""
        return await activities_of(info, activities_in(self.entry))


@strawberry.type
class AssignmentFeedBatch(Batch):
    """What happened since the batch before; the first is empty and says where the feed begins."""

    kinds: strawberry.Private[tuple[AssignmentChangeKind, ...]] = ()

    @strawberry.field
    def changes(self) -> list[AssignmentChange]:
        """The changes, in order."""
        return [
            AssignmentChange(
                entry=entry,
                kind=kind,
                cursor=place_of(entry),
                at=entry.at,
                error_id=shown(ERROR, entry.subject_id),
            )
            for entry, kind in zip(self.entries, self.kinds, strict=True)
        ]

    def sharing_key(self) -> Hashable:
        """Return what tells it from others: the same change is not the same to everybody."""
        return (super().sharing_key(), self.kinds)


@strawberry.type
class AssignmentSubscriptions:
    """What can be watched of one's own work."""

    @strawberry.subscription
    async def assignment_feed(
        self, info: Info, after: AfterPlace = None, organization: WhoseFeed = None
    ) -> AsyncGenerator[AssignmentFeedBatch]:
        """What the viewer and their teams are given, what is taken from them, and what is due.

        Who joins or leaves a team is asked to load their work anew.
        """
        chosen = watched(info.context.viewer, organization, after)
        mine = Mine(chosen, info.context.viewer.user)

        def show(batch: FeedBatch, organization: OrganizationId) -> AssignmentFeedBatch:
            kinds = [mine.kind_of(entry) for entry in batch.entries]
            known = tuple(kind for kind in kinds if kind is not None)
            # A later change of an error does not say all of an earlier one.
            is_stale = batch.omitted > 0 or len(known) < len(kinds)
            return AssignmentFeedBatch.showing(
                batch, organization, is_stale=is_stale, kinds=() if is_stale else known
            )

        return batches_of(info.context, chosen, after, mine, show, read=mine.read)
