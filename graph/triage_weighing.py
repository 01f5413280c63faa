"""Mutations on how much errors matter, when they are worked on, and what they are."""

from typing import Annotated

import strawberry

from application.triage.weighing import PriorityDecision, SeverityDecision, TypeDecision
from domain.errors import Priority
from domain.levels import Severity
from graph.context import Info
from graph.error_selection import Decided, DryRun, Errors, Key, decided
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_type_id


@strawberry.type
class SetErrorSeveritySuccess(Decided):
    """The severity is set."""


@strawberry.type
class SetErrorPrioritySuccess(Decided):
    """The priority is set."""


@strawberry.type
class SetErrorTypeSuccess(Decided):
    """The type is set."""


SetErrorSeverityResult = Annotated[
    SetErrorSeveritySuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetErrorSeverityResult", description="What was changed, or why not."),
]
SetErrorPriorityResult = Annotated[
    SetErrorPrioritySuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetErrorPriorityResult", description="What was changed, or why not."),
]
SetErrorTypeResult = Annotated[
    SetErrorTypeSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetErrorTypeResult", description="What was changed, or why not."),
]


@strawberry.type
class WeighingMutations:
    """What can be said of how much errors matter."""

    @strawberry.mutation
    async def set_error_severity(
        self,
        info: Info,
        errors: Errors,
        severity: Annotated[Severity, strawberry.argument(description="How much they matter.")],
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> SetErrorSeverityResult:
        """Say how much errors matter; what is promised of that severity holds from the start."""
        decision = SeverityDecision(severity=severity)
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return SetErrorSeveritySuccess.of(outcome)

    @strawberry.mutation
    async def set_error_priority(
        self,
        info: Info,
        errors: Errors,
        priority: Annotated[
            Priority | None, strawberry.argument(description="Their priority; none when null.")
        ] = None,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> SetErrorPriorityResult:
        """Say when people mean to work on errors."""
        decision = PriorityDecision(priority=priority)
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return SetErrorPrioritySuccess.of(outcome)

    @strawberry.mutation
    async def set_error_type(
        self,
        info: Info,
        errors: Errors,
        error_type: Annotated[strawberry.ID, strawberry.argument(description="The type.")],
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> SetErrorTypeResult:
        """Say what kind of thing failed, where the program's own word was wrong."""
        decision = TypeDecision(type_id=error_type_id(error_type, field="errorType"))
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return SetErrorTypeSuccess.of(outcome)
