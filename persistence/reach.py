"""Reach: the tenants that a statement names, because row-level security alone finds no index.

The policy of a tenant table is a disjunction ("one of the caller's, or the system"), which PostgreSQL
cannot look up. Naming the tenants in the statement itself lets it use the keys, all of which begin
with the organization, and lets Citus send the statement to one shard. The policy stays the guard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    """The tenants that a statement may touch; None names none of them and leaves it to the policy."""

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
        match self.breadth:
            case Breadth.ALL:
                return {}
            case Breadth.ONE:
                assert self.organizations is not None
                return {"organization": self.organizations[0]}
            case Breadth.SEVERAL:
                return {"organizations": list(self.organizations or ())}


EVERYWHERE = Reach(None)


def several_organizations() -> ColumnElement[list[OrganizationId]]:
    """Return the array of tenants that a reach of several binds."""
    return bindparam("organizations", type_=ARRAY(_ORGANIZATION))


def reach_of(scope: Scope, organization: OrganizationId | None = None) -> Reach:
    """Return what a scope reaches, narrowed to one organization when it was asked for."""
    if organization is not None:
        return Reach((organization,))
    return Reach(None if scope.is_system else tuple(sorted(scope.organizations)))
