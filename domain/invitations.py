"""Invitations: how somebody becomes a member, by a link that is good once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.failures import Conflict
from domain.ids import InvitationId, OrganizationId, UserId
from domain.organizations import MembershipRole

GOOD_FOR = timedelta(days=7)
PREFIX = "tci_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A place in an organization that somebody is offered by e-mail."""

    id: InvitationId
    organization_id: OrganizationId
    email: str
    role: MembershipRole
    is_mailed: bool
    invited_by: UserId
    expires_at: datetime
    accepted_at: datetime | None
    accepted_by: UserId | None
    revoked_at: datetime | None
    created_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Say whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at

    def must_be_unanswered(self) -> None:
        """Refuse to take back what was accepted or taken back already."""
        if self.accepted_at is not None:
            raise Conflict("The invitation is accepted already.")
        if self.revoked_at is not None:
            raise Conflict("The invitation is revoked already.")


def secret_of(randomness: bytes) -> str:
    """Return the invitation's secret text of 32 random bytes."""
    return PREFIX + randomness.hex()
