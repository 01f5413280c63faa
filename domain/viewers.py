"""Viewers: on whose behalf a request runs, and what they may do (SEC-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.failures import Forbidden
from domain.ids import ApiTokenId, OrganizationId, UserId
from domain.organizations import MembershipRole
from domain.rights import WORDS, Right, may
from domain.tokens import TokenScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in user, with a role in each organization that this sign-in reaches.

    `token` is set when a program speaks for them; the request's id and address go to the audit log.
    """

    user: UserId
    roles: Mapping[OrganizationId, MembershipRole] = field(default_factory=dict)
    is_system_admin: bool = False
    scopes: frozenset[TokenScope] = frozenset(TokenScope)
    token: ApiTokenId | None = None
    request_id: str | None = None
    address: str | None = None

    @property
    def organizations(self) -> frozenset[OrganizationId]:
        """The organizations whose data this viewer may see."""
        return frozenset(self.roles)

    def may(self, right: Right, organization: OrganizationId) -> bool:
        """Say whether this viewer has a right in an organization."""
        if right is not Right.READ and TokenScope.WRITE not in self.scopes:
            return False
        return self.is_system_admin or may(self.roles.get(organization), right)

    def must(self, right: Right, organization: OrganizationId) -> None:
        """Refuse a viewer who has not this right in the organization."""
        if self.may(right, organization):
            return
        role = self.roles.get(organization)
        if self.is_system_admin or may(role, right):
            raise Forbidden("This token may only read.")
        raise Forbidden(f"The role {role or 'none'} may not {WORDS[right]}.")

    def must_write(self) -> None:
        """Refuse a token that may only read."""
        if TokenScope.WRITE not in self.scopes:
            raise Forbidden("This token may only read.")

    def must_triage(self, organization: OrganizationId) -> None:
        """Refuse a viewer who may not change this organization's errors."""
        self.must(Right.TRIAGE, organization)

    def must_configure(self, organization: OrganizationId) -> None:
        """Refuse a viewer who may not change how this organization's data is taken."""
        self.must(Right.CONFIGURE, organization)

    def must_upload(self, organization: OrganizationId) -> None:
        """Refuse a viewer who may not upload this organization's artifacts of builds."""
        if TokenScope.ARTIFACTS not in self.scopes:
            self.must(Right.CONFIGURE, organization)
        elif not may(role := self.roles.get(organization), Right.CONFIGURE):
            raise Forbidden(f"The role {role or 'none'} may not upload artifacts.")
