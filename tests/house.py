"""Makers: a tenant with everything it needs, in the words of the glossary."""

from dataclasses import dataclass
from uuid import uuid4

from application import tenants
from application.clock import Clock
from application.setup import SetupUseCases
from domain.ids import OrganizationId, UserId
from domain.organizations import MembershipRole
from domain.services import IngestKey, Service
from domain.viewers import Viewer
from persistence import organizations
from persistence.database import SYSTEM, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """An organization with a person who may do everything in it, a service and a token."""

    organization: OrganizationId
    slug: str
    user: UserId
    service: Service
    key: IngestKey
    token: str

    @property
    def viewer(self) -> Viewer:
        """The person, signed in."""
        return Viewer(user=self.user, roles={self.organization: MembershipRole.OWNER})


# Tests send many events; those of the limits ask for the limit that they are about.
NO_LIMIT = 1_000_000


async def a_tenant(
    database: Database, clock: Clock, *, name: str = "shop", limit: int = NO_LIMIT
) -> Tenant:
    """Return a new tenant that may send `limit` errors a minute."""
    setup = SetupUseCases(database=database, clock=clock)
    slug = f"{name}-{uuid4().hex[:8]}"
    async with database.writing(SYSTEM) as db:
        organization = await tenants.make(db, clock, clock.now(), slug=slug, name=name.title())
    await setup.set_error_rate_limit(slug, limit)
    email = f"{slug}@example.com"
    user = await setup.add_user(email, "Ada", slug, MembershipRole.OWNER)
    service, key = await setup.add_service(slug, f"{name}-web")
    token = await setup.add_token(email, slug, "test")
    return Tenant(
        organization=organization.id,
        slug=slug,
        user=user.id,
        service=service,
        key=key,
        token=token,
    )


async def members(database: Database, organization: OrganizationId) -> list[UserId]:
    """Return who belongs to an organization."""
    async with database.reading(SYSTEM) as db:
        return await organizations.members_of(db, organization)
