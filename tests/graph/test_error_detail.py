"""One error's page: its occurrences, tags, frequencies, grouping and alike; and deleting it."""

from datetime import UTC, datetime, timedelta

import pytest

from application.deletions import sweep
from domain.organizations import MembershipRole
from tests.application.digesting import accept, an_event, an_item, digest_all, rows
from tests.graph.serving import a_digest, happens
from tests.graph.test_merges import MERGE, ask, listed
from tests.graph.test_triage import a_token

START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


async def happened(house, tenant, *events: tuple[str, datetime, dict]) -> None:
    items = [
        an_item(tenant, an_event(where, timestamp=at.isoformat(), **fields), at=at)
        for where, at, fields in events
    ]
    await accept(house.database, *items)
    await digest_all(a_digest(house))


OCCURRENCES = """query ($id: ID!) { error(id: $id) {
  oldestOccurrence { id next { id } previous { id } }
  latestOccurrence { id next { id } previous { id } }
  recommendedOccurrence { userRef }
  occurrences { edges { node { id } } }
} }"""


async def test_one_goes_from_occurrence_to_occurrence_across_merged_errors(door, house, tenant):
    await happened(
        house,
        tenant,
        ("pay", START, {}),
        ("ship", START + timedelta(minutes=1), {"user": {"id": "u-1"}}),
        ("pay", START + timedelta(minutes=2), {}),
    )
    found = await listed(door, tenant)
    pay = found["pay"]["id"]
    await ask(door, tenant.token, MERGE, primary=pay, errors=[found["ship"]["id"]])

    error = (await ask(door, tenant.token, OCCURRENCES, id=pay))["error"]

    newest, middle, oldest = (edge["node"]["id"] for edge in error["occurrences"]["edges"])
    assert error["oldestOccurrence"] == {"id": oldest, "next": {"id": middle}, "previous": None}
    assert error["latestOccurrence"] == {"id": newest, "next": None, "previous": {"id": middle}}
    assert error["recommendedOccurrence"] == {"userRef": "u-1"}


TAGS = """query ($id: ID!, $since: DateTime!, $until: DateTime) { error(id: $id) {
  tagDistributions { key total different values { value count } }
  grouping { summary version hashes { kind because } exceptions }
  days: frequencies(since: $since, until: $until) { beginsAt count }
  hours: frequencies(since: $since, until: $until, unit: HOUR) { count }
} }"""


async def test_tags_frequencies_and_grouping_are_told(door, house, tenant):
    browsers = ["Firefox", "Firefox", "Lynx"]
    await happened(
        house,
        tenant,
        *(
            ("pay", START + timedelta(hours=9 * n), {"tags": {"browser": browser}})
            for n, browser in enumerate(browsers)
        ),
    )
    pay = (await listed(door, tenant))["pay"]["id"]
    span = {"since": START.isoformat(), "until": (START + timedelta(hours=28)).isoformat()}

    error = (await ask(door, tenant.token, TAGS, id=pay, **span))["error"]

    [browser] = [each for each in error["tagDistributions"] if each["key"] == "browser"]
    assert browser == {
        "key": "browser",
        "total": 3,
        "different": 2,
        "values": [{"value": "Firefox", "count": 2}, {"value": "Lynx", "count": 1}],
    }
    assert [day["count"] for day in error["days"]] == [3, 0]
    hours = [hour["count"] for hour in error["hours"]]
    assert (len(hours), sum(hours), hours[0], hours[9], hours[18]) == (29, 3, 1, 1, 1)
    assert error["grouping"]["hashes"][0]["kind"] == "app_stack"
    assert error["grouping"]["summary"]


async def test_a_range_that_is_too_long_is_refused(door, house, tenant):
    await happens(house, tenant, "pay")
    pay = (await listed(door, tenant))["pay"]["id"]
    query = """query ($id: ID!, $since: DateTime!) { error(id: $id) {
      frequencies(since: $since) { count } } }"""

    answer = (await door.ask(tenant.token, query, id=pay, since="1990-01-01T00:00:00Z")).json()

    assert answer["errors"][0]["message"] == "At most 400 steps are answered at once."


SIMILAR = """query ($id: ID!) { error(id: $id) {
  similar(first: 5) { score reasons error { culprit } } } }"""


async def test_alike_errors_are_found_with_the_reasons(door, house, tenant):
    def failing(*functions: str, kind: str = "ValueError") -> dict:
        event = an_event("x")
        [value] = event["exception"]["values"]
        value["type"] = kind
        value["stacktrace"]["frames"] = [
            {"function": name, "module": "shop.checkout", "filename": "c.py", "in_app": True}
            for name in functions
        ]
        return event

    stack = ["main", "serve", "route", "order"]
    await accept(
        house.database,
        an_item(tenant, failing(*stack, "pay")),
        an_item(tenant, failing(*stack, "refund")),
        an_item(tenant, failing("cron", "sweep", "tidy", kind="OSError")),
    )
    await digest_all(a_digest(house))
    pay = (await listed(door, tenant))["pay"]["id"]

    found = (await ask(door, tenant.token, SIMILAR, id=pay))["error"]["similar"]
    [alike] = [each for each in found if each["score"] > 0.5]

    assert alike["error"] == {"culprit": "shop.checkout in refund"}
    assert 0.7 < alike["score"] < 1
    assert "4 of 5 frames are the same." in alike["reasons"]
    assert "The same type of exception, ValueError." in alike["reasons"]


PREVIEW = """query ($ids: [ID!]!) { previewErrorDeletion(ids: $ids) {
  errors occurrenceCount keptOccurrences hashes } }"""
DELETE = """mutation ($ids: [ID!]!, $discard: Boolean!) {
  deleteErrors(ids: $ids, discardFutureEvents: $discard) {
    __typename
    ... on DeleteErrorsSuccess { removed { errors occurrenceCount keptOccurrences hashes } }
    ... on Failure { message }
  }
}"""


async def left_of(house, tenant) -> dict[str, int]:
    """How many rows of the tenant are left in each table that errors have rows in."""
    beside = ("hours", "visitors", "hashes", "remains", "words", "tags", "traits", "buckets")
    tables = ("errors", "occurrences", *(f"error_{name}" for name in beside))
    found = {}
    for table in tables:
        [row] = await rows(
            house.database,
            f"SELECT count(*)::int AS n FROM {table} WHERE organization_id = $1",
            tenant.organization,
        )
        found[table] = row["n"]
    return found


@pytest.mark.parametrize("discard", [False, True])
async def test_an_error_is_deleted_with_its_family_and_its_kind_comes_again_or_not(
    door, house, tenant, discard
):
    await happens(house, tenant, "pay", "ship", "ship", user={"id": "u-1"}, tags={"a": "b"})
    found = await listed(door, tenant)
    pay = found["pay"]["id"]
    await ask(door, tenant.token, MERGE, primary=pay, errors=[found["ship"]["id"]])
    said = (await ask(door, tenant.token, PREVIEW, ids=[pay]))["previewErrorDeletion"]

    done = await ask(door, tenant.token, DELETE, ids=[pay], discard=discard)

    assert said == done["deleteErrors"]["removed"]
    assert said == {
        "errors": 2,
        "occurrenceCount": 3,
        "keptOccurrences": 3,
        "hashes": said["hashes"],
    }
    assert await listed(door, tenant) == {}
    while await sweep(house.database):
        pass
    assert set((await left_of(house, tenant)).values()) == {0}

    await happens(house, tenant, "ship", "pack")

    names = set(await listed(door, tenant))
    assert names == ({"pack"} if discard else {"ship", "pack"})
    if discard:
        stop = """mutation ($o: ID!, $e: ID!) { stopDiscarding(organization: $o, error: $e)
          { __typename } }"""
        await ask(door, tenant.token, stop, o=f"org_{tenant.organization}", e=pay)
        await happens(house, tenant, "ship")
        assert set(await listed(door, tenant)) == {"ship", "pack"}


async def test_who_may_only_triage_deletes_nothing(door, house, tenant):
    await happens(house, tenant, "pay")
    pay = (await listed(door, tenant))["pay"]["id"]
    support = await a_token(house, tenant, MembershipRole.SUPPORT)

    answer = await ask(door, support, DELETE, ids=[pay], discard=False)

    assert answer["deleteErrors"]["__typename"] == "Forbidden"
    assert set(await listed(door, tenant)) == {"pay"}


STANDING = """query ($id: ID!, $since: DateTime!) { error(id: $id) {
  nextStatuses mergedInto { id }
  service { releasesSeen(since: $since, first: 1) { release firstSeenAt } }
} }"""


async def test_an_error_says_where_it_may_go_and_which_releases_came_last(door, house, tenant):
    later = START + timedelta(days=1)
    await happened(house, tenant, ("pay", START, {"release": "shop@1"}), ("ship", START, {}))
    await happened(house, tenant, ("pay", later, {"release": "shop@2"}))
    found = await listed(door, tenant)
    asked = {"id": found["pay"]["id"], "since": START.isoformat()}

    error = (await ask(door, tenant.token, STANDING, **asked))["error"]

    working = ["OPEN", "INVESTIGATING", "IDENTIFIED", "FIXING", "RESOLVED", "IGNORED"]
    assert error["nextStatuses"] == working
    [release] = error["service"]["releasesSeen"]
    assert (release["release"], release["firstSeenAt"]) == ("shop@2", later.isoformat())

    await ask(door, tenant.token, MERGE, primary=found["ship"]["id"], errors=[asked["id"]])
    merged = (await ask(door, tenant.token, STANDING, **asked))["error"]
    assert (merged["mergedInto"], merged["nextStatuses"]) == ({"id": found["ship"]["id"]}, [])
