"""Limits, suppression rules and dead letters over the API: what is answered, and to whom."""

import pytest

from application.limit_notices import LimitNotices
from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from graph.context import House
from persistence.database import SYSTEM
from persistence.inbox import dead_letters
from tests.application.digesting import an_item
from tests.conftest import CLOCK
from tests.graph.serving import Served, happens
from tests.house import Tenant, a_tenant

LIMIT = """
mutation($o: ID!, $n: Int!) { setErrorRateLimit(organization: $o, perMinute: $n) {
  __typename
  ... on SetErrorRateLimitSuccess { organization { errorRateLimitPerMinute } }
  ... on Failure { message }
  ... on Invalid { field }
} }
"""
KEY_LIMIT = """
mutation($k: ID!, $n: Int) { setIngestKeyLimit(key: $k, perMinute: $n) {
  __typename ... on SetIngestKeyLimitSuccess { key { rateLimitPerMinute } }
} }
"""
RULE = """
  id name action scope matchers { field op value } expression windowSeconds maxPerWindow isOn
  neverAbove hitCount schedule { timezone windows { days begins ends } } createdBy { id }
"""
CREATE = (
    "mutation($o: ID!, $r: SuppressionRuleInput!) {"
    " createSuppressionRule(organization: $o, rule: $r) { __typename"
    " ... on Failure { message } ... on Invalid { field }"
    " ... on CreateSuppressionRuleSuccess { rule {" + RULE + "} } } }"
)
LETTERS = """
query($o: ID!) { deadLetters(organization: $o, first: 10) {
  totalCount edges { node { id kind reason body service { name } } }
} }
"""


async def ask(door: Served, token: str, query: str, **variables: object) -> dict:
    answer = (await door.ask(token, query, **variables)).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def member(house: House, tenant: Tenant, role: MembershipRole) -> str:
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{role.value}-{tenant.slug}@example.com"
    await setup.add_user(email, role.value, tenant.slug, role)
    return await setup.add_token(email, tenant.slug, "test")


async def test_a_limit_is_set_and_read(door: Served, tenant: Tenant):
    data = await ask(door, tenant.token, LIMIT, o=f"org_{tenant.organization}", n=250)
    assert data["setErrorRateLimit"]["organization"] == {"errorRateLimitPerMinute": 250}

    for limit in (7, None):
        data = await ask(door, tenant.token, KEY_LIMIT, k=f"key_{tenant.key.id}", n=limit)
        assert data["setIngestKeyLimit"]["key"] == {"rateLimitPerMinute": limit}


@pytest.mark.parametrize("limit", [0, -1, 1_000_001])
async def test_a_limit_out_of_bounds_is_refused_and_nothing_changed(
    door: Served, tenant: Tenant, limit: int
):
    data = await ask(door, tenant.token, LIMIT, o=f"org_{tenant.organization}", n=limit)

    assert (data["setErrorRateLimit"]["__typename"], data["setErrorRateLimit"]["field"]) == (
        "Invalid",
        "perMinute",
    )
    query = "query($id: ID!) { organization(id: $id) { errorRateLimitPerMinute } }"
    found = await ask(door, tenant.token, query, id=f"org_{tenant.organization}")
    assert found["organization"]["errorRateLimitPerMinute"] == 1_000_000


async def test_who_may_set_a_limit(door: Served, house: House, tenant: Tenant):
    devops = await member(house, tenant, MembershipRole.DEVOPS)
    support = await member(house, tenant, MembershipRole.SUPPORT)
    stranger = (await a_tenant(house.database, CLOCK)).token
    asked = {"o": f"org_{tenant.organization}", "n": 250}

    answers = [await ask(door, token, LIMIT, **asked) for token in (devops, support, stranger)]

    assert [a["setErrorRateLimit"]["__typename"] for a in answers] == [
        "SetErrorRateLimitSuccess",
        "Forbidden",
        "NotFound",
    ]


async def test_the_hours_over_a_limit_are_shown_to_their_own_people(
    door: Served, house: House, tenant: Tenant
):
    notices = LimitNotices(database=house.database, hub=house.hub, clock=CLOCK)
    notices.note(tenant.organization)
    [entry] = await notices.write()
    query = "query($o: ID!) { limitNotices(organization: $o) }"
    asked = {"o": f"org_{tenant.organization}"}

    stranger = await a_tenant(house.database, CLOCK)

    [hour] = (await ask(door, tenant.token, query, **asked))["limitNotices"]
    assert hour == entry.at.replace(minute=0, second=0, microsecond=0).isoformat()
    assert (await ask(door, stranger.token, query, **asked))["limitNotices"] == []


async def test_a_rule_is_made_changed_and_removed(door: Served, tenant: Tenant):
    rule = {
        "name": "Nightly imports",
        "action": "RATE_LIMIT",
        "maxPerWindow": 5,
        "windowSeconds": 300,
        "matchers": [{"field": "type", "op": "EQUAL", "value": "Timeout*"}],
        "expression": "message =~ import\n# by night",
        "schedule": {
            "timezone": "Europe/Berlin",
            "windows": [{"days": ["SUNDAY", "MONDAY"], "begins": "22:00", "ends": "06:00"}],
        },
    }
    organization = f"org_{tenant.organization}"

    made = (await ask(door, tenant.token, CREATE, o=organization, r=rule))["createSuppressionRule"]

    kept = made["rule"]
    assert kept["matchers"] == rule["matchers"]
    assert kept["expression"] == rule["expression"]
    assert kept["schedule"] == rule["schedule"]
    assert (kept["neverAbove"], kept["hitCount"], kept["windowSeconds"]) == ("EMERGENCY", 0, 300)
    listed = "query($o: ID!) { suppressionRules(organization: $o) { id name } }"
    found = await ask(door, tenant.token, listed, o=organization)
    assert found["suppressionRules"] == [{"id": kept["id"], "name": "Nightly imports"}]
    update = (
        "mutation($id: ID!, $r: SuppressionRuleInput!) { updateSuppressionRule(id: $id, rule: $r)"
        " { ... on UpdateSuppressionRuleSuccess { rule { name action } } } }"
    )
    changed = {"name": "Mute", "action": "MUTE", "expression": "type = X", "isActive": False}
    after = await ask(door, tenant.token, update, id=kept["id"], r=changed)
    assert after["updateSuppressionRule"]["rule"] == {"name": "Mute", "action": "MUTE"}
    node = "query($id: ID!) { node(id: $id) { ... on SuppressionRule { isOn } } }"
    assert (await ask(door, tenant.token, node, id=kept["id"]))["node"] == {"isOn": False}
    delete = (
        "mutation($id: ID!) { deleteSuppressionRule(id: $id) { __typename"
        " ... on DeleteSuppressionRuleSuccess { rule { id } } } }"
    )
    gone = [await ask(door, tenant.token, delete, id=kept["id"]) for _ in range(2)]
    assert [g["deleteSuppressionRule"]["__typename"] for g in gone] == [
        "DeleteSuppressionRuleSuccess",
        "NotFound",
    ]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"name": "x", "action": "DROP"}, "matchers"),
        ({"name": "", "action": "DROP", "expression": "type = X"}, "name"),
        ({"name": "x", "action": "DROP", "expression": "nonsense"}, "expression"),
        (
            {
                "name": "x",
                "action": "DROP",
                "matchers": [{"field": "type", "op": "MATCHES", "value": "("}],
            },
            "matchers.0.value",
        ),
        ({"name": "x", "action": "RATE_LIMIT", "expression": "type = X"}, "maxPerWindow"),
    ],
)
async def test_a_rule_that_cannot_be_is_refused(door: Served, tenant: Tenant, rule, field):
    data = await ask(door, tenant.token, CREATE, o=f"org_{tenant.organization}", r=rule)

    refused = data["createSuppressionRule"]
    assert (refused["__typename"], refused["field"]) == ("Invalid", field)


async def test_dead_letters_are_seen_without_secrets_and_replayed(
    door: Served, house: House, tenant: Tenant
):
    item = an_item(tenant, b'{"message": "x", "extra": {"password": "hunter2secret"}}')
    async with house.database.raw_writing(SYSTEM) as db:
        await dead_letters.bury(db, [(CLOCK.new_id(), item, "a bug of ours")])
    whose = f"org_{tenant.organization}"

    found = (await ask(door, tenant.token, LETTERS, o=whose))["deadLetters"]

    [edge] = found["edges"]
    assert (found["totalCount"], edge["node"]["reason"]) == (1, "a bug of ours")
    assert edge["node"]["service"] == {"name": tenant.service.name}
    assert '"message": "x"' in edge["node"]["body"]
    assert "hunter2secret" not in edge["node"]["body"]
    support = await member(house, tenant, MembershipRole.SUPPORT)
    refused = (await door.ask(support, LETTERS, o=whose)).json()
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    replay = (
        "mutation($o: ID!, $ids: [ID!]!) { replayDeadLetters(organization: $o, ids: $ids)"
        " { __typename ... on ReplayDeadLettersSuccess { replayed } } }"
    )
    done = [
        (await ask(door, token, replay, o=whose, ids=[edge["node"]["id"]]))["replayDeadLetters"]
        for token in (support, tenant.token)
    ]
    assert done[0]["__typename"] == "Forbidden"
    assert done[1]["replayed"] == 1
    async with house.database.raw_reading(SYSTEM) as db:
        back = await db.fetchval("SELECT count(*) FROM inbox WHERE event_id = $1", item.event_id)
    assert back == 1


PREVIEW = """
query($o: ID!, $r: SuppressionRuleInput!, $n: Int) {
  previewSuppressionRule(organization: $o, rule: $r, events: $n) {
    lookedAt matching spared errors { events error { title } }
  }
}
"""


async def test_a_rule_is_tried_on_what_is_stored_before_it_is_made(
    door: Served, house: House, tenant: Tenant
):
    await happens(house, tenant, "pay", "pay", "ship")
    await happens(house, tenant, "ship", release="shop@2")
    rule = {"name": "x", "action": "DROP", "expression": "frame.function = pay"}
    asked = {"o": f"org_{tenant.organization}", "n": 100}

    found = await ask(door, tenant.token, PREVIEW, r=rule, **asked)
    spared = await ask(door, tenant.token, PREVIEW, r=rule | {"neverAbove": "LOW"}, **asked)
    release = await ask(
        door, tenant.token, PREVIEW, r=rule | {"expression": "release = shop@2"}, **asked
    )

    assert found["previewSuppressionRule"] == {
        "lookedAt": 4,
        "matching": 2,
        "spared": 0,
        "errors": [{"events": 2, "error": {"title": "ValueError: no such card"}}],
    }
    assert spared["previewSuppressionRule"] == {
        "lookedAt": 4,
        "matching": 0,
        "spared": 2,
        "errors": [],
    }
    assert release["previewSuppressionRule"]["matching"] == 1
    support = await member(house, tenant, MembershipRole.SUPPORT)
    refused = (await door.ask(support, PREVIEW, r=rule, **asked)).json()
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    many = (await door.ask(tenant.token, PREVIEW, r=rule, **asked | {"n": 501})).json()
    assert many["errors"][0]["extensions"]["code"] == "INVALID"
