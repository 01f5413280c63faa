"""Scrubbing over the API: what is decided holds for what is stored, and can be tried."""

from domain.organizations import MembershipRole
from tests.graph.serving import happens
from tests.graph.test_grouping_rules import ask, org
from tests.graph.test_triage import a_token

UPDATE = """mutation ($organization: ID!, $settings: ScrubbingInput!) {
  updateScrubbing(organization: $organization, settings: $settings) {
    __typename
    ... on UpdateScrubbingSuccess {
      settings { secretNames hidesEmails switchedOff patterns { name expression mark } }
    }
    ... on Failure { message } ... on Invalid { field }
  }
}"""
PREVIEW = """query ($o: ID!, $document: JSON, $occurrence: ID, $draft: ScrubbingInput) {
  previewScrubbing(organization: $o, document: $document, occurrence: $occurrence, draft: $draft) {
    document removed { path rules length }
  }
}"""
NEWEST = """{ errors(first: 1) { edges { node {
  latestOccurrences(first: 1) { id extra rawBody } } } } }"""
BADGES = {
    "secretNames": ["badge"],
    "hidesEmails": True,
    "patterns": [{"name": "staff", "expression": "EMP-[0-9]+", "mark": "[staff]"}],
}


async def decide(door, tenant, settings, token: str | None = None):
    token = token or tenant.token
    answer = await ask(door, token, UPDATE, organization=org(tenant), settings=settings)
    return answer["updateScrubbing"]


async def newest(door, tenant):
    [edge] = (await ask(door, tenant.token, NEWEST))["errors"]["edges"]
    return edge["node"]["latestOccurrences"][0]


async def test_what_is_decided_holds_for_what_is_stored(door, house, tenant):
    made = await decide(door, tenant, BADGES)

    await happens(house, tenant, "pay", extra={"who": "EMP-7 ada@example.com", "badge": "77"})

    assert made["settings"]["patterns"] == BADGES["patterns"]
    stored = await newest(door, tenant)
    assert stored["extra"] == {"who": "[staff] [Filtered:email]", "badge": "[Filtered]"}
    assert stored["rawBody"]["_meta"]["extra"]["who"][""]["rem"] == [
        ["organization:staff", "s"],
        ["tocsin:email", "s"],
    ]


async def test_a_draft_is_tried_on_a_document_and_on_what_is_kept(door, house, tenant):
    await happens(house, tenant, "pay", extra={"who": "EMP-7", "password": "x"})
    kept = await newest(door, tenant)

    document = {"extra": {"who": "EMP-7", "password": "hunter2"}}
    tried = await ask(door, tenant.token, PREVIEW, o=org(tenant), document=document, draft=BADGES)
    stored = await ask(
        door, tenant.token, PREVIEW, o=org(tenant), occurrence=kept["id"], draft=BADGES
    )

    assert tried["previewScrubbing"]["removed"] == [
        {"path": ["extra", "password"], "rules": ["tocsin:name"], "length": 7},
        {"path": ["extra", "who"], "rules": ["organization:staff"], "length": 5},
    ]
    assert tried["previewScrubbing"]["document"]["extra"]["who"] == "[staff]"
    assert stored["previewScrubbing"]["removed"] == [
        {"path": ["extra", "who"], "rules": ["organization:staff"], "length": 5}
    ]
    assert (await newest(door, tenant))["extra"]["who"] == "EMP-7"


async def test_a_wrong_decision_is_refused_and_changes_nothing(door, tenant):
    wrong = {"patterns": [{"name": "n", "expression": "("}]}
    both = {"hidesAddresses": True, "infersAddresses": True}

    assert (await decide(door, tenant, wrong))["field"] == "patterns.0.expression"
    assert (await decide(door, tenant, both))["__typename"] == "Invalid"
    query = """query ($o: ID!) {
      scrubbingSettings(organization: $o) { hidesAddresses patterns { name } }
    }"""
    found = await ask(door, tenant.token, query, o=org(tenant))
    assert found["scrubbingSettings"] == {"hidesAddresses": False, "patterns": []}


async def test_only_who_configures_may_decide(door, house, tenant):
    token = await a_token(house, tenant, MembershipRole.SUPPORT)

    assert (await decide(door, tenant, BADGES, token))["__typename"] == "Forbidden"


async def test_an_address_that_is_left_to_us_is_kept_if_that_was_decided(door, house, tenant):
    await happens(house, tenant, "pay", user={"id": "7", "ip_address": "{{auto}}"})
    before = (await newest(door, tenant))["rawBody"]["user"]
    await decide(door, tenant, {"infersAddresses": True})

    await happens(house, tenant, "pay", user={"id": "7", "ip_address": "{{auto}}"})

    assert before == {"id": "7"}
    after = (await newest(door, tenant))["rawBody"]["user"]
    assert after == {"id": "7", "ip_address": "192.0.2.7"}
