"""Mutations on who has errors, and on who wants to hear of them."""

from datetime import datetime
from typing import Annotated, TypeVar

import strawberry

from application.triage.people import AssignDecision, UnassignDecision
from domain.assignments import MAX_NOTES
from graph.context import Info
from graph.error_selection import (
    Decided,
    DryRun,
    Errors,
    ErrorSelection,
    Key,
    decided,
    selection_of,
)
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import team_id, user_id
from graph.texts import text_of

Success = TypeVar("Success", bound=Decided)


@strawberry.type
class AssignErrorSuccess(Decided):
    """The errors have somebody."""


@strawberry.type
class UnassignErrorSuccess(Decided):
    """The errors are taken back."""


@strawberry.type
class SubscribeToErrorSuccess(Decided):
    """The viewer hears of the errors."""


@strawberry.type
class UnsubscribeFromErrorSuccess(Decided):
    """The viewer hears of the errors no more."""


AssignErrorResult = Annotated[
    AssignErrorSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("AssignErrorResult", description="What was assigned, or why nothing was."),
]
UnassignErrorResult = Annotated[
    UnassignErrorSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UnassignErrorResult", description="What was taken back, or why not."),
]
SubscribeToErrorResult = Annotated[
    SubscribeToErrorSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SubscribeToErrorResult", description="What is followed, or why not."),
]
UnsubscribeFromErrorResult = Annotated[
    UnsubscribeFromErrorSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UnsubscribeFromErrorResult", description="What is let go, or why not."),
]


@strawberry.type
class PeopleMutations:
    """What can be done about who has errors and who hears of them."""

    @strawberry.mutation
    async def assign_error(
        self,
        info: Info,
        errors: Errors,
        assignee: Annotated[
            strawberry.ID | None, strawberry.argument(description="The person who gets them.")
        ] = None,
        team: Annotated[
            strawberry.ID | None, strawberry.argument(description="The team that gets them.")
        ] = None,
        notes: Annotated[
            str | None,
            strawberry.argument(description="What they should know, at most 2,000 characters."),
        ] = None,
        due_date: Annotated[
            datetime | None, strawberry.argument(description="Until when it should be done.")
        ] = None,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> AssignErrorResult:
        """Give errors to a person, who hears of them from then on, to a team, or to both."""
        if notes is not None:
            notes = text_of(notes, field="notes", maximum=MAX_NOTES)
        decision = AssignDecision(
            assignee=None if assignee is None else user_id(assignee, field="assignee"),
            team=None if team is None else team_id(team, field="team"),
            notes=notes,
            due_date=due_date,
            clock=info.context.house.errors.clock,
        )
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return AssignErrorSuccess.of(outcome)

    @strawberry.mutation
    async def unassign_error(
        self,
        info: Info,
        errors: Errors,
        assignee: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="Who has them no more; everybody and their team when not said."
            ),
        ] = None,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> UnassignErrorResult:
        """Take errors back; of those who have one still, the last who got it is its assignee."""
        who = None if assignee is None else user_id(assignee, field="assignee")
        decision = UnassignDecision(assignee=who)
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return UnassignErrorSuccess.of(outcome)

    @strawberry.mutation
    async def subscribe_to_error(
        self, info: Info, errors: Errors, dry_run: DryRun = False
    ) -> SubscribeToErrorResult:
        """Hear of errors from now on; who may see them may ask for it."""
        return await _subscribed(SubscribeToErrorSuccess, info, errors, True, dry_run)

    @strawberry.mutation
    async def unsubscribe_from_error(
        self, info: Info, errors: Errors, dry_run: DryRun = False
    ) -> UnsubscribeFromErrorResult:
        """Hear of errors no more, even where one is assigned or mentioned later."""
        return await _subscribed(UnsubscribeFromErrorSuccess, info, errors, False, dry_run)


async def _subscribed(
    success: type[Success], info: Info, errors: ErrorSelection, wanted: bool, dry_run: bool
) -> Success:
    outcome = await info.context.house.errors.follow_ups.subscribe(
        await selection_of(info, errors),
        is_subscribed=wanted,
        is_dry_run=dry_run,
        by=info.context.viewer,
    )
    return success.of(outcome)
