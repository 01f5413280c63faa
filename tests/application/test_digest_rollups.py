"""Rollups: every occurrence counts in one hour of one kind, exactly once (STA-03)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from application.digest import Digest
from application.digest.counting import KEPT_ONE_IN
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from domain.inbox import ItemKind
from persistence.database import SYSTEM, Database
from persistence.errors import rollups
from tests.application.digesting import accept, an_event, an_item, digest_all, rows
from tests.application.doubles import HeardBus
from tests.application.triage import a_desk
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant

NOON = datetime(2026, 11, 20, 12, 10, tzinfo=UTC)
BY = "begins_at, environment, error_type, severity, level"


@pytest.fixture
def digest(database: Database) -> Digest:
    hub = Hub(HeardBus(), FeedLog(database=database))
    return Digest(
        database=database, hub=hub, clock=CLOCK, policies=Policies(database=database, clock=CLOCK)
    )


async def rolled_up(
    database: Database, tenant: Tenant, by: str = BY, *, is_day: bool = False
) -> list[tuple[object, ...]]:
    found = await rows(
        database,
        f"SELECT {by}, sum(occurrence_count)::int AS n, sum(new_error_count)::int AS new,"
        " sum(regressed_error_count)::int AS back FROM error_rollups"
        f" WHERE organization_id = $1 AND is_day = $2 GROUP BY {by} ORDER BY {by}",
        tenant.organization,
        is_day,
    )
    return [tuple(row.values()) for row in found]


async def test_the_rollups_are_what_the_occurrences_sum_up_to(database, digest, tenant):
    events = [
        an_item(
            tenant,
            an_event(
                f"f{n % 3}",
                level=("error", "warning", "fatal")[n % 3],
                environment=("production", "staging", None)[n % 3],
                timestamp=(NOON + timedelta(minutes=17 * n)).isoformat(),
            ),
            at=NOON + timedelta(minutes=17 * n),
        )
        for n in range(20)
    ]
    other = await a_tenant(database, CLOCK)

    await accept(database, *events[:7], an_item(other, an_event()))
    await digest_all(digest)
    await accept(database, *events[5:])
    await digest_all(digest)

    counted = await rows(
        database,
        "SELECT date_trunc('hour', o.occurred_at) AS hour, coalesce(o.environment, '') AS place,"
        " e.error_type, e.severity, o.level, count(*)::int AS n"
        " FROM occurrences o JOIN errors e ON e.id = o.error_id"
        " WHERE o.organization_id = $1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5",
        tenant.organization,
    )
    found = await rolled_up(database, tenant)
    assert [row[:6] for row in found] == [tuple(row.values()) for row in counted]
    assert sum(int(str(row[5])) for row in found) == 20
    assert sum(int(str(row[6])) for row in found) == 3
    assert len(await rolled_up(database, other)) == 1
    by_day = await rolled_up(database, tenant, "begins_at", is_day=True)
    assert [row[1:] for row in by_day] == [(20, 3, 0)]


async def test_what_only_counts_is_rolled_up_too(database, digest, tenant):
    over = ItemKind.EVENT_OVER_LIMIT
    event = an_event(level="warning", environment="production", user={"id": "u-1"})
    ids = [UUID(int=(7 << 96) + n * KEPT_ONE_IN + 1) for n in range(30)]
    await accept(
        database, *(an_item(tenant, event, event_id=id_, at=NOON, kind=over) for id_ in ids)
    )

    await digest_all(digest)

    found = await rolled_up(database, tenant, "environment, level")
    assert found == [("production", "warning", 30, 1, 0)]
    [stored] = await rows(
        database,
        "SELECT count(*)::int AS n FROM occurrences WHERE organization_id = $1",
        tenant.organization,
    )
    assert int(str(stored["n"])) < 30


async def test_an_error_that_comes_back_is_rolled_up_as_such(database, tenant):
    desk = a_desk(database, tenant)
    error = await desk.happens()
    await desk.resolve(error)
    await desk.happens()

    found = await rolled_up(database, tenant, "organization_id")

    assert [row[1:] for row in found] == [(2, 1, 1)]


async def test_rollups_past_their_time_are_forgotten(database, digest, tenant):
    await accept(database, an_item(tenant, an_event(), at=NOON))
    later = NOON + timedelta(days=5)
    await accept(database, an_item(tenant, an_event(), at=later))
    await digest_all(digest)

    async with database.raw_writing(SYSTEM) as db:
        await rollups.forget_before(db, later - timedelta(days=1), 100_000)

    assert len(await rolled_up(database, tenant, "begins_at")) == 1
    [crowds] = await rows(
        database,
        "SELECT count(*)::int AS n FROM error_crowds WHERE organization_id = $1 AND NOT is_day",
        tenant.organization,
    )
    assert crowds["n"] == 1
