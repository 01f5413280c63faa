"""The live feed of errors, as its subscribers get it over a real socket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.errors import changed
from application.setup import SetupUseCases
from domain.errors import ErrorStatus
from domain.feed import Change, FeedKind
from graph.cursors import FeedCursor, cursor_of, text_of
from graph.ids import shown
from persistence import feed
from persistence.database import SYSTEM
from persistence.errors.rows import by_ids
from persistence.projection.declared import ORGANIZATION, SERVICE
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.watching import append, refusal_of, set_status, watching
from tests.house import a_tenant


async def test_a_watcher_sees_what_happens_to_an_error_in_order(door, house, tenant):
    async with watching(door, tenant.token) as watch:
        await happens(house, tenant, "pay", "pay")
        [new] = await watch.changes(1)
        await set_status(door, tenant, new["errorId"], "RESOLVED")
        [resolved] = await watch.changes(1)
        await happens(house, tenant, "pay")
        [regressed] = await watch.changes(1)
        await happens(house, tenant, "pay")
        [again] = await watch.changes(1)

    assert [(c["kind"], c["count"]) for c in (new, resolved, regressed, again)] == [
        ("NEW", 2),
        ("CHANGED", 0),
        ("REGRESSED", 1),
        ("AGAIN", 1),
    ]
    assert new["error"] == {
        "id": new["errorId"],
        "title": "ValueError: no such card",
        "status": "NEW",
        "service": {"name": tenant.service.name},
        "organization": {"slug": tenant.slug},
    }
    assert [c["error"]["status"] for c in (resolved, regressed)] == ["RESOLVED", "RECURRING"]
    assert resolved["occurrence"] is None
    assert new["occurrence"]["id"].startswith("occ_")
    assert len({c["occurrence"]["id"] for c in (new, regressed, again)}) == 3


async def test_after_any_cursor_exactly_the_rest_comes(door, house, tenant):
    async with watching(door, tenant.token) as watch:
        for places in (("a",), ("b", "c"), ("a", "b"), ("d",)):
            await happens(house, tenant, *places)
        seen = await watch.changes(6)

    cursors = [change["cursor"] for change in seen]
    assert [cursor_of(c).position for c in cursors] == [1, 2, 3, 4, 5, 6]
    for n, cursor in enumerate(cursors[:-1]):
        async with watching(door, tenant.token, after=cursor) as watch:
            rest = await watch.changes(len(cursors) - n - 1)
        assert [change["cursor"] for change in rest] == cursors[n + 1 :]


async def test_who_goes_on_at_the_end_gets_what_comes_next(door, house, tenant):
    await happens(house, tenant, "pay")
    newest = text_of(FeedCursor(organization=tenant.organization, position=1))

    async with watching(door, tenant.token, after=newest) as watch:
        await happens(house, tenant, "pay")

        [again] = await watch.changes(1)

    assert (again["kind"], cursor_of(again["cursor"]).position) == ("AGAIN", 2)


async def test_the_objects_are_as_they_are_now_not_as_they_were(door, house, tenant):
    async with watching(door, tenant.token) as watch:
        await happens(house, tenant, "pay")
        [new] = await watch.changes(1)
    await set_status(door, tenant, new["errorId"], "OPEN")
    beginning = text_of(FeedCursor(organization=tenant.organization, position=0))

    async with watching(door, tenant.token, after=beginning) as watch:
        replayed = await watch.changes(2)

    assert [c["kind"] for c in replayed] == ["NEW", "CHANGED"]
    assert [c["error"]["status"] for c in replayed] == ["OPEN", "OPEN"]


async def test_an_error_that_is_gone_is_named_but_not_shown(door, house, tenant):
    gone = Change(
        organization_id=tenant.organization,
        kind=FeedKind.ERROR_REMOVED,
        subject_id=uuid4(),
        at=datetime.now(UTC),
    )
    async with watching(door, tenant.token) as watch:
        await append(house, gone)

        [change] = await watch.changes(1)

    assert (change["kind"], change["errorId"]) == ("REMOVED", f"err_{gone.subject_id}")
    assert (change["error"], change["occurrence"], change["count"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("where", "is_wanted"),
    [
        ({}, True),
        ({"level": ["ERROR"]}, True),
        ({"level": ["INFO", "ERROR"], "severity": None}, True),
        ({"level": ["INFO"]}, False),
        ({"level": []}, False),
        ({"environment": ["production"]}, True),
        ({"environment": ["staging"]}, False),
        ({"status": ["NEW"]}, True),
        ({"status": ["RESOLVED"]}, False),
        ({"kind": ["NEW", "REMOVED"]}, True),
        ({"kind": ["AGAIN"]}, False),
        ({"service": ["{service}"]}, True),
        ({"service": ["svc_0192d1f2-5a3c-7bbb-8000-0000000000aa"]}, False),
    ],
)
async def test_only_changes_that_fit_are_sent(door, house, tenant, where, is_wanted):
    service = shown(SERVICE, tenant.service.id)
    where = {k: v and [str(x).format(service=service) for x in v] for k, v in where.items()}
    marker = Change(
        organization_id=tenant.organization,
        kind=FeedKind.ERROR_NEW,
        subject_id=uuid4(),
        at=datetime.now(UTC),
    )
    async with (
        watching(door, tenant.token, where=where) as watch,
        watching(door, tenant.token) as everything,
    ):
        await happens(house, tenant, "pay", environment="production")
        # It says nothing of itself, so every filter but the one of kinds lets it through.
        await append(house, marker)
        await everything.changes(2)
        if where.get("kind") == ["AGAIN"]:
            return

        found = await watch.changes(2 if is_wanted else 1)

    assert found[-1]["errorId"] == f"err_{marker.subject_id}"


async def test_nobody_hears_of_other_organizations(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    async with watching(door, tenant.token) as watch:
        await happens(house, other, "pay")
        await happens(house, tenant, "pay")

        [change] = await watch.changes(1)

    assert change["error"]["organization"]["slug"] == tenant.slug


async def test_the_feed_of_an_organization_of_others_is_not_found(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    cursor = text_of(FeedCursor(organization=other.organization, position=0))

    by_name = await refusal_of(
        door, tenant.token, organization=shown(ORGANIZATION, other.organization)
    )
    by_cursor = await refusal_of(door, tenant.token, after=cursor)

    for error in (by_name, by_cursor):
        assert error["message"] == "No such organization."
        assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("after", ["", "x", "AWxzAAMDwUWaSeEBofyLeWJxqKpbtRvGPSiy", "=" * 34])
async def test_what_is_no_cursor_of_a_feed_is_refused(door, tenant, after):
    error = await refusal_of(door, tenant.token, after=after)

    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "This is not a cursor of a feed" in error["message"]


async def test_a_filter_with_an_id_of_something_else_is_refused(door, tenant):
    error = await refusal_of(door, tenant.token, where={"service": [f"err_{uuid4()}"]})

    assert error["extensions"] == {"code": "INVALID", "field": "service"}


async def test_a_cursor_that_is_no_longer_kept_is_answered_with_a_resync(door, house, tenant):
    for _ in range(3):
        await happens(house, tenant, "pay")
    async with house.database.raw_writing(SYSTEM) as db:
        await feed.trim(db, datetime.now(UTC) + timedelta(hours=1), 2)
    beginning = text_of(FeedCursor(organization=tenant.organization, position=0))

    async with watching(door, tenant.token, after=beginning) as watch:
        batch = await watch.batch()
        await happens(house, tenant, "pay")
        [change] = await watch.changes(1)

    assert (batch["kind"], batch["changes"]) == ("RESYNC", [])
    assert cursor_of(batch["cursor"]).position == 3
    assert cursor_of(change["cursor"]).position == 4


async def test_a_revoked_token_ends_the_feed_within_seconds(door, house, tenant):
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    async with watching(door, tenant.token) as watch:
        [token] = await setup.tokens_of(tenant.slug)
        await setup.revoke_token(token.id)
        payload: dict[str, object] = {}
        while "errors" not in payload:
            await happens(house, tenant, "pay")
            payload = await watch.socket.next("feed")
        last = await watch.socket.receive()

    assert payload["data"] is None
    assert [error["extensions"] for error in payload["errors"]] == [{"code": "UNAUTHENTICATED"}]
    assert last == {"id": "feed", "type": "complete"}


async def test_a_change_says_what_watchers_filter_by(house, tenant):
    await happens(house, tenant, "pay", environment="production")
    async with house.database.raw_reading(SYSTEM) as db:
        [entry] = await feed.after(db, tenant.organization, 0, 10)
    async with house.database.reading(SYSTEM) as db:
        error = (await by_ids(db, [entry.subject_id]))[entry.subject_id]

    by_hand = changed(replace(error, status=ErrorStatus.OPEN), datetime.now(UTC))

    assert entry.payload.keys() >= by_hand.payload.keys()
    assert entry.payload["environment"] == by_hand.payload["environment"] == "production"
