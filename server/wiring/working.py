"""What a `work` process is made of: the doors of the clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from application.digest import Digest
from application.policies import Policies
from persistence.jobs import Jobs
from server.settings import Settings
from server.wiring.base import CLOCK, Base, base


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """What a `work` process is made of."""

    base: Base
    digest: Digest
    jobs: Jobs


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Working]:
    """Build a `work` process."""
    async with base(settings, "work") as own:
        yield Working(
            base=own,
            digest=Digest(database=own.database, hub=own.hub, clock=CLOCK, policies=Policies()),
            jobs=Jobs(own.database),
        )
