"""The mutation that takes a decision about errors back."""

from typing import Annotated

import strawberry

from application.triage.undoing import UndoDecision
from graph.context import Info
from graph.error_selection import Decided, DryRun, Errors, Key, decided
from graph.failures import Conflict, Forbidden, Invalid, NotFound


@strawberry.type
class UndoDecisionSuccess(Decided):
    """The errors stand as they did before."""


UndoDecisionResult = Annotated[
    UndoDecisionSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UndoDecisionResult", description="What was put back, or why nothing was."),
]


@strawberry.type
class UndoMutations:
    """How a decision about errors is taken back."""

    @strawberry.mutation
    async def undo_decision(
        self, info: Info, errors: Errors, dry_run: DryRun = False, idempotency_key: Key = None
    ) -> UndoDecisionResult:
        """Take back what the viewer decided about errors last, if that is not long ago.

        That is a status, a resolution, a severity or a priority of the last 15 minutes. All that it
        changed is as it was, also the status new. An error that was changed since is skipped.
        """
        outcome = await decided(info, UndoDecision(), errors, dry_run, idempotency_key)
        return UndoDecisionSuccess.of(outcome)
