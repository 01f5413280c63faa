"""Merges, duplicates and escalations over the API: typed answers, and what refusals leave."""

from uuid import uuid4

import pytest

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from tests.application.digesting import rows
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.test_triage import a_token
from tests.house import a_tenant

LIST = """{ errors(first: 20) { totalCount edges { node {
  id culprit occurrenceCount mergedCount usersAffectedCount } } } }"""
MERGE = """mutation ($primary: ID!, $errors: [ID!]!, $reason: String) {
  mergeErrors(primary: $primary, errors: $errors, reason: $reason) {
    __typename
    ... on MergeErrorsSuccess { error { occurrenceCount mergedCount mergedErrors { id } } }
    ... on Failure { message }
  }
}"""
UNMERGE = """mutation ($primary: ID!, $errors: [ID!]!) {
  unmergeErrors(primary: $primary, errors: $errors) {
    __typename
    ... on UnmergeErrorsSuccess { error { occurrenceCount } unmerged { id occurrenceCount } }
    ... on Failure { message }
  }
}"""
DETAIL = """query ($id: ID!) { error(id: $id) {
  mergedInto { id }
  merges { reason undoneAt primary { id } merged { id } mergedBy { name } }
  latestOccurrence { errorId }
  latestOccurrences(first: 9) { id }
  occurrences(first: 2) { totalCount edges { node { id } } }
  hours(last: 2) { count }
} }"""


async def ask(door, token, query, **variables):
    answer = (await door.ask(token, query, **variables)).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def listed(door, tenant) -> dict[str, dict]:
    edges = (await ask(door, tenant.token, LIST))["errors"]["edges"]
    return {edge["node"]["culprit"].rpartition(" ")[2]: edge["node"] for edge in edges}


async def test_a_merged_error_is_in_no_list_and_its_occurrences_are_the_primarys(
    door, house, tenant
):
    await happens(house, tenant, "pay", "ship", "ship")
    found = await listed(door, tenant)
    pay, ship = found["pay"]["id"], found["ship"]["id"]
    preview = await ask(
        door,
        tenant.token,
        "query ($p: ID!, $e: [ID!]!) { previewMerge(primary: $p, errors: $e)"
        " { joining occurrenceCount usersAffectedCount } }",
        p=pay,
        e=[ship],
    )

    done = await ask(door, tenant.token, MERGE, primary=pay, errors=[ship], reason="same cause")

    assert preview["previewMerge"] == {
        "joining": 1,
        "occurrenceCount": 3,
        "usersAffectedCount": 0,
    }
    assert done["mergeErrors"] == {
        "__typename": "MergeErrorsSuccess",
        "error": {"occurrenceCount": 3, "mergedCount": 1, "mergedErrors": [{"id": ship}]},
    }
    assert set(await listed(door, tenant)) == {"pay"}
    whole = (await ask(door, tenant.token, DETAIL, id=pay))["error"]
    assert whole["occurrences"]["totalCount"] == 3
    assert len(whole["occurrences"]["edges"]) == 2
    assert len(whole["latestOccurrences"]) == 3
    assert sum(hour["count"] for hour in whole["hours"]) == 3
    [merge] = whole["merges"]
    assert (merge["reason"], merge["merged"], merge["mergedBy"]) == (
        "same cause",
        {"id": ship},
        {"name": "Ada"},
    )
    assert (await ask(door, tenant.token, DETAIL, id=ship))["error"]["mergedInto"] == {"id": pay}

    back = await ask(door, tenant.token, UNMERGE, primary=pay, errors=[ship])

    assert back["unmergeErrors"] == {
        "__typename": "UnmergeErrorsSuccess",
        "error": {"occurrenceCount": 1},
        "unmerged": [{"id": ship, "occurrenceCount": 2}],
    }
    assert set(await listed(door, tenant)) == {"pay", "ship"}


async def test_a_search_finds_the_primary_by_what_belongs_to_a_merged_error(door, house, tenant):
    await happens(house, tenant, "pay")
    await happens(house, tenant, "ship", tags={"browser": "Lynx"})
    found = await listed(door, tenant)
    await ask(
        door,
        tenant.token,
        MERGE,
        primary=found["pay"]["id"],
        errors=[found["ship"]["id"]],
    )
    search = "query ($s: String) { errors(where: {search: $s}) { edges { node { culprit } } } }"

    for text in ("tag.browser:Lynx", "ship"):
        edges = (await ask(door, tenant.token, search, s=text))["errors"]["edges"]
        assert [edge["node"]["culprit"] for edge in edges] == ["shop.checkout in pay"], text


async def test_who_may_not_triage_and_strangers_merge_nothing(door, house, tenant):
    await happens(house, tenant, "pay", "ship")
    found = await listed(door, tenant)
    viewer = await a_token(house, tenant, MembershipRole.VIEWER)
    stranger = await a_tenant(house.database, CLOCK, name="bank")
    ids = {"primary": found["pay"]["id"], "errors": [found["ship"]["id"]]}

    refused = await ask(door, viewer, MERGE, **ids)
    unseen = await ask(door, stranger.token, MERGE, **ids)

    assert refused["mergeErrors"]["__typename"] == "Forbidden"
    assert unseen["mergeErrors"] == {"__typename": "NotFound", "message": "No such error."}
    assert len(await listed(door, tenant)) == 2


async def test_errors_of_two_services_are_not_merged_but_may_be_duplicates(door, house, tenant):
    await happens(house, tenant, "pay")
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    service, key = await setup.add_service(tenant.slug, "shop-api")
    other = type(tenant)(
        **{
            **{name: getattr(tenant, name) for name in tenant.__dataclass_fields__},
            "service": service,
            "key": key,
        }
    )
    await happens(house, other, "ship")
    found = await listed(door, tenant)
    pay, ship = found["pay"]["id"], found["ship"]["id"]

    merged = await ask(door, tenant.token, MERGE, primary=pay, errors=[ship])
    marked = await mark(door, tenant, ship, pay)

    assert merged["mergeErrors"]["__typename"] == "Invalid"
    assert marked["__typename"] == "MarkDuplicateSuccess"
    assert len(await listed(door, tenant)) == 2


MARK = """mutation ($duplicate: ID!, $primary: ID!, $reason: String) {
  markDuplicate(duplicate: $duplicate, primary: $primary, reason: $reason) {
    __typename
    ... on MarkDuplicateSuccess { primary { id } duplicate { id } }
    ... on Failure { message }
  }
}"""
DUPLICATES = """query ($id: ID!) { error(id: $id) {
  occurrenceCount occurrenceCountWithDuplicates
  duplicateOf { primary { id } similarityReason }
  duplicates { duplicate { id } markedBy { name } } } }"""


async def mark(door, tenant, duplicate, primary, reason=None):
    return (
        await ask(door, tenant.token, MARK, duplicate=duplicate, primary=primary, reason=reason)
    )["markDuplicate"]


async def test_chains_of_duplicates_are_flattened_and_no_way_leads_back(door, house, tenant):
    await happens(house, tenant, "pay", "ship", "pack", "pack")
    ids = {name: node["id"] for name, node in (await listed(door, tenant)).items()}
    await mark(door, tenant, ids["pack"], ids["ship"], "the same text")

    flattened = await mark(door, tenant, ids["ship"], ids["pay"])
    again = await mark(door, tenant, ids["ship"], ids["pay"])
    circle = await mark(door, tenant, ids["pay"], ids["pack"])
    itself = await mark(door, tenant, ids["pay"], ids["pay"])

    assert flattened == again
    assert (circle["__typename"], itself["__typename"]) == ("Conflict", "Invalid")
    pay = (await ask(door, tenant.token, DUPLICATES, id=ids["pay"]))["error"]
    assert {each["duplicate"]["id"] for each in pay["duplicates"]} == {ids["ship"], ids["pack"]}
    assert (pay["occurrenceCount"], pay["occurrenceCountWithDuplicates"]) == (1, 4)
    pack = (await ask(door, tenant.token, DUPLICATES, id=ids["pack"]))["error"]
    assert pack["duplicateOf"] == {
        "primary": {"id": ids["pay"]},
        "similarityReason": "the same text",
    }

    await ask(
        door,
        tenant.token,
        "mutation ($id: ID!) { unmarkDuplicate(duplicate: $id) { __typename } }",
        id=ids["pack"],
    )

    pack = (await ask(door, tenant.token, DUPLICATES, id=ids["pack"]))["error"]
    assert pack["duplicateOf"] is None


ESCALATE = """mutation ($id: ID!, $to: ID!, $level: EscalationLevel!, $reason: String!) {
  escalateError(id: $id, to: $to, level: $level, reason: $reason) {
    __typename
    ... on EscalateErrorSuccess { escalation { id level acknowledgedAt escalatedTo { name } } }
    ... on Failure { message }
  }
}"""
TO_ME = """{ escalationsToMe { totalCount edges { node { id reason error { id } } } } }"""
OPEN = "query ($id: ID!) { error(id: $id) { openEscalation { id level } escalations { id } } }"


@pytest.fixture
async def called(house, tenant):
    """The token and the id of a person who is called."""
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    user = await setup.add_user(email, "Ben", tenant.slug, MembershipRole.ON_CALL)
    return await setup.add_token(email, tenant.slug, "test"), f"usr_{user.id}"


async def test_a_person_is_called_and_acknowledges(door, house, tenant, called):
    token, ben = called
    await happens(house, tenant, "pay")
    error = (await listed(door, tenant))["pay"]["id"]
    call = {"id": error, "to": ben, "reason": "money is lost"}

    made = (await ask(door, tenant.token, ESCALATE, level="L2", **call))["escalateError"]
    again = (await ask(door, tenant.token, ESCALATE, level="L2", **call))["escalateError"]
    await ask(door, tenant.token, ESCALATE, level="L1", **call)

    assert made == again
    assert made["escalation"]["escalatedTo"] == {"name": "Ben"}
    mine = (await ask(door, token, TO_ME))["escalationsToMe"]
    assert mine["totalCount"] == 2
    assert {edge["node"]["error"]["id"] for edge in mine["edges"]} == {error}
    open_ = (await ask(door, tenant.token, OPEN, id=error))["error"]
    assert open_["openEscalation"] == {"id": made["escalation"]["id"], "level": "L2"}

    await ask(
        door,
        token,
        "mutation ($id: ID!) { acknowledgeEscalation(id: $id) { __typename } }",
        id=made["escalation"]["id"],
    )

    open_ = (await ask(door, tenant.token, OPEN, id=error))["error"]
    assert open_["openEscalation"]["level"] == "L1"
    assert len(open_["escalations"]) == 2
    owed = await rows(
        house.database,
        "SELECT 1 FROM escalations WHERE organization_id = $1 AND notified_at IS NULL",
        tenant.organization,
    )
    assert len(owed) == 2


async def test_who_is_no_member_is_not_called(door, house, tenant):
    await happens(house, tenant, "pay")
    error = (await listed(door, tenant))["pay"]["id"]
    stranger = await a_tenant(house.database, CLOCK, name="bank")
    call = {"id": error, "level": "L1", "reason": "help"}

    answer = await ask(door, tenant.token, ESCALATE, to=f"usr_{stranger.user}", **call)

    assert answer["escalateError"]["__typename"] == "Invalid"
    assert (await ask(door, tenant.token, OPEN, id=error))["error"]["escalations"] == []
