"""The digest over a real database: what a batch of accepted items leaves behind."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.digest import Digest
from application.errors import ErrorUseCases
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from domain.errors import ErrorStatus
from domain.feed import FeedKind
from domain.ids import ErrorId
from domain.inbox import InboxItem
from persistence import bodies
from persistence import feed as feed_rows
from persistence.database import SYSTEM, Database
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(HeardBus(), FeedLog(database=database))


@pytest.fixture
def digest(database: Database, hub: Hub) -> Digest:
    return Digest(
        database=database, hub=hub, clock=CLOCK, policies=Policies(database=database, clock=CLOCK)
    )


async def test_the_same_failure_twice_is_one_error_and_another_failure_another(
    database: Database, digest: Digest, tenant: Tenant
):
    await accept(database, an_item(tenant, an_event("pay")), an_item(tenant, an_event("ship")))
    await digest_all(digest)
    await accept(database, an_item(tenant, an_event("pay")))

    assert await digest_all(digest) == 1

    found = await errors_of(database, tenant)
    assert [(e["number"], e["title"], e["occurrence_count"]) for e in found] == [
        (1, "ValueError: no such card", 2),
        (2, "ValueError: no such card", 1),
    ]
    assert [e["culprit"] for e in found] == ["shop.checkout in pay", "shop.checkout in ship"]
    assert {e["service_name"] for e in found} == {tenant.service.name}


async def test_an_occurrence_keeps_its_columns_and_its_whole_body(
    database: Database, digest: Digest, tenant: Tenant
):
    event_id = uuid4()
    event = an_event(
        environment="production",
        release="shop@1.2.3",
        user={"id": "u-1"},
        tags={"browser": "Firefox"},
        extra={"order": 17},
    )

    await accept(database, an_item(tenant, event, event_id=event_id))
    await digest_all(digest)

    [row] = await rows(database, "SELECT * FROM occurrences WHERE event_id = $1", event_id)
    assert (row["environment"], row["release"], row["user_ref"]) == (
        "production",
        "shop@1.2.3",
        "u-1",
    )
    assert json.loads(str(row["tags"])) == {"browser": "Firefox"}
    body = json.loads(bodies.unpack(row["body_format"], row["body"]))
    assert body["extra"] == {"order": 17}
    assert body["exception"]["values"][0]["stacktrace"]["frames"][0]["function"] == "pay"


async def test_an_event_that_is_sent_again_is_stored_once_and_counted_as_a_duplicate(
    database: Database, digest: Digest, tenant: Tenant
):
    item = an_item(tenant, an_event())

    await accept(database, item, item)
    await digest_all(digest)
    await accept(database, item)
    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 1
    found = await rows(
        database,
        "SELECT outcome, sum(quantity)::int AS n FROM ingest_outcomes"
        " WHERE organization_id = $1 GROUP BY outcome ORDER BY outcome",
        tenant.organization,
    )
    assert found == [{"outcome": "accepted", "n": 1}, {"outcome": "deduplicated", "n": 2}]


async def test_an_error_that_comes_back_after_it_was_resolved_is_recurring(
    database: Database, digest: Digest, hub: Hub, tenant: Tenant
):
    await accept(database, an_item(tenant, an_event()))
    await digest_all(digest)
    [error] = await errors_of(database, tenant)
    use = ErrorUseCases(database=database, hub=hub, clock=CLOCK)
    await use.set_status(ErrorId(error["id"]), ErrorStatus.RESOLVED, by=tenant.viewer)

    later = datetime.now(UTC) + timedelta(seconds=1)
    await accept(database, an_item(tenant, an_event(), at=later))
    await digest_all(digest)

    [back] = await errors_of(database, tenant)
    assert (back["status"], back["regression_count"]) == ("recurring", 1)
    assert (back["resolved_at"], back["resolved_by"]) == (None, None)
    kinds = await rows(
        database,
        "SELECT kind FROM feed WHERE organization_id = $1 ORDER BY position",
        tenant.organization,
    )
    assert [row["kind"] for row in kinds] == ["error_new", "error_changed", "error_regressed"]
    told = await rows(
        database,
        "SELECT kind, actor_id FROM error_activities WHERE error_id = $1 ORDER BY created_at",
        error["id"],
    )
    assert told == [
        {"kind": "resolved", "actor_id": tenant.user},
        {"kind": "regressed", "actor_id": None},
    ]


async def test_what_happened_before_an_error_was_resolved_does_not_bring_it_back(
    database: Database, digest: Digest, hub: Hub, tenant: Tenant
):
    await accept(database, an_item(tenant, an_event()))
    await digest_all(digest)
    [error] = await errors_of(database, tenant)
    use = ErrorUseCases(database=database, hub=hub, clock=CLOCK)
    await use.set_status(ErrorId(error["id"]), ErrorStatus.RESOLVED, by=tenant.viewer)

    earlier = datetime.now(UTC) - timedelta(minutes=5)
    await accept(database, an_item(tenant, an_event(timestamp=earlier.isoformat()), at=earlier))
    await digest_all(digest)

    [late] = await errors_of(database, tenant)
    assert (late["status"], late["occurrence_count"]) == ("resolved", 2)


async def test_users_and_sessions_are_counted_once_each(
    database: Database, digest: Digest, tenant: Tenant
):
    users = ["u-1", "u-2", "u-1", None]

    for user in users:
        event = an_event(**({"user": {"id": user}} if user else {}))
        await accept(database, an_item(tenant, event))
        await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert (error["occurrence_count"], error["users_affected_count"]) == (4, 2)


async def test_what_cannot_be_read_is_kept_with_its_reason_and_takes_nothing_along(
    database: Database, digest: Digest, tenant: Tenant
):
    good, broken = an_item(tenant, an_event()), an_item(tenant, b"]]] no JSON at all")

    await accept(database, good, broken)

    assert await digest_all(digest) == 2
    assert [e["occurrence_count"] for e in await errors_of(database, tenant)] == [1]
    [letter] = await rows(
        database, "SELECT * FROM dead_letters WHERE organization_id = $1", tenant.organization
    )
    assert letter["event_id"] == broken.event_id
    assert bodies.unpack(letter["body_format"], letter["body"]) == b"]]] no JSON at all"
    assert letter["reason"]


async def test_an_item_that_the_database_refuses_is_found_and_buried_alone(
    database: Database, digest: Digest, tenant: Tenant
):
    stranger = await a_tenant(database, CLOCK)
    # Its service belongs to another organization: no error can be added for it.
    poison = an_item(tenant, an_event("poison"))
    poison = InboxItem(
        **{
            **{name: getattr(poison, name) for name in InboxItem.__dataclass_fields__},
            "organization_id": stranger.organization,
        }
    )
    good = [an_item(tenant, an_event(f"step_{n}")) for n in range(9)]

    await accept(database, *good[:4], poison, *good[4:])
    await digest_all(digest)

    assert len(await errors_of(database, tenant)) == 9
    [letter] = await rows(
        database, "SELECT event_id FROM dead_letters WHERE event_id = $1", poison.event_id
    )
    assert letter["event_id"] == poison.event_id


async def test_a_batch_is_one_feed_entry_for_each_error_and_positions_have_no_gap(
    database: Database, digest: Digest, tenant: Tenant
):
    for _ in range(3):
        await accept(
            database,
            *(an_item(tenant, an_event(where)) for where in ("a", "b", "a", "a")),
        )
        await digest_all(digest)

    async with database.raw_reading(SYSTEM) as db:
        entries = await feed_rows.after(db, tenant.organization, 0, 100)
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.kind for entry in entries[:2]] == [FeedKind.ERROR_NEW] * 2
    assert {entry.kind for entry in entries[2:]} == {FeedKind.ERROR_AGAIN}
    assert sorted(entry.payload["count"] for entry in entries[:2]) == [1, 3]


async def test_an_event_of_a_day_without_a_partition_gets_one(
    database: Database, digest: Digest, tenant: Tenant
):
    at = datetime.now(UTC) - timedelta(days=20)

    await accept(database, an_item(tenant, an_event(timestamp=at.isoformat()), at=at))
    await digest_all(digest)

    [row] = await rows(
        database,
        "SELECT tableoid::regclass::text AS day FROM occurrences WHERE organization_id = $1",
        tenant.organization,
    )
    assert row["day"] == f"occurrences_{at:%Y%m%d}"


async def test_the_hours_of_an_error_add_up(database: Database, digest: Digest, tenant: Tenant):
    now = datetime.now(UTC).replace(minute=30)
    times = [now - timedelta(hours=hours) for hours in (5, 5, 3)]

    await accept(
        database,
        *(an_item(tenant, an_event(timestamp=at.isoformat()), at=at) for at in times),
    )
    await digest_all(digest)

    found = await rows(
        database,
        "SELECT hour, occurrence_count FROM error_hours WHERE organization_id = $1 ORDER BY hour",
        tenant.organization,
    )
    hours = [t.replace(minute=0, second=0, microsecond=0) for t in (times[0], times[2])]
    assert [(row["hour"], row["occurrence_count"]) for row in found] == [
        (hours[0], 2),
        (hours[1], 1),
    ]
