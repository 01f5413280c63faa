"""Reach: the tenants that a statement names, because row-level security alone finds no index.

The policy of a tenant table is a disjunction ("one of the caller's, or the system"), which no index
answers. Naming the tenants in the statement itself lets it use the keys, all of which begin
with the organization, and lets Citus send the statement to one shard. The policy stays the guard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, any_, bindparam, true
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.ids import OrganizationId
from persistence.database import Scope

_ORGANIZATION = UUID(as_uuid=True)


class Breadth(StrEnum):
    """How many tenants a reach names: statements differ by this and by nothing else of it."""

    ALL = "all"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Reach:
    """The tenants that a statement may touch; None leaves them to the policy alone."""

    organizations: tuple[OrganizationId, ...] | None

    @property
    def breadth(self) -> Breadth:
        """How many tenants are named."""
        if self.organizations is None:
            return Breadth.ALL
        return Breadth.ONE if len(self.organizations) == 1 else Breadth.SEVERAL

    def condition(self, rows: FromClause) -> ColumnElement[bool]:
        """Return the condition that names the tenants on the rows of a tenant table."""
        match self.breadth:
            case Breadth.ALL:
                return true()
            case Breadth.ONE:
                return rows.c.organization_id == bindparam("organization", type_=_ORGANIZATION)
            case Breadth.SEVERAL:
                return rows.c.organization_id == any_(several_organizations())

    def values(self) -> Mapping[str, object]:
        """Return the values of the names that the condition binds."""
        if self.organizations is None:
            return {}
        if len(self.organizations) == 1:
            return {"organization": self.organizations[0]}
        return {"organizations": list(self.organizations)}


EVERYWHERE = Reach(None)


def several_organizations() -> ColumnElement[Any]:
    """Return the array of tenants that a reach of several binds."""
    return bindparam("organizations", type_=ARRAY(_ORGANIZATION))


def reach_of(scope: Scope, organization: OrganizationId | None = None) -> Reach:
    """Return what a scope reaches, narrowed to one organization when it was asked for."""
    if organization is not None:
        return Reach((organization,))
    return Reach(None if scope.is_system else tuple(sorted(scope.organizations)))
