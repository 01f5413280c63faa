"""Selections: the errors that a decision is about, by their ids or by a filter."""

import hashlib
from dataclasses import dataclass

from domain.failures import Conflict, Invalid, NotFound
from domain.ids import ErrorId, OrganizationId
from domain.triage import Standing
from domain.viewers import Viewer
from persistence.database import Writing, scope_of_viewer
from persistence.errors import standings
from persistence.errors.lists import Criteria
from persistence.reach import reach_of

MAX_IDS = 1_000
MAX_FITTING = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Errors of one organization: these, or all that fit; then `expected` says how many those are.

    Between the look and the decision others may come to fit: `expected` keeps them out.
    """

    ids: tuple[ErrorId, ...] | None = None
    criteria: Criteria | None = None
    organization: OrganizationId | None = None
    expected: int | None = None
    # The filter as it was asked for: a search such as "last two hours" means others each time.
    asked: str = ""

    def __post_init__(self) -> None:
        """Refuse what names no errors, or too many."""
        if (self.ids is None) == (self.criteria is None):
            raise Invalid("Name the errors by their ids or by a filter.", field="ids")
        if self.ids is not None and not 1 <= len(self.ids) <= MAX_IDS:
            raise Invalid(f"Name 1 to {MAX_IDS} errors.", field="ids")

    @property
    def is_single(self) -> bool:
        """Whether it is one error by its id: then a refusal is a refusal of it all."""
        return self.ids is not None and len(self.ids) == 1

    @property
    def fingerprint(self) -> str:
        """What tells it from another selection."""
        ids = None if self.ids is None else sorted(str(id_) for id_ in self.ids)
        told = repr((ids, self.asked or self.criteria, self.organization, self.expected))
        return hashlib.sha256(told.encode()).hexdigest()


def one(id_: ErrorId) -> Selection:
    """Return the selection of one error."""
    return Selection(ids=(id_,))


async def locked(
    db: Writing, selection: Selection, *, by: Viewer
) -> tuple[OrganizationId, list[Standing]]:
    """Return the organization and its selected errors, locked until the transaction ends."""
    if selection.ids is not None:
        return await _by_ids(db, selection.ids, by)
    organization = selection.organization or _only_one(by)
    reach = reach_of(scope_of_viewer(by), organization)
    criteria = selection.criteria or Criteria()
    found = await standings.locked_that_fit(db, criteria, reach, MAX_FITTING + 1)
    if len(found) > MAX_FITTING:
        raise Invalid(f"More than {MAX_FITTING} errors fit: narrow the filter.", field="where")
    return organization, found


def must_be_expected(selection: Selection, found: int) -> None:
    """Refuse a filter that fits more or fewer errors than were seen when it was decided."""
    if selection.criteria is None:
        return
    if selection.expected is None:
        raise Invalid(
            f"Confirm how many errors fit; now {found} do. A dry run says it too.",
            field="expectedCount",
        )
    if selection.expected != found:
        raise Conflict(f"The filter fits {found} errors now, not {selection.expected}: look again.")


async def _by_ids(
    db: Writing, ids: tuple[ErrorId, ...], by: Viewer
) -> tuple[OrganizationId, list[Standing]]:
    wanted = tuple(dict.fromkeys(ids))
    found = await standings.locked_by_ids(db, wanted, reach_of(scope_of_viewer(by)))
    if len(found) < len(wanted):
        missing = len(wanted) - len(found)
        raise NotFound(
            "No such error." if len(wanted) == 1 else f"{missing} of these errors are not there."
        )
    organizations = {standing.organization_id for standing in found}
    if len(organizations) > 1:
        raise Invalid("Name errors of one organization at a time.", field="ids")
    return organizations.pop(), found


def _only_one(by: Viewer) -> OrganizationId:
    if len(by.organizations) != 1:
        raise Invalid("Say which organization the filter is about.", field="where")
    return next(iter(by.organizations))
