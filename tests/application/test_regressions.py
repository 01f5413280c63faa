"""Regressions: only releases that ought to have the fix bring a resolved error back (FLW-05)."""

from datetime import timedelta

import pytest

from domain.errors import ErrorStatus
from domain.failures import Invalid
from domain.resolutions import FixedIn
from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.application.triage import a_desk

SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"
OTHER = "b" * 40


@pytest.fixture
def desk(database, tenant):
    return a_desk(database, tenant)


async def test_older_releases_count_without_reopening(desk):
    await desk.happens(release="shop@1.1.0")
    error = await desk.happens(release="shop@1.2.0")
    await desk.resolve(error, FixedIn.NEXT_RELEASE)

    old = await desk.happens(release="shop@1.1.0")
    same = await desk.happens(release="shop@1.2.0")
    unknown = await desk.happens()
    later = await desk.happens(release="shop@1.2.1")

    assert [e["status"] for e in (old, same, unknown, later)] == ["resolved"] * 3 + ["recurring"]
    assert [e["occurrence_count"] for e in (old, same, unknown, later)] == [3, 4, 5, 6]
    assert later["regression_count"] == 1
    assert (later["resolution_id"], later["resolved_in"]) == (None, None)
    [resolution] = await desk.rows("resolutions")
    assert (resolution["release"], resolution["fixed_in"]) == ("shop@1.2.0", "next_release")
    assert resolution["reverted_at"] == desk.now
    assert await desk.told() == ["resolved", "regressed"]


async def test_the_release_that_is_said_to_have_the_fix_brings_it_back_itself(desk):
    error = await desk.happens(release="1.2.0")
    await desk.resolve(error, FixedIn.THIS_RELEASE, release="1.3.0")

    before = await desk.happens(release="1.2.9")
    there = await desk.happens(release="1.3.0")

    assert (before["status"], there["status"]) == ("resolved", "recurring")


async def test_commits_are_ordered_by_when_they_were_met_first(desk):
    await desk.happens("ship", release=OTHER)
    error = await desk.happens(release=SHA)
    await desk.resolve(error, FixedIn.COMMIT, commit_sha="c0ffee1")

    known = await desk.happens(release=OTHER)
    new = await desk.happens(release="c0ffee1" + "0" * 33)

    assert (known["status"], new["status"]) == ("resolved", "recurring")
    [resolution] = await desk.rows("resolutions")
    assert (resolution["commit_sha"], resolution["release"]) == ("c0ffee1", SHA)


async def test_the_order_is_decided_when_it_is_resolved(desk):
    error = await desk.happens(release="rose")
    await desk.resolve(error, FixedIn.NEXT_RELEASE)

    tulip = await desk.happens("ship", release="tulip")
    back = await desk.happens(release="tulip")

    assert tulip["status"] == "new"
    assert back["status"] == "recurring"
    sightings = await desk.rows("release_sightings", "release", "first_seen_at")
    assert [row["release"] for row in sightings] == ["rose", "tulip"]


async def test_a_batch_of_old_and_new_releases_brings_it_back(desk):
    error = await desk.happens(release="2.0")
    await desk.resolve(error, FixedIn.NEXT_RELEASE)
    desk.now += timedelta(minutes=5)

    at = desk.now
    await accept(
        desk.database,
        an_item(desk.tenant, an_event(release="2.1"), at=at - timedelta(seconds=9)),
        an_item(desk.tenant, an_event(release="1.0"), at=at),
    )
    await digest_all(desk.digest)

    assert (await desk.errors())["pay"]["status"] == "recurring"


async def test_what_was_resolved_as_of_now_comes_back_with_any_release(desk):
    error = await desk.happens(release="2.0")
    await desk.resolve(error)

    assert (await desk.happens(release="1.0"))["status"] == "recurring"


async def test_a_service_without_releases_has_no_next_one(desk):
    error = await desk.happens()

    with pytest.raises(Invalid, match="has sent no release yet"):
        await desk.resolve(error, FixedIn.NEXT_RELEASE)

    assert (await desk.errors())["pay"]["status"] == "new"
    assert await desk.rows("resolutions") == []
    assert await desk.told() == []


async def test_targets_begin_anew_when_an_error_comes_back(desk):
    error = await desk.happens()
    assert error["response_due_at"] == error["created_at"] + timedelta(hours=4)
    assert error["priority"] == "p3"
    await desk.resolve(error)
    answered = (await desk.errors())["pay"]

    back = await desk.happens()

    assert answered["first_response_at"] == answered["resolved_at"]
    assert (back["status"], back["first_response_at"]) == (ErrorStatus.RECURRING, None)
    assert back["response_due_at"] == desk.now + timedelta(hours=4)


async def test_what_is_said_for_developers_owes_nobody_an_answer(desk):
    error = await desk.happens(level="debug")

    assert (error["severity"], error["response_due_at"]) == ("low", None)
