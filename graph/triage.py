"""Triage: what people and integrations do to errors."""

from typing import Annotated

import strawberry

from domain.errors import ErrorStatus
from graph.context import Info
from graph.errors import Error
from graph.failures import Conflict, Forbidden, IllegalMove, Invalid, NotFound
from graph.ids import error_id


@strawberry.type
class SetErrorStatusSuccess:
    """The status is set."""

    error: Error = strawberry.field(description="The error as it is now.")


SetErrorStatusResult = Annotated[
    SetErrorStatusSuccess | NotFound | Invalid | IllegalMove | Conflict | Forbidden,
    strawberry.union(
        "SetErrorStatusResult", description="The error with its new status, or why it has not."
    ),
]


@strawberry.type
class TriageMutations:
    """What can be done to errors."""

    @strawberry.mutation
    async def set_error_status(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The error.")],
        status: Annotated[ErrorStatus, strawberry.argument(description="The status to move to.")],
    ) -> SetErrorStatusResult:
        """Move an error to a status by hand; everybody who watches sees it."""
        errors = info.context.house.errors
        after = await errors.set_status(error_id(id), status, by=info.context.viewer)
        return SetErrorStatusSuccess(error=Error.of(after))
