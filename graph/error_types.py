"""Error types, as the API shows them."""

from datetime import datetime
from typing import Self

import strawberry

from domain import error_types
from domain.ids import ErrorTypeId
from domain.levels import Severity
from graph import enums
from graph.context import Info
from graph.ids import Node, shown
from persistence.projection.declared import ERROR_TYPE

# Registers the enums that the fields below name.
__all__ = ["ErrorType", "enums", "error_type_of"]


@strawberry.type
class ErrorType(Node):
    """A kind of failure as one organization knows it, with what to do about it."""

    code: str = strawberry.field(description="The name that events and errors carry.")
    name: str = strawberry.field(description="What people call it.")
    description: str | None = strawberry.field(description="What belongs to it.")
    response_hint: str | None = strawberry.field(description="What to do when it happens.")
    default_severity: Severity = strawberry.field(
        description="How much a new error of it matters, where its level says little."
    )
    auto_capture: bool = strawberry.field(description="Whether SDKs catch it by themselves.")
    is_builtin: bool = strawberry.field(description="Whether every organization has it.")
    is_active: bool = strawberry.field(description="Whether it may be chosen.")
    created_at: datetime = strawberry.field(description="When it was added.")

    @classmethod
    def of(cls, type_: error_types.ErrorType) -> Self:
        """Show an error type."""
        shared = set(cls.__annotations__) & set(error_types.ErrorType.__dataclass_fields__)
        return cls(id=shown(ERROR_TYPE, type_.id), **{n: getattr(type_, n) for n in shared})


async def error_type_of(info: Info, id_: ErrorTypeId) -> ErrorType | None:
    """Return the error type of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.triage.error_type.load(id_)
    return None if found is None else ErrorType.of(found)
