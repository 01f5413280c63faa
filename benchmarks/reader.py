"""The reader of a benchmark: a plain member of the organization that was filled, with a token."""

import json
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
    """Fill the installation's organization for a plain member; what is kept is filled once."""
    kept = None if own.kept is None else own.kept / "filled.json"
    if kept is not None and kept.exists():
        organization, token = json.loads(kept.read_text())
        return Filled(organization=UUID(organization), token=token)
    filled = await _fill(own, sizes)
    if kept is not None:
        kept.write_text(json.dumps([str(filled.organization), filled.token]))
    return filled


async def _fill(own: Installation, sizes: Sizes) -> Filled:
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
