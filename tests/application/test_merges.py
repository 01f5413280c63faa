"""Merging and unmerging over a real database: exact, and all of it can be taken back."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from application.digest import Digest
from application.errors import ErrorUseCases
from application.feed import Hub
from application.feed_log import FeedLog
from application.merges import MergeUseCases
from application.policies import Policies
from domain.errors import ErrorStatus
from domain.failures import Conflict, Forbidden, Invalid, NotFound
from domain.ids import ErrorId
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from persistence.database import Database
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant

START = datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(HeardBus(), FeedLog(database=database))


@pytest.fixture
def digest(database: Database, hub: Hub) -> Digest:
    return Digest(
        database=database, hub=hub, clock=CLOCK, policies=Policies(database=database, clock=CLOCK)
    )


@pytest.fixture
def use(database: Database, hub: Hub) -> MergeUseCases:
    return MergeUseCases(database=database, hub=hub, clock=CLOCK)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def happening(tenant: Tenant, where: str, minute: int, user: str = "u-1"):
    moment = at(minute)
    event = an_event(where, user={"id": user}, timestamp=moment.isoformat(), release=f"r{minute}")
    return an_item(tenant, event, at=moment)


async def named(database: Database, tenant: Tenant) -> dict[str, dict]:
    """The tenant's errors, by the function that they happen in."""
    return {
        str(row["culprit"]).rpartition(" ")[2]: row for row in await errors_of(database, tenant)
    }


async def two_errors(database, digest, tenant) -> tuple[ErrorId, ErrorId]:
    await accept(
        database,
        happening(tenant, "pay", 5, "u-1"),
        happening(tenant, "pay", 6, "u-2"),
        happening(tenant, "ship", 1, "u-2"),
        happening(tenant, "ship", 70, "u-3"),
    )
    await digest_all(digest)
    found = await named(database, tenant)
    return ErrorId(found["pay"]["id"]), ErrorId(found["ship"]["id"])


FIGURES = (
    "occurrence_count",
    "users_affected_count",
    "first_seen_at",
    "last_seen_at",
    "last_release",
)


def figures(row: dict) -> tuple:
    return tuple(row[name] for name in FIGURES)


async def test_the_primary_counts_for_all_at_once_and_each_gets_its_own_back(
    database, digest, use, tenant
):
    pay, ship = await two_errors(database, digest, tenant)
    before = await named(database, tenant)

    merged = await use.merge(pay, [ship], reason="same cause", by=tenant.viewer)

    assert (merged.occurrence_count, merged.users_affected_count) == (4, 3)
    assert (merged.first_seen_at, merged.last_seen_at) == (at(1), at(70))
    assert merged.merged_count == 1
    assert (await named(database, tenant))["ship"]["merged_into_id"] == pay

    after, [apart] = await use.unmerge(pay, [ship], by=tenant.viewer)

    found = await named(database, tenant)
    assert {name: figures(row) for name, row in found.items()} == {
        name: figures(row) for name, row in before.items()
    }
    assert (after.merged_count, apart.merged_into_id) == (0, None)
    assert (
        await rows(
            database, "SELECT 1 FROM error_shares WHERE organization_id = $1", tenant.organization
        )
        == []
    )


async def test_what_comes_meanwhile_counts_on_the_primary_and_returns_with_its_origin(
    database, digest, use, tenant
):
    pay, ship = await two_errors(database, digest, tenant)
    await use.merge(pay, [ship], reason=None, by=tenant.viewer)

    # One who met "ship" before, one who met only "pay", and one who met neither.
    await accept(
        database,
        happening(tenant, "ship", 80, "u-3"),
        happening(tenant, "ship", 81, "u-1"),
        happening(tenant, "ship", 82, "u-9"),
        happening(tenant, "pay", 83, "u-3"),
    )
    await digest_all(digest)

    found = await named(database, tenant)
    assert (found["pay"]["occurrence_count"], found["pay"]["users_affected_count"]) == (8, 4)
    assert found["ship"]["occurrence_count"] == 2

    await use.unmerge(pay, [ship], by=tenant.viewer)

    found = await named(database, tenant)
    assert figures(found["pay"]) == (3, 3, at(5), at(83), "r83")
    assert figures(found["ship"]) == (5, 4, at(1), at(82), "r82")


async def test_chains_are_flattened_and_each_member_leaves_alone(database, digest, use, tenant):
    pay, ship = await two_errors(database, digest, tenant)
    await accept(database, happening(tenant, "pack", 30))
    await digest_all(digest)
    pack = ErrorId((await named(database, tenant))["pack"]["id"])
    await use.merge(ship, [pack], reason=None, by=tenant.viewer)

    merged = await use.merge(pay, [ship], reason=None, by=tenant.viewer)

    assert (merged.occurrence_count, merged.merged_count) == (5, 2)
    found = await named(database, tenant)
    assert {found[name]["merged_into_id"] for name in ("ship", "pack")} == {pay}

    await use.unmerge(pay, [ship], by=tenant.viewer)

    found = await named(database, tenant)
    assert [found[n]["occurrence_count"] for n in ("pay", "ship", "pack")] == [3, 2, 1]
    assert [found[n]["merged_count"] for n in ("pay", "ship", "pack")] == [1, 0, 0]


async def test_merging_twice_changes_nothing_more(database, digest, use, tenant):
    pay, ship = await two_errors(database, digest, tenant)
    once = await use.merge(pay, [ship], reason=None, by=tenant.viewer)

    again = await use.merge(pay, [ship], reason=None, by=tenant.viewer)

    assert again == once
    kept = await rows(
        database, "SELECT 1 FROM error_merges WHERE organization_id = $1", tenant.organization
    )
    assert len(kept) == 1


async def test_what_cannot_be_merged_is_refused_and_changes_nothing(
    database, digest, use, tenant, hub
):
    pay, ship = await two_errors(database, digest, tenant)
    before = await named(database, tenant)
    viewer = Viewer(user=tenant.user, roles={tenant.organization: MembershipRole.VIEWER})

    with pytest.raises(Invalid):
        await use.merge(pay, [pay], reason=None, by=tenant.viewer)
    with pytest.raises(Forbidden):
        await use.merge(pay, [ship], reason=None, by=viewer)
    with pytest.raises(NotFound):
        await use.merge(pay, [ErrorId(tenant.user)], reason=None, by=tenant.viewer)

    assert await named(database, tenant) == before

    await use.merge(pay, [ship], reason=None, by=tenant.viewer)
    with pytest.raises(Conflict):
        await use.merge(ship, [pay], reason=None, by=tenant.viewer)
    status = ErrorUseCases(database=database, hub=hub, clock=CLOCK)
    with pytest.raises(Conflict):
        await status.set_status(ship, ErrorStatus.OPEN, by=tenant.viewer)


async def test_one_that_was_resolved_and_happened_since_comes_back_as_recurring(
    database, digest, use, tenant, hub
):
    pay, ship = await two_errors(database, digest, tenant)
    status = ErrorUseCases(database=database, hub=hub, clock=CLOCK)
    await status.set_status(ship, ErrorStatus.RESOLVED, by=tenant.viewer)
    await use.merge(pay, [ship], reason=None, by=tenant.viewer)
    await accept(database, an_item(tenant, an_event("ship"), at=CLOCK.now() + timedelta(minutes=1)))
    await digest_all(digest)

    await use.unmerge(pay, [ship], by=tenant.viewer)

    found = (await named(database, tenant))["ship"]
    assert (found["status"], found["regression_count"], found["resolved_at"]) == (
        "recurring",
        1,
        None,
    )


async def recount(database: Database, tenant: Tenant) -> dict[object, tuple]:
    """Count everything anew from the occurrences: what each error must say of itself."""
    links = {e["id"]: e["merged_into_id"] or e["id"] for e in await errors_of(database, tenant)}
    seen = await rows(
        database, "SELECT * FROM occurrences WHERE organization_id = $1", tenant.organization
    )
    by_primary = defaultdict(list)
    for row in seen:
        by_primary[links[row["error_id"]]].append(row)
    return {
        id_: (
            len(own),
            len({row["user_ref"] for row in own}),
            min(row["occurred_at"] for row in own),
            max(row["occurred_at"] for row in own),
        )
        for id_, own in by_primary.items()
    }


async def counted(database: Database, tenant: Tenant) -> dict[object, tuple]:
    found = [e for e in await errors_of(database, tenant) if e["merged_into_id"] is None]
    return {e["id"]: figures(e)[:4] for e in found}


async def hours(database: Database, tenant: Tenant) -> dict[tuple, int]:
    found = await rows(
        database,
        "SELECT e.id, h.hour, h.occurrence_count AS n FROM errors e JOIN error_hours h"
        " ON h.organization_id = e.organization_id AND h.error_id = e.id"
        " WHERE e.organization_id = $1 AND e.merged_into_id IS NULL",
        tenant.organization,
    )
    return {(row["id"], row["hour"]): row["n"] for row in found}


async def recounted_hours(database: Database, tenant: Tenant) -> dict[tuple, int]:
    """Count the hours anew from the occurrences."""
    found = await rows(
        database,
        "SELECT coalesce(e.merged_into_id, e.id) AS id, date_trunc('hour', o.occurred_at) AS hour,"
        " count(*) AS n FROM occurrences o JOIN errors e"
        " ON e.organization_id = o.organization_id AND e.id = o.error_id"
        " WHERE o.organization_id = $1 GROUP BY 1, 2",
        tenant.organization,
    )
    return {(row["id"], row["hour"]): row["n"] for row in found}


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_merged_and_unmerged_the_counters_are_what_a_recount_gives(
    database, digest, use, tenant, seed
):
    chance = random.Random(seed)
    names = ["a", "b", "c", "d", "e"]
    for step in range(14):
        events = [
            happening(
                tenant, chance.choice(names), chance.randrange(300), f"u-{chance.randrange(6)}"
            )
            for _ in range(chance.randrange(1, 6))
        ]
        await accept(database, *events)
        await digest_all(digest)
        found = await errors_of(database, tenant)
        free = [e["id"] for e in found if e["merged_into_id"] is None]
        bound = [e for e in found if e["merged_into_id"] is not None]
        if chance.random() < 0.5 and len(free) > 1:
            primary, *others = chance.sample(free, chance.randrange(2, min(4, len(free)) + 1))
            await use.merge(primary, others, reason=None, by=tenant.viewer)
        elif bound:
            one = chance.choice(bound)
            await use.unmerge(one["merged_into_id"], [one["id"]], by=tenant.viewer)

        told = await counted(database, tenant)
        assert told == await recount(database, tenant), f"step {step}"
        assert await hours(database, tenant) == await recounted_hours(database, tenant)

    for error in await errors_of(database, tenant):
        if error["merged_into_id"] is not None:
            await use.unmerge(error["merged_into_id"], [error["id"]], by=tenant.viewer)
    assert await counted(database, tenant) == await recount(database, tenant)
    assert await hours(database, tenant) == await recounted_hours(database, tenant)
