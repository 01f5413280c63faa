"""Merges: which errors may be taken for one, and what a merge is remembered as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import Error
from domain.failures import Conflict, Invalid
from domain.grouping.hashes import HashKind
from domain.ids import ErrorId, MergeId, OrganizationId, UserId

MAX_AT_ONCE = 100
# Whoever reads a primary reads each of its family.
MAX_MERGED = 500
MAX_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One error that was taken for another; `undone_at` when it was set apart again."""

    id: MergeId
    organization_id: OrganizationId
    primary_error_id: ErrorId
    merged_error_id: ErrorId
    merged_by: UserId
    reason: str | None
    merged_at: datetime
    undone_at: datetime | None = None
    undone_by: UserId | None = None


def to_join(primary: Error, others: Sequence[Error]) -> list[Error]:
    """Return those that are to be merged into the primary; refuse what cannot be."""
    if not others:
        raise Invalid("Say which errors are to be merged.", field="errors")
    primary.must_stand_alone()
    for other in others:
        if other.id == primary.id:
            raise Invalid("An error cannot be merged into itself.", field="errors")
        _must_be_alike(primary, other)
        if other.merged_into_id not in (None, primary.id):
            raise Conflict(f"{other.short_id} is merged into another error: unmerge it first.")
    joining = [other for other in others if other.merged_into_id is None]
    family = primary.merged_count + sum(1 + other.merged_count for other in joining)
    if family > MAX_MERGED:
        raise Conflict(f"At most {MAX_MERGED} errors can be merged into one.")
    return joining


def _must_be_alike(primary: Error, other: Error) -> None:
    if other.organization_id != primary.organization_id:
        raise Invalid("Errors of different organizations cannot be merged.", field="errors")
    if other.service_id != primary.service_id:
        raise Invalid(
            f"{other.short_id} is of another service: mark it as a duplicate instead.",
            field="errors",
        )


def to_leave(primary: Error, members: Sequence[Error]) -> list[Error]:
    """Return those that are to be set apart again; who stands alone already does."""
    if not members:
        raise Invalid("Say which errors are to be set apart.", field="errors")
    for member in members:
        if member.merged_into_id not in (None, primary.id):
            raise Conflict(f"{member.short_id} is merged into another error than this.")
    return [member for member in members if member.merged_into_id == primary.id]


def must_not_hold(kinds: Sequence[str]) -> None:
    """Refuse to merge an error that only holds what came beyond the cap on new errors."""
    if HashKind.OVERFLOW in kinds:
        raise Invalid("Events beyond the cap on new errors were never told apart.", field="errors")


def figures_of(error: Error) -> dict[str, object]:
    """Return the counters of an error, to be remembered."""
    return {
        "occurrence_count": error.occurrence_count,
        "users_affected_count": error.users_affected_count,
        "sessions_affected_count": error.sessions_affected_count,
        "first_seen_at": error.first_seen_at.isoformat(),
        "last_seen_at": error.last_seen_at.isoformat(),
        "status": error.status.value,
    }
