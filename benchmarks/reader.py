"""The reader of a benchmark: a plain member of the organization that was filled, with a token."""

from dataclasses import dataclass
from uuid import UUID

from application.setup import SetupUseCases
from benchmarks.installation import Installation
from benchmarks.seed import Sizes, seed
from domain.organizations import MembershipRole
from persistence.database import Database
from server.wiring.base import CLOCK

_ADDRESS = "reader@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled organization, and the token of a plain member of it."""

    organization: UUID
    token: str


async def fill(own: Installation, sizes: Sizes) -> Filled:
    """Fill the installation's organization for a plain member."""
    database = Database(own.database_url, pool_size=2)
    try:
        setup = SetupUseCases(database=database, clock=CLOCK)
        (organization,) = [o for o in await setup.organizations() if not o.is_system]
        await setup.add_user(_ADDRESS, "Reader", organization.slug, MembershipRole.STAFF)
        token = await setup.add_token(_ADDRESS, organization.slug, "benchmark")
    finally:
        await database.close()
    await seed(own.database_url, organization.id, sizes)
    return Filled(organization=organization.id, token=token)
