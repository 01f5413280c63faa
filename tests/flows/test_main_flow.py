"""From an SDK to a person: what goes wrong is listed, told live, and can be worked on."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.flows.clients import a_program, watching
from tests.flows.running import Installation, an_installation, eventually
from tests.house import Tenant
from tests.machine import burden

ERRORS = """{
  errors {
    totalCount
    edges { node {
      id title message errorType level severity status culprit platform environment serviceName
      occurrenceCount usersAffectedCount firstSeenAt lastSeenAt firstRelease lastRelease
    } }
  }
}"""
ERROR = "query ($id: ID!) { error(id: $id) { id title status occurrenceCount } }"
OCCURRENCE = """query ($id: ID!) {
  error(id: $id) { latestOccurrence {
    eventId level message environment release serverName userRef user contexts
    tags { key value }
    sdk { name }
    breadcrumbs { category message }
    exceptions { type value frames { function filename lineNumber contextLine isInApp variables } }
  } }
}"""
SET_STATUS = """mutation ($id: ID!, $status: ErrorStatus!) {
  setErrorStatus(id: $id, status: $status) {
    __typename
    ... on SetErrorStatusSuccess { error { id status statusCategory resolvedAt } }
    ... on IllegalMove { message before to }
    ... on NotFound { message }
  }
}"""


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    async with an_installation(flow_database) as running:
        yield running


@pytest.fixture
async def tenant(house: Installation) -> Tenant:
    return await house.tenant()


async def listed(house: Installation, tenant: Tenant) -> list[dict[str, object]]:
    """Return the tenant's errors, the last one that happened first."""
    answer = await house.ask(tenant, ERRORS)
    return [edge["node"] for edge in answer["errors"]["edges"]]


async def an_error(house: Installation, tenant: Tenant, how: str = "pay") -> dict[str, object]:
    """Let a program fail, and return the error when it is listed."""
    async with a_program("shop", house.dsn(tenant)) as shop:
        await shop.fails(how)
    [error] = await eventually(lambda: listed(house, tenant), lambda found: found)
    return error


async def test_what_a_program_raises_is_listed_within_a_second(house: Installation, tenant: Tenant):
    async with a_program("shop", house.dsn(tenant)) as shop:
        await shop.fails("pay")
        sent_at = time.monotonic()
        found = await eventually(
            lambda: listed(house, tenant), lambda errors: errors, seconds=burden()
        )
        seconds = time.monotonic() - sent_at

    assert seconds < burden()
    [error] = found
    seen = error.pop("firstSeenAt"), error.pop("lastSeenAt")
    assert error == {
        "id": error["id"],
        "title": "ValueError: card gold was declined",
        "message": "card gold was declined",
        "errorType": error["errorType"],
        "level": "ERROR",
        "severity": error["severity"],
        "status": "NEW",
        "culprit": error["culprit"],
        "platform": "python",
        "environment": "flows",
        "serviceName": "shop-web",
        "occurrenceCount": 1,
        "usersAffectedCount": 1,
        "firstRelease": "shop@1.2.3",
        "lastRelease": "shop@1.2.3",
    }
    assert "pay" in error["culprit"]
    assert seen[0] == seen[1]
    assert datetime.now(UTC) - datetime.fromisoformat(seen[0]) < timedelta(minutes=1)


async def test_its_occurrence_has_the_stack_and_all_that_the_sdk_knew(
    house: Installation, tenant: Tenant
):
    async with a_program("shop", house.dsn(tenant)) as shop:
        event_id = await shop.fails("pay")
    [error] = await eventually(lambda: listed(house, tenant), lambda found: found)

    answer = await house.ask(tenant, OCCURRENCE, id=error["id"])

    occurrence = answer["error"]["latestOccurrence"]
    assert occurrence["eventId"] == event_id
    assert occurrence["level"] == "ERROR"
    assert occurrence["message"] == "card gold was declined"
    assert occurrence["environment"] == "flows"
    assert occurrence["release"] == "shop@1.2.3"
    assert occurrence["serverName"] == "till-3"
    assert occurrence["user"] == {"id": "customer-42"}
    assert occurrence["userRef"]
    assert occurrence["contexts"]["basket"] == {"articles": 3, "total": "17.50"}
    assert occurrence["contexts"]["runtime"]["name"] == "CPython"
    assert occurrence["tags"] == [{"key": "shelf", "value": "north"}]
    assert occurrence["sdk"]["name"].startswith("sentry.python")
    assert occurrence["breadcrumbs"] == [{"category": "checkout", "message": "began to pay"}]
    [exception] = occurrence["exceptions"]
    assert (exception["type"], exception["value"]) == ("ValueError", "card gold was declined")
    raised = exception["frames"][-1]
    assert raised["function"] == "pay"
    assert raised["filename"] == "shop.py"
    assert raised["contextLine"].strip() == 'raise ValueError(f"card {card} was declined")'
    assert raised["lineNumber"] > 0
    assert raised["isInApp"] is True
    assert raised["variables"] == {"card": "'gold'"}


async def test_the_same_again_is_counted_and_another_error_is_another(
    house: Installation, tenant: Tenant
):
    async with a_program("shop", house.dsn(tenant)) as shop:
        await shop.fails("pay")
        [first] = await eventually(lambda: listed(house, tenant), lambda found: found)
        await shop.fails("pay")
        [again] = await eventually(
            lambda: listed(house, tenant), lambda found: found[0]["occurrenceCount"] == 2
        )
        await shop.fails("ship")
        both = await eventually(lambda: listed(house, tenant), lambda found: len(found) == 2)

    assert (again["id"], again["occurrenceCount"]) == (first["id"], 2)
    assert again["usersAffectedCount"] == 1
    assert again["firstSeenAt"] == first["firstSeenAt"]
    assert again["lastSeenAt"] > first["lastSeenAt"]
    assert [(error["title"], error["occurrenceCount"]) for error in both] == [
        ("KeyError: 17", 1),
        ("ValueError: card gold was declined", 2),
    ]


async def test_a_watcher_is_told_live_with_the_selection_it_asked_for(
    house: Installation, tenant: Tenant
):
    selection = "kind changes { kind count error { title level } occurrence { eventId } }"
    watcher = await watching(house.serve[0].url, tenant.token, selection=selection)
    async with a_program("shop", house.dsn(tenant)) as shop:
        first = await shop.fails("pay")
        sent_at = time.monotonic()
        await watcher.until(lambda w: w.changes, seconds=burden())
        seconds = time.monotonic() - sent_at
        second = await shop.fails("pay")
        await watcher.until(lambda w: len(w.changes) == 2)
    await watcher.stop()

    error = {"title": "ValueError: card gold was declined", "level": "ERROR"}
    assert seconds < burden()
    assert watcher.changes == [
        {"kind": kind, "count": 1, "error": error, "occurrence": {"eventId": event_id}}
        for kind, event_id in (("NEW", first), ("AGAIN", second))
    ]


async def test_a_status_is_set_and_the_watcher_sees_it(house: Installation, tenant: Tenant):
    error = await an_error(house, tenant)
    selection = "cursor changes { kind cursor error { id status } occurrence { id } count }"
    watcher = await watching(house.serve[0].url, tenant.token, selection=selection)

    answer = await house.ask(tenant, SET_STATUS, id=error["id"], status="RESOLVED")
    await watcher.until(lambda w: w.changes)
    await watcher.stop()

    result = answer["setErrorStatus"]
    assert result["__typename"] == "SetErrorStatusSuccess"
    assert result["error"].pop("resolvedAt") is not None
    assert result["error"] == {
        "id": error["id"],
        "status": "RESOLVED",
        "statusCategory": "RESOLVED",
    }
    [change] = watcher.changes
    del change["cursor"]
    assert change == {
        "kind": "CHANGED",
        "error": {"id": error["id"], "status": "RESOLVED"},
        "occurrence": None,
        "count": 0,
    }
    shown = await house.ask(tenant, ERROR, id=error["id"])
    assert shown["error"]["status"] == "RESOLVED"


async def test_what_was_resolved_and_happens_again_has_regressed(
    house: Installation, tenant: Tenant
):
    error = await an_error(house, tenant)
    await house.ask(tenant, SET_STATUS, id=error["id"], status="RESOLVED")
    watcher = await watching(house.serve[0].url, tenant.token)

    async with a_program("shop", house.dsn(tenant)) as shop:
        await shop.fails("pay")
    await watcher.until(lambda w: w.changes)
    await watcher.stop()

    assert [change["kind"] for change in watcher.changes] == ["REGRESSED"]
    shown = await house.ask(tenant, ERROR, id=error["id"])
    assert (shown["error"]["status"], shown["error"]["occurrenceCount"]) == ("RECURRING", 2)


async def test_an_impossible_move_is_refused_and_changes_nothing(
    house: Installation, tenant: Tenant
):
    error = await an_error(house, tenant)
    watcher = await watching(house.serve[0].url, tenant.token)

    answer = await house.ask(tenant, SET_STATUS, id=error["id"], status="CLOSED")
    marker = await house.ask(tenant, SET_STATUS, id=error["id"], status="OPEN")
    await watcher.until(lambda w: w.changes)
    await watcher.stop()

    assert answer["setErrorStatus"] == {
        "__typename": "IllegalMove",
        "message": answer["setErrorStatus"]["message"],
        "before": "NEW",
        "to": "CLOSED",
    }
    assert marker["setErrorStatus"]["__typename"] == "SetErrorStatusSuccess"
    assert len(watcher.changes) == 1
    [row] = await house.sql(
        "SELECT (SELECT count(*) FROM error_activities WHERE organization_id = $1) AS activities,"
        " (SELECT status FROM errors WHERE organization_id = $1) AS status",
        tenant.organization,
    )
    assert tuple(row) == (1, "open")


async def test_another_organization_sees_nothing_and_moves_nothing(
    house: Installation, tenant: Tenant
):
    error = await an_error(house, tenant)
    other = await house.tenant("spy")

    seen = await house.ask(other, ERROR, id=error["id"])
    moved = await house.ask(other, SET_STATUS, id=error["id"], status="RESOLVED")

    assert seen == {"error": None}
    assert await listed(house, other) == []
    assert moved["setErrorStatus"]["__typename"] == "NotFound"
    shown = await house.ask(tenant, ERROR, id=error["id"])
    assert shown["error"]["status"] == "NEW"


async def test_another_organization_hears_nothing_even_with_a_cursor_that_leaked(
    house: Installation, tenant: Tenant
):
    other = await house.tenant("spy")
    own = await watching(house.serve[0].url, tenant.token)
    spy = await watching(house.serve[0].url, other.token)
    by_cursor = await watching(house.serve[0].url, other.token, after=own.cursor)
    await by_cursor.until(lambda w: w.refusal)

    await an_error(house, tenant)
    await an_error(house, other)
    await asyncio.gather(*(watcher.until(lambda w: w.changes) for watcher in (own, spy)))
    for watcher in (own, spy, by_cursor):
        await watcher.stop()

    assert by_cursor.batches == []
    assert by_cursor.refusal[0]["extensions"]["code"] == "NOT_FOUND"
    assert len(own.changes) == len(spy.changes) == 1
    assert own.changes[0]["errorId"] != spy.changes[0]["errorId"]


async def test_without_a_token_nothing_is_shown(house: Installation):
    answer = await house.http.post(f"{house.serve[0].url}/graphql", json={"query": ERRORS})

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
