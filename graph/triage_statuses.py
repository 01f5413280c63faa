"""Mutations on the status of errors, one or many: resolved, reopened, ignored."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from application.triage.fixing import Fix
from application.triage.statuses import StatusDecision, Until
from domain.errors import ErrorStatus
from domain.release_order import MAX_RELEASE
from domain.resolutions import MAX_TEXT, FixedIn
from graph.choices import said_nothing
from graph.context import Info
from graph.error_selection import Decided, DryRun, Errors, Key, decided
from graph.failures import Conflict, Forbidden, IllegalMove, Invalid, NotFound
from graph.ids import resolution_type_id
from graph.texts import text_of


@strawberry.input
class ResolutionInput:
    """How errors were resolved, and which occurrences may bring them back."""

    resolution_type: strawberry.ID | None = strawberry.field(
        default=UNSET, description="In which way; unspecified when not said."
    )
    description: str | None = strawberry.field(
        default=UNSET, description="What was wrong and what was done, at most 2,000 characters."
    )
    steps_taken: str | None = strawberry.field(
        default=UNSET, description="How it was done, at most 2,000 characters."
    )
    prevention_measures: str | None = strawberry.field(
        default=UNSET,
        description="What keeps it from happening again, at most 2,000 characters.",
    )
    requires_code_change: bool = strawberry.field(
        default=False, description="Whether code is still to change: it stays a follow-up."
    )
    requires_documentation: bool = strawberry.field(
        default=False, description="Whether documentation is to be written: it stays a follow-up."
    )
    fixed_in: FixedIn = strawberry.field(
        default=FixedIn.NOW, description="Which occurrences bring the errors back."
    )
    release: str | None = strawberry.field(
        default=UNSET,
        description="The release with the fix, for THIS_RELEASE; the newest one when not said.",
    )
    commit: str | None = strawberry.field(
        default=UNSET, description="The commit with the fix, for COMMIT: 7 to 64 hex digits."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)

    def fix(self) -> Fix:
        """Return what is said, or refuse what cannot be kept."""

        def said(text: str | None, field: str) -> str | None:
            return None if text is None else text_of(text, field=field, maximum=MAX_TEXT)

        release, type_ = self.release, self.resolution_type
        return Fix(
            type_id=None if type_ is None else resolution_type_id(type_, field="resolutionType"),
            description=said(self.description, "description") or "",
            steps_taken=said(self.steps_taken, "stepsTaken"),
            prevention_measures=said(self.prevention_measures, "preventionMeasures"),
            requires_code_change=self.requires_code_change,
            requires_documentation=self.requires_documentation,
            fixed_in=self.fixed_in,
            release=None
            if release is None
            else text_of(release, field="release", maximum=MAX_RELEASE),
            commit_sha=said(self.commit, "commit"),
        )


@strawberry.type
class SetErrorStatusesSuccess(Decided):
    """The statuses are set."""


@strawberry.type
class ResolveErrorsSuccess(Decided):
    """The errors are resolved."""


@strawberry.type
class ReopenErrorsSuccess(Decided):
    """The errors are open again."""


@strawberry.type
class IgnoreErrorsSuccess(Decided):
    """The errors are ignored."""


SetErrorStatusesResult = Annotated[
    SetErrorStatusesSuccess | NotFound | Invalid | IllegalMove | Conflict | Forbidden,
    strawberry.union("SetErrorStatusesResult", description="What was moved, or why nothing was."),
]
ResolveErrorsResult = Annotated[
    ResolveErrorsSuccess | NotFound | Invalid | IllegalMove | Conflict | Forbidden,
    strawberry.union("ResolveErrorsResult", description="What was resolved, or why nothing was."),
]
ReopenErrorsResult = Annotated[
    ReopenErrorsSuccess | NotFound | Invalid | IllegalMove | Conflict | Forbidden,
    strawberry.union("ReopenErrorsResult", description="What was reopened, or why nothing was."),
]
IgnoreErrorsResult = Annotated[
    IgnoreErrorsSuccess | NotFound | Invalid | IllegalMove | Conflict | Forbidden,
    strawberry.union("IgnoreErrorsResult", description="What is ignored, or why nothing is."),
]


@strawberry.type
class StatusMutations:
    """What can be done to where errors stand."""

    @strawberry.mutation
    async def set_error_statuses(
        self,
        info: Info,
        errors: Errors,
        status: Annotated[ErrorStatus, strawberry.argument(description="The status to move to.")],
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> SetErrorStatusesResult:
        """Move errors to a status by hand; to resolve or ignore them, others can say more."""
        decision = StatusDecision(to=status, clock=info.context.house.errors.clock)
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return SetErrorStatusesSuccess.of(outcome)

    @strawberry.mutation
    async def resolve_errors(
        self,
        info: Info,
        errors: Errors,
        resolution: Annotated[
            ResolutionInput | None, strawberry.argument(description="How they were resolved.")
        ] = None,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> ResolveErrorsResult:
        """Say that errors are mended; those that cannot be are skipped, one alone is refused."""
        decision = StatusDecision(
            to=ErrorStatus.RESOLVED,
            fix=(resolution or ResolutionInput()).fix(),
            clock=info.context.house.errors.clock,
        )
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return ResolveErrorsSuccess.of(outcome)

    @strawberry.mutation
    async def reopen_errors(
        self,
        info: Info,
        errors: Errors,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> ReopenErrorsResult:
        """Say that errors need work again; a resolution that they had no longer holds."""
        decision = StatusDecision(to=ErrorStatus.OPEN, clock=info.context.house.errors.clock)
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return ReopenErrorsSuccess.of(outcome)

    @strawberry.mutation
    async def ignore_errors(
        self,
        info: Info,
        errors: Errors,
        until: Annotated[
            datetime | None, strawberry.argument(description="They are open again at this moment.")
        ] = None,
        occurrences: Annotated[
            int | None,
            strawberry.argument(description="Each is open again after so many more occurrences."),
        ] = None,
        users: Annotated[
            int | None,
            strawberry.argument(description="Each is open again after so many more users."),
        ] = None,
        dry_run: DryRun = False,
        idempotency_key: Key = None,
    ) -> IgnoreErrorsResult:
        """Let errors happen without anybody being told, for good or until one condition is met."""
        decision = StatusDecision(
            to=ErrorStatus.IGNORED,
            until=Until(moment=until, occurrences=occurrences, users=users),
            clock=info.context.house.errors.clock,
        )
        outcome = await decided(info, decision, errors, dry_run, idempotency_key)
        return IgnoreErrorsSuccess.of(outcome)
