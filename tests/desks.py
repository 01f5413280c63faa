"""A desk: a tenant's door, the digest behind it, and what the API then says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from application.user_reports import report_handlers
from persistence.database import SYSTEM, Database
from tests.application.digesting import digest_all
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.graph.reading import Reader
from tests.house import Tenant
from tests.ingest.doors import Door, a_door

QUOTA = 100_000


@dataclass(slots=True, kw_only=True)
class Desk:
    """A tenant's door, the digest behind it, and what the API then says."""

    door: Door
    digest: Digest
    reader: Reader

    async def take(self, *envelopes: bytes, path: str | None = None) -> None:
        """Send envelopes, and digest them."""
        for envelope in envelopes:
            answer = await self.door.post(envelope, path=path)
            assert answer.status_code == 200, answer.text
        await digest_all(self.digest)

    async def ask(self, query: str, **variables: Any) -> Any:
        """Return what the API answers to the tenant's owner."""
        return await self.reader.data(query, **variables)

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        """Return rows of the tenant's organization, which the statement calls $1."""
        async with self.door.database.raw_reading(SYSTEM) as db:
            found = await db.fetch(statement, self.door.tenant.organization)
        return [dict(row) for row in found]


@asynccontextmanager
async def a_desk(tenant: Tenant, database: Database) -> AsyncIterator[Desk]:
    """Lend a desk of its own."""
    policies = Policies()
    digest = Digest(
        database=database,
        hub=Hub(HeardBus(), FeedLog(database=database)),
        clock=CLOCK,
        policies=policies,
        handlers=report_handlers(policies, QUOTA, CLOCK),
    )
    async with a_door(tenant, database) as door:
        yield Desk(door=door, digest=digest, reader=Reader(database, tenant.viewer))
