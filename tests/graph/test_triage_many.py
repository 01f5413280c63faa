"""Decisions about errors over the API: one or many, tried, confirmed, repeated, refused."""

from uuid import uuid4

import pytest

from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from tests.application.digesting import rows
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.test_triage import a_token
from tests.house import a_tenant

LIST = """{ errors(first: 50) { totalCount edges { node {
  id status severity priority errorType culprit resolvedInRelease ignoredUntilOccurrences
} } } }"""
WHAT = """{
    __typename
    ... on Failure { message }
    ... on Invalid { field }
    ... on %sSuccess {
      matchedCount changedCount skippedCount isDryRun isReplayed
      skipped { errorId reason } errors { id status severity priority errorType }
    }
}"""
COUNTS = ("matchedCount", "changedCount", "skippedCount")


def mutation(name: str, declared: str, passed: str) -> str:
    what = WHAT % (name[0].upper() + name[1:])
    if name == "resolveErrors":
        what = what.replace("__typename", "__typename ... on IllegalMove { before to }", 1)
    return (
        f"mutation ($errors: ErrorSelection!, $dry: Boolean! = false, $key: String{declared})"
        f" {{ {name}(errors: $errors, dryRun: $dry, idempotencyKey: $key{passed}) {what} }}"
    )


RESOLVE = mutation("resolveErrors", ", $how: ResolutionInput", ", resolution: $how")
REOPEN = mutation("reopenErrors", "", "")
IGNORE = mutation("ignoreErrors", ", $until: DateTime, $n: Int", ", until: $until, occurrences: $n")
SEVERITY = mutation("setErrorSeverity", ", $to: Severity!", ", severity: $to")
STATUSES = mutation("setErrorStatuses", ", $to: ErrorStatus!", ", status: $to")
UNDO = mutation("undoDecision", "", "")
PRIORITY = mutation("setErrorPriority", ", $to: Priority", ", priority: $to")
TYPE = mutation("setErrorType", ", $to: ID!", ", errorType: $to")


async def listed(door, tenant) -> dict[str, dict[str, object]]:
    answer = (await door.ask(tenant.token, LIST)).json()
    return {
        str(edge["node"]["culprit"]).rpartition(" ")[2]: edge["node"]
        for edge in answer["data"]["errors"]["edges"]
    }


async def ask(door, token: str, query: str, **variables: object) -> dict[str, object]:
    answer = (await door.ask(token, query, **variables)).json()
    assert "errors" not in answer, answer
    [result] = answer["data"].values()
    return result


@pytest.fixture
async def three(door, house, tenant):
    """Three errors by where they happen."""
    await happens(house, tenant, "pay", "ship", "print")
    return await listed(door, tenant)


async def test_errors_are_resolved_by_their_ids(door, tenant, three):
    errors = {"ids": [three["pay"]["id"], three["ship"]["id"]]}

    done = await ask(door, tenant.token, RESOLVE, errors=errors)

    assert tuple(done[name] for name in COUNTS) == (2, 2, 0)
    assert [error["status"] for error in done["errors"]] == ["RESOLVED"] * 2
    now = await listed(door, tenant)
    assert [now[name]["status"] for name in ("pay", "ship", "print")] == [
        "RESOLVED",
        "RESOLVED",
        "NEW",
    ]


async def test_a_dry_run_says_how_many_and_changes_nothing(door, house, tenant, three):
    errors = {"where": {"search": "is:unresolved"}}

    tried = await ask(door, tenant.token, RESOLVE, errors=errors, dry=True)

    assert (tried["changedCount"], tried["isDryRun"]) == (3, True)
    assert await listed(door, tenant) == three
    assert (
        await rows(
            house.database,
            "SELECT 1 FROM resolutions WHERE organization_id = $1",
            tenant.organization,
        )
        == []
    )


async def test_a_filter_is_confirmed_by_its_count(door, tenant, three):
    where = {"statusCategory": ["UNRESOLVED"]}

    unsaid = await ask(door, tenant.token, RESOLVE, errors={"where": where})
    wrong = await ask(door, tenant.token, RESOLVE, errors={"where": where, "expectedCount": 2})
    right = await ask(door, tenant.token, RESOLVE, errors={"where": where, "expectedCount": 3})

    assert (unsaid["__typename"], unsaid["field"]) == ("Invalid", "expectedCount")
    assert wrong["message"] == "The filter fits 3 errors now, not 2: look again."
    assert right["changedCount"] == 3


async def test_what_cannot_be_done_is_skipped_among_many_and_refused_alone(door, tenant, three):
    one = {"ids": [three["pay"]["id"]]}
    await ask(door, tenant.token, RESOLVE, errors=one)

    alone = await ask(door, tenant.token, RESOLVE, errors=one)
    among = await ask(
        door, tenant.token, RESOLVE, errors={"ids": [error["id"] for error in three.values()]}
    )

    assert (alone["__typename"], alone["before"]) == ("IllegalMove", "RESOLVED")
    assert tuple(among[name] for name in COUNTS) == (3, 2, 1)
    assert among["skipped"] == [
        {
            "errorId": three["pay"]["id"],
            "reason": "An error that is resolved cannot become resolved.",
        }
    ]


async def test_the_same_key_acts_once(door, tenant, three):
    errors, key = {"ids": [three["pay"]["id"]]}, uuid4().hex

    first = await ask(door, tenant.token, RESOLVE, errors=errors, key=key)
    again = await ask(door, tenant.token, RESOLVE, errors=errors, key=key)
    other = await ask(door, tenant.token, RESOLVE, errors={"ids": [three["ship"]["id"]]}, key=key)

    assert (first["changedCount"], first["isReplayed"]) == (1, False)
    assert (again["changedCount"], again["isReplayed"]) == (1, True)
    assert (other["__typename"], other["message"]) == (
        "Conflict",
        "This key was used for another request.",
    )
    assert (await listed(door, tenant))["ship"]["status"] == "NEW"


async def test_errors_are_reopened_ignored_and_weighed(door, tenant, three):
    pay, ship = {"ids": [three["pay"]["id"]]}, {"ids": [three["ship"]["id"]]}
    await ask(door, tenant.token, RESOLVE, errors=pay)

    reopened = await ask(door, tenant.token, REOPEN, errors=pay)
    ignored = await ask(door, tenant.token, IGNORE, errors=ship, n=5)
    severe = await ask(door, tenant.token, SEVERITY, errors=pay, to="CRITICAL")
    same = await ask(door, tenant.token, SEVERITY, errors=pay, to="CRITICAL")
    urgent = await ask(door, tenant.token, PRIORITY, errors=pay, to="P0")

    assert [error["status"] for error in (*reopened["errors"], *ignored["errors"])] == [
        "OPEN",
        "IGNORED",
    ]
    assert (severe["changedCount"], same["changedCount"]) == (1, 0)
    assert urgent["errors"][0]["priority"] == "P0"
    assert (await listed(door, tenant))["ship"]["ignoredUntilOccurrences"] == 6


async def test_many_are_moved_to_any_status_and_closed(door, tenant, three):
    every = {"ids": [error["id"] for error in three.values()]}
    two = {"ids": [three["pay"]["id"], three["ship"]["id"]]}
    fixing = await ask(door, tenant.token, STATUSES, errors=two, to="FIXING")
    await ask(door, tenant.token, RESOLVE, errors=two)

    closed = await ask(door, tenant.token, STATUSES, errors=every, to="CLOSED")
    never = await ask(door, tenant.token, STATUSES, errors=every, to="RECURRING")

    assert [error["status"] for error in fixing["errors"]] == ["FIXING"] * 2
    assert tuple(closed[name] for name in COUNTS) == (3, 2, 1)
    assert closed["skipped"][0]["reason"] == "An error that is new cannot become closed."
    assert tuple(never[name] for name in COUNTS) == (3, 0, 3)
    now = await listed(door, tenant)
    assert [now[name]["status"] for name in ("pay", "ship", "print")] == ["CLOSED", "CLOSED", "NEW"]


async def test_what_was_decided_by_mistake_is_as_it_was(door, tenant, three):
    errors = {"ids": [error["id"] for error in three.values()]}
    await ask(door, tenant.token, RESOLVE, errors=errors)

    undone = await ask(door, tenant.token, UNDO, errors=errors)
    again = await ask(door, tenant.token, UNDO, errors=errors)

    assert tuple(undone[name] for name in COUNTS) == (3, 3, 0)
    assert tuple(again[name] for name in COUNTS) == (3, 0, 3)
    assert await listed(door, tenant) == three


async def test_an_error_is_given_another_type(door, house, tenant, three):
    query = "query ($of: ID!) { errorTypes(organization: $of) { id code } }"
    found = await ask(door, tenant.token, query, of=f"org_{tenant.organization}")
    [payment] = [each["id"] for each in found if each["code"] == "payment"]
    other = await a_tenant(house.database, CLOCK)
    theirs = await ask(door, other.token, query, of=f"org_{other.organization}")

    done = await ask(door, tenant.token, TYPE, errors={"ids": [three["pay"]["id"]]}, to=payment)
    foreign = await ask(
        door, tenant.token, TYPE, errors={"ids": [three["pay"]["id"]]}, to=theirs[0]["id"]
    )

    assert done["errors"][0]["errorType"] == "payment"
    assert foreign == {"__typename": "NotFound", "message": "No such error type."}


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (RESOLVE, {}),
        (REOPEN, {}),
        (UNDO, {}),
        (STATUSES, {"to": "OPEN"}),
        (IGNORE, {}),
        (SEVERITY, {"to": "LOW"}),
        (PRIORITY, {}),
    ],
)
async def test_who_may_not_triage_is_refused_and_changes_nothing(
    door, house, tenant, three, query, more
):
    viewer = await a_token(house, tenant, MembershipRole.VIEWER)
    reader = await a_token(house, tenant, MembershipRole.OWNER, frozenset({TokenScope.READ}))
    stranger = await a_tenant(house.database, CLOCK)
    errors = {"ids": [error["id"] for error in three.values()]}

    kinds = [
        (await ask(door, token, query, errors=errors, **more))["__typename"]
        for token in (viewer, reader, stranger.token)
    ]

    assert kinds == ["Forbidden", "Forbidden", "NotFound"]
    assert await listed(door, tenant) == three


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"release": "1.0"}, "release"),
        ({"fixedIn": "COMMIT"}, "commit"),
        ({"fixedIn": "COMMIT", "commit": "xyz"}, "commit"),
        ({"fixedIn": "NEXT_RELEASE"}, "fixedIn"),
        ({"description": "x" * 2001}, "description"),
        ({"description": "\0"}, "description"),
        ({"resolutionType": "rty_x"}, "resolutionType"),
    ],
)
async def test_a_resolution_that_cannot_be_meant_is_refused(door, tenant, three, how, field):
    errors = {"ids": [three["pay"]["id"]]}

    refused = await ask(door, tenant.token, RESOLVE, errors=errors, how=how)

    assert (refused["__typename"], refused["field"]) == ("Invalid", field)
    assert await listed(door, tenant) == three


@pytest.mark.parametrize(
    "errors", [{}, {"ids": []}, {"ids": ["err_x"]}, {"ids": ["err_x"], "where": {}}]
)
async def test_a_selection_that_names_nothing_is_refused(door, tenant, errors):
    assert (await ask(door, tenant.token, RESOLVE, errors=errors))["__typename"] == "Invalid"


async def test_errors_of_two_organizations_are_decided_about_apart(door, house, tenant, three):
    other = await a_tenant(house.database, CLOCK)
    await happens(house, other, "pay")
    theirs = (await listed(door, other))["pay"]["id"]

    mixed = await ask(door, tenant.token, RESOLVE, errors={"ids": [three["pay"]["id"], theirs]})

    assert mixed == {"__typename": "NotFound", "message": "1 of these errors are not there."}
    assert await listed(door, tenant) == three
