"""What a decision is about and what came of it: shared by all that is decided about errors."""

from typing import Annotated, Self

import strawberry
from strawberry import UNSET

from application.triage.changing import Asking, Decision
from application.triage.outcomes import Outcome
from application.triage.selection import MAX_IDS, Selection
from domain.failures import Invalid
from graph.choices import said_nothing
from graph.context import Info
from graph.error_filters import ErrorFilter, criteria_asked, organization_in
from graph.errors import Error, error_of
from graph.ids import error_id, shown
from graph.texts import text_of
from persistence.idempotency import MAX_KEY
from persistence.pages import size_of
from persistence.projection.declared import ERROR

MAX_SHOWN = 100
DEFAULT_SHOWN = 20


@strawberry.input
class ErrorSelection:
    """The errors of one organization that something is decided about: by ids, or by a filter."""

    ids: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="These errors, at most 1,000; not together with where."
    )
    where: ErrorFilter | None = strawberry.field(
        default=UNSET,
        description="All that fit, at most 20,000; with several organizations it names one.",
    )
    expected_count: int | None = strawberry.field(
        default=UNSET,
        description=(
            "How many fit the filter, as a dry run or a list has said: if others came to fit"
            " meanwhile, nothing is changed. Needed with where."
        ),
    )

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


Errors = Annotated[ErrorSelection, strawberry.argument(description="The errors.")]
DryRun = Annotated[
    bool, strawberry.argument(description="Only say what would be changed, and change nothing.")
]
Key = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "A text of the client's own: asked again with the same one within a day, nothing is"
            " done twice."
        )
    ),
]


async def selection_of(info: Info, errors: ErrorSelection) -> Selection:
    """Return the errors that an input names."""
    if errors.ids is not None and len(errors.ids) > MAX_IDS:
        raise Invalid(f"Name 1 to {MAX_IDS} errors.", field="ids")
    ids = None
    if errors.ids is not None:
        ids = tuple(error_id(id_, field="ids") for id_ in errors.ids)
    where = errors.where
    return Selection(
        ids=ids,
        criteria=None if where is None else await criteria_asked(info, where),
        organization=organization_in(where),
        expected=errors.expected_count,
        asked="" if where is None else repr(where),
    )


@strawberry.type
class SkippedError:
    """An error that a decision could not be made about."""

    error_id: strawberry.ID = strawberry.field(description="The error.")
    reason: str = strawberry.field(description="Why not, for a person to read.")


@strawberry.type
class Decided:
    """What came of a decision about errors."""

    outcome: strawberry.Private[Outcome]
    matched_count: int = strawberry.field(description="How many errors it was about.")
    changed_count: int = strawberry.field(
        description="How many it changed, or would change; others stood so already."
    )
    skipped_count: int = strawberry.field(description="About how many it could not be made.")
    is_dry_run: bool = strawberry.field(description="Whether it was only tried.")
    is_replayed: bool = strawberry.field(
        description="Whether it was made before, under the same key, and not again."
    )
    skipped: list[SkippedError] = strawberry.field(
        description="The first hundred about which it could not be made, and why."
    )

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Show what came of a decision."""
        return cls(
            outcome=outcome,
            matched_count=outcome.matched,
            changed_count=outcome.changed,
            skipped_count=outcome.skipped,
            is_dry_run=outcome.is_dry_run,
            is_replayed=outcome.is_replayed,
            skipped=[
                SkippedError(error_id=shown(ERROR, each.error), reason=each.message)
                for each in outcome.skipped_ones
            ],
        )

    @strawberry.field
    async def errors(
        self,
        info: Info,
        first: Annotated[
            int, strawberry.argument(description="How many, 1 to 100.")
        ] = DEFAULT_SHOWN,
    ) -> list[Error]:
        """The first of the changed errors, as they are now."""
        most = size_of(first, default=DEFAULT_SHOWN, maximum=MAX_SHOWN, field="first")
        found = [await error_of(info, id_) for id_ in self.outcome.changed_ids[:most]]
        return [error for error in found if error is not None]


async def decided(
    info: Info, decision: Decision, errors: ErrorSelection, dry_run: bool, key: str | None
) -> Outcome:
    """Make a decision about errors and return what came of it."""
    if key is not None:
        key = text_of(key, field="idempotencyKey", maximum=MAX_KEY)
    about = await selection_of(info, errors)
    asking = Asking(is_dry_run=dry_run, key=key)
    return await info.context.house.errors.changes.make(
        decision, about, asking, by=info.context.viewer
    )
