"""Viewers: on whose behalf a request runs, and what they may do (SEC-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.failures import Forbidden, NotFound
from domain.ids import ApiTokenId, OrganizationId, SignInId, UserId
from domain.organizations import MembershipRole
from domain.rights import WORDS, Right, may
from domain.tokens import BoundDocument, TokenScope

NOBODY_ID = UserId(UUID(int=0))

# What a token that may only read may do, too, if its owner may.
_TO_READ = frozenset({Right.READ, Right.READ_AUDIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in user, with a role in each organization that this sign-in reaches.

    `token` is set when a program speaks for them, `sign_in` when they do so themselves; the
    request's id and address go to the audit log. `bound` is the only document that a token may run.
    """

    user: UserId
    roles: Mapping[OrganizationId, MembershipRole] = field(default_factory=dict)
    is_system_admin: bool = False
    scopes: frozenset[TokenScope] = frozenset(TokenScope)
    token: ApiTokenId | None = None
    sign_in: SignInId | None = None
    bound: BoundDocument | None = None
    request_id: str | None = None
    address: str | None = None

    @property
    def organizations(self) -> frozenset[OrganizationId]:
        """The organizations whose data this viewer may see."""
        return frozenset(self.roles)

    def may(self, right: Right, organization: OrganizationId) -> bool:
        """Say whether this viewer has a right in an organization."""
        if right not in _TO_READ and TokenScope.WRITE not in self.scopes:
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

    def must_belong(self, organization: OrganizationId) -> None:
        """Refuse to know of an organization that this viewer does not reach."""
        if not self.is_system_admin and organization not in self.roles:
            raise NotFound("No such organization.")

    def must_administer(self) -> None:
        """Refuse who does not administer the whole installation."""
        if not self.is_system_admin:
            raise Forbidden("Only a system administrator may do this.")
        self.must_write()

    def must_see_everything(self) -> None:
        """Refuse who may not see the whole installation."""
        if not self.is_system_admin:
            raise Forbidden("Only a system administrator may see this.")

    def must_write(self) -> None:
        """Refuse a token that may only read."""
        if TokenScope.WRITE not in self.scopes:
            raise Forbidden("This token may only read.")

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is signed in."""
        return self.user == NOBODY_ID

    def must_be_somebody(self) -> None:
        """Refuse who is not signed in."""
        if self.is_nobody:
            raise Forbidden("Sign in first.")

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
        elif not self.is_system_admin and not may(
            role := self.roles.get(organization), Right.CONFIGURE
        ):
            raise Forbidden(f"The role {role or 'none'} may not upload artifacts.")


# Who has not signed in: sees nothing, and may do nothing but that.
NOBODY = Viewer(user=NOBODY_ID, scopes=frozenset())
