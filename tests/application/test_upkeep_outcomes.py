"""Upkeep of outcomes: counters are kept for three months."""

from collections import Counter
from datetime import timedelta

from domain.outcomes import Outcome, OutcomeKey
from persistence.database import SYSTEM, Database
from persistence.inbox import outcomes
from tests.conftest import CLOCK
from tests.house import Tenant


async def test_old_counters_are_forgotten_and_newer_ones_stay(database: Database, tenant: Tenant):
    now = CLOCK.now().replace(second=0, microsecond=0)
    counts = Counter(
        {
            OutcomeKey(
                organization_id=tenant.organization,
                ingest_key_id=tenant.key.id,
                minute=now - timedelta(days=days),
                outcome=Outcome.ACCEPTED,
                category="error",
            ): 1
            for days in (1, 89, 91, 200)
        }
    )
    async with database.raw_writing(SYSTEM) as db:
        await outcomes.add(db, counts)

        forgotten = await outcomes.forget_before(db, now - timedelta(days=90))

        left = await db.fetchval(
            "SELECT count(*) FROM ingest_outcomes WHERE organization_id = $1", tenant.organization
        )
    assert (forgotten, left) == (2, 2)
