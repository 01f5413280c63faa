"""Duplicates: errors that are the same to people, each with figures of its own (RES-04).

A duplicate points to one primary, and a primary to none: chains are flattened, and no way leads
back.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.failures import Conflict, Invalid
from domain.ids import ErrorId, OrganizationId, UserId

MAX_REASON = 1_000
# So many an error may have: a list of them is read whole.
MAX_DUPLICATES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """One error that is the same as another."""

    organization_id: OrganizationId
    primary_error_id: ErrorId
    duplicate_error_id: ErrorId
    marked_by: UserId
    similarity_reason: str | None
    marked_at: datetime


def primary_for(
    wanted: ErrorId, duplicate: ErrorId, standing: dict[ErrorId, ErrorId]
) -> ErrorId | None:
    """Return which primary the duplicate gets, None when it has it; `standing` leads to primaries.

    What is itself a duplicate is no primary: the one that it points to is.
    """
    primary = standing.get(wanted, wanted)
    if primary == duplicate:
        if wanted == duplicate:
            raise Invalid("An error is not a duplicate of itself.", field="primary")
        raise Conflict("They are duplicates the other way round.")
    if (before := standing.get(duplicate)) is not None and before != primary:
        raise Conflict("It is a duplicate of another error: take that back first.")
    return None if before == primary else primary
