"""What an error's page shows of people: timeline, comments, resolutions, targets; and settings."""

import pytest

from domain.organizations import MembershipRole
from tests.graph.serving import happens
from tests.graph.test_triage import a_token
from tests.graph.test_triage_many import ask, listed

COMMENT = """mutation ($errors: ErrorSelection!, $body: String!) {
  commentOnError(errors: $errors, body: $body) {
    __typename ... on CommentOnErrorSuccess { comment { id body author { name } } }
    ... on Failure { message } } }"""
EDIT = """mutation ($id: ID!, $body: String!) { editErrorComment(id: $id, body: $body) {
    __typename ... on EditErrorCommentSuccess { comment { body editedAt } } } }"""
ASSIGN = """mutation ($errors: ErrorSelection!, $who: ID!, $due: DateTime) {
  assignError(errors: $errors, assignee: $who, dueDate: $due, notes: "Please.") {
    __typename ... on AssignErrorSuccess { errors { assignee { name } isOverdue isSubscribed } }
    ... on Failure { message } } }"""
RESOLVE = """mutation ($errors: ErrorSelection!, $type: ID!) {
  resolveErrors(errors: $errors, resolution: {
    resolutionType: $type, description: "Off by one.", requiresDocumentation: true }) {
    __typename ... on ResolveErrorsSuccess { errors {
      resolution { id isTestOpen isFollowUpOpen resolutionType { name } } } } } }"""
TESTED = """mutation ($id: ID!) { markResolutionTested(id: $id) {
  ... on MarkResolutionTestedSuccess { resolution { verified isTestOpen testedBy { name } } } } }"""
PAGE = """query ($id: ID!) { error(id: $id) {
  activity(first: 20) { totalCount edges { node {
    kind statusBefore statusAfter notes hasPassed actor { name } assignee { name }
    comment { body } resolution { resolutionDescription } } } }
  comments { totalCount edges { node { body } } }
  resolutions { totalCount } assignments { totalCount edges { node { isOverdue } } }
  subscribers { name } firstResponseAt responseDueAt responseBreachedAt resolveBreachedAt
  team { name } } }"""
ADD_TYPE = """mutation ($of: ID!, $said: ResolutionTypeInput!) {
  addResolutionType(organization: $of, said: $said) {
    __typename ... on AddResolutionTypeSuccess { resolutionType { id name requiresTesting } }
    ... on Failure { message } ... on Invalid { field } } }"""
LEVEL = """mutation ($of: ID!, $said: SeverityLevelInput!) {
  changeSeverityLevel(organization: $of, severity: HIGH, said: $said) {
    __typename ... on ChangeSeverityLevelSuccess { severityLevel {
      responseTargetMinutes resolveTargetMinutes defaultPriority } }
    ... on Failure { message } ... on Invalid { field } } }"""
SEVERITY = """mutation ($errors: ErrorSelection!) {
  setErrorSeverity(errors: $errors, severity: HIGH) {
    ... on SetErrorSeveritySuccess { errors { resolveDueAt createdAt } } } }"""
ERROR_TYPE = """mutation ($of: ID!, $code: String!) {
  addErrorType(organization: $of, code: $code,
    said: {name: "Ours", defaultSeverity: LOW, responseHint: "Restart it."}) {
    __typename ... on AddErrorTypeSuccess { errorType { id code responseHint isBuiltin } }
    ... on Failure { message } } }"""


@pytest.fixture
async def error(door, house, tenant):
    """One error, as a selection."""
    await happens(house, tenant, "pay")
    return {"ids": [(await listed(door, tenant))["pay"]["id"]]}


def organization(tenant) -> str:
    return f"org_{tenant.organization}"


async def test_a_page_tells_what_people_said_and_did(door, tenant, error):
    new = await ask(
        door,
        tenant.token,
        ADD_TYPE,
        of=organization(tenant),
        said={"name": "tested_fix", "description": "With a test.", "requiresTesting": True},
    )
    said = await ask(door, tenant.token, COMMENT, errors=error, body="Hm, **odd**.")
    edited = await ask(door, tenant.token, EDIT, id=said["comment"]["id"], body="Not odd at all.")
    assigned = await ask(
        door,
        tenant.token,
        ASSIGN,
        errors=error,
        who=f"usr_{tenant.user}",
        due="2026-01-01T00:00:00Z",
    )
    resolved = await ask(
        door, tenant.token, RESOLVE, errors=error, type=new["resolutionType"]["id"]
    )
    [shown] = resolved["errors"]
    tested = await ask(door, tenant.token, TESTED, id=shown["resolution"]["id"])
    page = await ask(door, tenant.token, PAGE, id=error["ids"][0])

    assert said["comment"]["author"] == {"name": "Ada"}
    assert edited["comment"]["body"] == "Not odd at all."
    assert assigned["errors"] == [
        {"assignee": {"name": "Ada"}, "isOverdue": True, "isSubscribed": True}
    ]
    assert shown["resolution"] | {"id": None} == {
        "id": None,
        "isTestOpen": True,
        "isFollowUpOpen": True,
        "resolutionType": {"name": "tested_fix"},
    }
    assert tested["resolution"] == {
        "verified": True,
        "isTestOpen": False,
        "testedBy": {"name": "Ada"},
    }
    told = {edge["node"]["kind"]: edge["node"] for edge in page["activity"]["edges"]}
    assert set(told) == {
        "COMMENTED",
        "COMMENT_EDITED",
        "ASSIGNED",
        "RESOLVED",
        "FOLLOW_UP_OPENED",
        "RESOLUTION_TESTED",
    }
    assert page["activity"]["totalCount"] == 6
    assert told["COMMENTED"]["comment"] == {"body": "Not odd at all."}
    assert (told["ASSIGNED"]["assignee"], told["ASSIGNED"]["notes"]) == (
        {"name": "Ada"},
        "Please.",
    )
    assert (told["RESOLVED"]["statusBefore"], told["RESOLVED"]["statusAfter"]) == (
        "NEW",
        "RESOLVED",
    )
    assert told["RESOLVED"]["resolution"] == {"resolutionDescription": "Off by one."}
    assert told["RESOLUTION_TESTED"]["hasPassed"] is True
    assert page["comments"]["totalCount"] == page["resolutions"]["totalCount"] == 1
    assert page["subscribers"] == [{"name": "Ada"}]
    assert page["firstResponseAt"] < page["responseDueAt"]
    assert (page["responseBreachedAt"], page["resolveBreachedAt"]) == (None, None)


async def test_what_a_severity_promises_is_decided_and_kept_to(door, tenant, error):
    changed = await ask(
        door,
        tenant.token,
        LEVEL,
        of=organization(tenant),
        said={"resolveTargetMinutes": 90, "responseTargetMinutes": None, "defaultPriority": "P0"},
    )
    refused = await ask(
        door, tenant.token, LEVEL, of=organization(tenant), said={"resolveTargetMinutes": 0}
    )
    weighed = await ask(door, tenant.token, SEVERITY, errors=error)

    assert changed["severityLevel"] == {
        "responseTargetMinutes": None,
        "resolveTargetMinutes": 90,
        "defaultPriority": "P0",
    }
    assert (refused["__typename"], refused["field"]) == ("Invalid", "resolveTargetMinutes")
    [found] = weighed["errors"]
    assert found["resolveDueAt"] > found["createdAt"]


async def test_types_of_ones_own_have_names_and_codes_that_are_free(door, tenant):
    of = organization(tenant)
    said = {"name": "ours", "description": "As we do it."}

    nameless = await ask(door, tenant.token, ADD_TYPE, of=of, said={"description": "x"})
    first = await ask(door, tenant.token, ADD_TYPE, of=of, said=said)
    second = await ask(door, tenant.token, ADD_TYPE, of=of, said=said)
    kind = await ask(door, tenant.token, ERROR_TYPE, of=of, code="checkout")
    twice = await ask(door, tenant.token, ERROR_TYPE, of=of, code="checkout")
    odd = await ask(door, tenant.token, ERROR_TYPE, of=of, code="Check out")

    assert (nameless["__typename"], nameless["field"]) == ("Invalid", "name")
    assert first["resolutionType"]["name"] == "ours"
    assert second["message"] == "There is a resolution type ours already."
    assert kind["errorType"]["responseHint"] == "Restart it."
    assert (twice["__typename"], odd["__typename"]) == ("Conflict", "Invalid")


async def test_who_may_not_configure_is_refused_and_changes_nothing(door, house, tenant):
    support = await a_token(house, tenant, MembershipRole.SUPPORT)
    levels = """query ($of: ID!) {
      severityLevels(organization: $of) { severity responseTargetMinutes } }"""
    before = await ask(door, tenant.token, levels, of=organization(tenant))

    refused = [
        await ask(door, support, query, of=organization(tenant), **more)
        for query, more in (
            (LEVEL, {"said": {"responseTargetMinutes": 1}}),
            (ADD_TYPE, {"said": {"name": "n", "description": "d"}}),
            (ERROR_TYPE, {"code": "mine"}),
        )
    ]

    assert [each["__typename"] for each in refused] == ["Forbidden"] * 3
    assert await ask(door, tenant.token, levels, of=organization(tenant)) == before
    assert [level["severity"] for level in before] == [
        "EMERGENCY",
        "CRITICAL",
        "HIGH",
        "MEDIUM",
        "LOW",
    ]
