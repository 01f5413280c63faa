"""The light of a dashboard and the figures of a process: they say what the feeds do."""

from datetime import UTC, datetime

from domain.feed import Change, FeedKind
from graph.cursors import cursor_of
from tests.graph.serving import happens
from tests.graph.watching import append, watching

STATUS = "{ liveStatus { isBusUp cursor newestAt lagSeconds subscribers } }"


async def status(door, tenant) -> dict[str, object]:
    return (await door.ask(tenant.token, STATUS)).json()["data"]["liveStatus"]


async def test_a_feed_in_which_nothing_happened_has_a_place_and_nobody_there(door, tenant):
    found = await status(door, tenant)

    assert cursor_of(found.pop("cursor")).position == 0
    assert found == {"isBusUp": True, "newestAt": None, "lagSeconds": None, "subscribers": 0}


async def test_what_is_watched_is_told_with_its_newest_place_and_how_late_it_came(
    door, house, tenant
):
    async with watching(door, tenant.token) as watch, watching(door, tenant.token):
        await happens(house, tenant, "pay")
        [change] = await watch.changes(1)
        found = await status(door, tenant)

    assert found["cursor"] == change["cursor"]
    assert found["newestAt"] == change["at"]
    assert found["subscribers"] == 2
    assert 0 <= found["lagSeconds"] < 60


async def test_lateness_is_counted_from_the_oldest_change_of_a_batch(house, door, tenant):
    before = sum(house.live.lag.batches)
    async with watching(door, tenant.token) as watch:
        await append(
            house,
            Change(
                organization_id=tenant.organization,
                kind=FeedKind.ERROR_REMOVED,
                subject_id=tenant.user,
                at=datetime(2020, 1, 1, tzinfo=UTC),
            ),
        )
        await watch.changes(1)
        found = await status(door, tenant)

    assert sum(house.live.lag.batches) == before + 1
    assert house.live.lag.batches[-1] >= 1
    assert found["lagSeconds"] > 365 * 86_400
