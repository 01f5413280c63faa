"""Viewers: on whose behalf a request runs, and what they may do (SEC-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.failures import Forbidden
from domain.ids import OrganizationId, UserId
from domain.organizations import CONFIGURE_ROLES, TRIAGE_ROLES, MembershipRole
from domain.tokens import TokenScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in user, with a role in each organization that this sign-in reaches."""

    user: UserId
    roles: Mapping[OrganizationId, MembershipRole] = field(default_factory=dict)
    is_system_admin: bool = False
    scopes: frozenset[TokenScope] = frozenset(TokenScope)

    @property
    def organizations(self) -> frozenset[OrganizationId]:
        """The organizations whose data this viewer may see."""
        return frozenset(self.roles)

    def must_triage(self, organization: OrganizationId) -> None:
        """Refuse a viewer who may not change this organization's errors."""
        if TokenScope.WRITE not in self.scopes:
            raise Forbidden("This token may only read.")
        if self.is_system_admin or self.roles.get(organization) in TRIAGE_ROLES:
            return
        role = self.roles.get(organization)
        raise Forbidden(f"The role {role or 'none'} may not change errors.")

    def must_configure(self, organization: OrganizationId) -> None:
        """Refuse a viewer who may not change how this organization's data is taken."""
        if TokenScope.WRITE not in self.scopes:
            raise Forbidden("This token may only read.")
        role = self.roles.get(organization)
        if not self.is_system_admin and role not in CONFIGURE_ROLES:
            raise Forbidden(f"The role {role or 'none'} may not change this.")
