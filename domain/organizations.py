"""Organizations: the tenants, and who belongs to them with which role."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import OrganizationId, UserId


class MembershipRole(StrEnum):
    """What a member of an organization is there for."""

    OWNER = "owner"
    ADMIN = "admin"
    DEVOPS = "devops"
    ON_CALL = "on_call"
    SUPPORT = "support"
    STAFF = "staff"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A tenant: everything that is stored belongs to exactly one."""

    id: OrganizationId
    slug: str
    name: str
    timezone: str
    error_rate_limit_per_minute: int
    is_system: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One user's place in one organization."""

    organization_id: OrganizationId
    user_id: UserId
    role: MembershipRole
