"""Events over the limit: a flood is counted to the last event, and keeps some of its bodies."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from application.digest import Digest
from application.digest.counting import KEPT_ONE_IN, likeness_of
from application.digest.overflow import TITLE, Overflow
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from domain.inbox import ItemKind
from persistence.database import SYSTEM, Database
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant

MINUTE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OVER = ItemKind.EVENT_OVER_LIMIT


@pytest.fixture
def digest(database: Database) -> Digest:
    hub = Hub(HeardBus(), FeedLog(database=database))
    return Digest(
        database=database, hub=hub, clock=CLOCK, policies=Policies(database=database, clock=CLOCK)
    )


def an_id(n: int) -> UUID:
    """An event id that chance does not keep whole."""
    return UUID(int=(7 << 96) + n * KEPT_ONE_IN + 1)


async def stored(database: Database, tenant: Tenant) -> int:
    found = await rows(
        database,
        "SELECT count(*) AS n FROM occurrences WHERE organization_id = $1",
        tenant.organization,
    )
    return int(str(found[0]["n"]))


async def outcomes(database: Database, tenant: Tenant) -> dict[tuple[object, object], object]:
    found = await rows(
        database,
        "SELECT outcome, reason, sum(quantity)::int AS n FROM ingest_outcomes"
        " WHERE organization_id = $1 GROUP BY 1, 2",
        tenant.organization,
    )
    return {(row["outcome"], row["reason"]): row["n"] for row in found}


async def test_a_flood_of_a_known_error_counts_every_event_and_keeps_the_first_of_each_minute(
    database: Database, digest: Digest, tenant: Tenant
):
    at = [MINUTE + timedelta(seconds=n) for n in range(90)]
    flood = [
        an_item(tenant, an_event(user={"id": str(n % 7)}), event_id=an_id(n), at=at[n], kind=OVER)
        for n in range(90)
    ]
    await accept(database, *flood)

    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 90
    assert error["users_affected_count"] == 7
    assert (error["first_seen_at"], error["last_seen_at"]) == (at[0], at[89])
    # The one that made the error, then the first of each minute that was met after it.
    assert await stored(database, tenant) == 3
    assert await outcomes(database, tenant) == {
        ("accepted", ""): 3,
        ("rate_limited", "counted_only"): 87,
    }


async def test_an_event_over_the_limit_that_comes_twice_counts_once(
    database: Database, digest: Digest, tenant: Tenant
):
    await accept(database, *(an_item(tenant, an_event(), event_id=an_id(n)) for n in range(3)))
    await digest_all(digest)
    twice = [an_item(tenant, an_event(), event_id=an_id(9), at=MINUTE, kind=OVER)] * 2

    await accept(database, *twice)
    await accept(database, *twice)
    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 4


async def test_a_new_error_in_a_flood_is_stored_whole(
    database: Database, digest: Digest, tenant: Tenant
):
    old = [an_item(tenant, an_event("pay"), event_id=an_id(n), kind=OVER) for n in range(20)]
    new = an_item(tenant, an_event("ship"), event_id=an_id(50), kind=OVER)

    await accept(database, *old, new)
    await digest_all(digest)

    pay, ship = await errors_of(database, tenant)
    assert (pay["occurrence_count"], ship["occurrence_count"]) == (20, 1)
    found = await rows(database, "SELECT event_id FROM occurrences WHERE error_id = $1", ship["id"])
    assert [row["event_id"] for row in found] == [an_id(50)]


async def test_what_only_counts_is_prepared_in_full_once_its_error_is_gone(
    database: Database, digest: Digest, tenant: Tenant
):
    first = [an_item(tenant, an_event(), event_id=an_id(n), at=MINUTE, kind=OVER) for n in range(4)]
    await accept(database, *first)
    await digest_all(digest)
    async with database.raw_writing(SYSTEM) as db:
        await db.execute("DELETE FROM errors WHERE organization_id = $1", tenant.organization)

    await accept(database, an_item(tenant, an_event(), event_id=an_id(8), at=MINUTE, kind=OVER))
    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert (error["occurrence_count"], error["title"]) == (1, "ValueError: no such card")


def test_a_likeness_is_what_decides_the_group_and_nothing_else():
    like = likeness_of(an_event(timestamp=1, user={"id": "7"}, tags={"a": "b"}), 1)

    assert like is not None
    assert likeness_of(an_event(timestamp=2, user={"id": "8"}), 1) == like
    assert likeness_of(an_event("ship"), 1) != like
    assert likeness_of(an_event(), 2) != like
    assert likeness_of(an_event(fingerprint=["mine"]), 1) != like
    # A variable may stand for anything, so such an event is always prepared in full.
    assert likeness_of(an_event(fingerprint=["{{ transaction }}"]), 1) is None
    assert likeness_of({"exception": {"values": ["odd"]}}, 1) is None


async def test_more_new_errors_than_a_minute_may_have_are_kept_together_and_later_apart(
    database: Database, digest: Digest, tenant: Tenant
):
    digest.overflow = Overflow(per_minute=3)
    await accept(database, *(an_item(tenant, an_event(f"step_{n}"), at=MINUTE) for n in range(6)))

    await digest_all(digest)
    await accept(database, an_item(tenant, an_event("step_5"), at=MINUTE + timedelta(minutes=1)))
    await digest_all(digest)

    found = await errors_of(database, tenant)
    assert [(e["title"] == TITLE, e["occurrence_count"]) for e in found] == [
        (False, 1),
        (False, 1),
        (False, 1),
        (True, 3),
        (False, 1),
    ]
    assert found[4]["culprit"] == "shop.checkout in step_5"
    assert "More new errors came in one minute" in str(found[3]["metadata"])
    assert await stored(database, tenant) == 7


async def test_the_overflow_error_is_one_for_a_service_however_many_minutes_overflow(
    database: Database, digest: Digest, tenant: Tenant
):
    digest.overflow = Overflow(per_minute=1)
    for minute in range(3):
        at = MINUTE + timedelta(minutes=minute)
        await accept(
            database,
            *(an_item(tenant, an_event(f"part_{minute}_{n}"), at=at) for n in range(3)),
        )
        await digest_all(digest)

    found = await errors_of(database, tenant)
    assert sorted((e["title"] == TITLE, e["occurrence_count"]) for e in found) == [
        (False, 1),
        (False, 1),
        (False, 1),
        (True, 6),
    ]
