"""Members: who may give which role to whom (SEC-02).

Nobody hands out more than they have: the role of an owner is given and taken by owners alone, and
the last owner stays one.
"""

from domain.failures import Conflict, Forbidden
from domain.ids import OrganizationId
from domain.organizations import MembershipRole
from domain.rights import Right
from domain.viewers import Viewer


def must_change(
    by: Viewer, organization: OrganizationId, before: MembershipRole, to: MembershipRole | None
) -> None:
    """Refuse who may not move a member from a role to another, or out."""
    by.must(Right.MANAGE_PEOPLE, organization)
    is_owners = MembershipRole.OWNER in (before, to)
    if is_owners and not by.is_system_admin and by.roles[organization] is not MembershipRole.OWNER:
        raise Forbidden("Only an owner makes others owners, or lets them be owners no more.")


def must_leave_an_owner(before: MembershipRole, to: MembershipRole | None, owners: int) -> None:
    """Refuse to take the last owner from an organization."""
    is_going = before is MembershipRole.OWNER and to is not MembershipRole.OWNER
    if is_going and owners <= 1:
        raise Conflict("An organization keeps at least one owner; make somebody else one first.")
