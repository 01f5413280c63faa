"""Saved views: searches that people keep under a name."""

from dataclasses import dataclass
from datetime import datetime

from domain.failures import Forbidden, Invalid
from domain.ids import OrganizationId, SavedViewId, UserId
from domain.search import parse

LONGEST_NAME = 100
MAX_VIEWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A search with an order, for who made it or, when it is shared, for the organization."""

    id: SavedViewId
    organization_id: OrganizationId
    name: str
    search: str
    sort: str
    is_shared: bool
    created_by: UserId
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        """Refuse a name that says nothing and a search that cannot be understood."""
        if not self.name.strip() or len(self.name) > LONGEST_NAME or "\0" in self.name:
            raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", field="name")
        parse(self.search)

    def must_be_of(self, user: UserId) -> None:
        """Refuse everybody but who made it."""
        if user != self.created_by:
            raise Forbidden("Only who made a view may change it.")
