"""Grouping rules over the API: who may make them, what they do, and what a preview says before."""

import pytest

from domain.organizations import MembershipRole
from graph.ids import shown
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.test_triage import a_token
from tests.house import a_tenant

RULE = """fragment Rule on GroupingRule {
  id name kind matchers { field op value } fingerprint inApp position isActive
}"""
CREATE = (
    RULE
    + """mutation ($organization: ID!, $rule: GroupingRuleInput!) {
  createGroupingRule(organization: $organization, rule: $rule) {
    __typename
    ... on CreateGroupingRuleSuccess { rule { ...Rule createdBy { name } } }
    ... on Failure { message } ... on Invalid { field }
  }
}"""
)
LIST = (
    RULE + "query ($organization: ID!) { groupingRules(organization: $organization) { ...Rule } }"
)
PREVIEW = """query ($organization: ID!, $rule: GroupingRuleInput!, $errors: [ID!]) {
  previewGroupingRule(organization: $organization, rule: $rule, errors: $errors) {
    lookedAt matching sample
    merged { title events error { title } } split { title events error { title } }
  }
}"""
ERRORS = "{ errors(first: 20) { edges { node { id title occurrenceCount } } } }"


def a_rule(*matchers: tuple[str, str, str], **fields: object) -> dict[str, object]:
    told = [dict(zip(("field", "op", "value"), each, strict=True)) for each in matchers]
    defaults = {"name": "payments", "matchers": told}
    if "inApp" not in fields:
        defaults["fingerprint"] = ["payments"]
    return defaults | fields


OURS = ("type", "EQUAL", "ValueError")


def org(tenant) -> str:
    return shown("org", tenant.organization)


async def ask(door, token: str, query: str, **variables):
    answer = (await door.ask(token, query, **variables)).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def create(door, tenant, rule, token: str | None = None) -> dict[str, object]:
    found = await ask(door, token or tenant.token, CREATE, organization=org(tenant), rule=rule)
    return found["createGroupingRule"]


async def counts(door, tenant) -> dict[str, int]:
    edges = (await ask(door, tenant.token, ERRORS))["errors"]["edges"]
    return {edge["node"]["id"]: int(edge["node"]["occurrenceCount"]) for edge in edges}


async def test_a_rule_is_made_and_listed(door, tenant):
    made = await create(door, tenant, a_rule(OURS))

    assert made["rule"] == {
        "id": made["rule"]["id"],
        "name": "payments",
        "kind": "FINGERPRINT",
        "matchers": [{"field": "type", "op": "EQUAL", "value": "ValueError"}],
        "fingerprint": ["payments"],
        "inApp": None,
        "position": 0,
        "isActive": True,
        "createdBy": {"name": "Ada"},
    }
    [listed] = (await ask(door, tenant.token, LIST, organization=org(tenant)))["groupingRules"]
    assert listed["id"] == made["rule"]["id"]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (a_rule(("typo", "EQUAL", "x")), "matchers.0.field"),
        (a_rule(("type", "MATCHES", "(")), "matchers.0.value"),
        (a_rule(OURS, fingerprint=[]), "fingerprint"),
        (a_rule(), "matchers"),
        (a_rule(OURS, inApp=True), "matchers"),
        (a_rule(OURS, name=" "), "name"),
    ],
)
async def test_a_wrong_rule_is_refused_and_not_kept(door, tenant, rule, field: str):
    refused = await create(door, tenant, rule)

    assert (refused["__typename"], refused["field"]) == ("Invalid", field)
    listed = await ask(door, tenant.token, LIST, organization=org(tenant))
    assert listed["groupingRules"] == []


@pytest.mark.parametrize("role", [MembershipRole.SUPPORT, MembershipRole.VIEWER])
async def test_only_who_configures_may_make_rules(door, house, tenant, role):
    token = await a_token(house, tenant, role)

    assert (await create(door, tenant, a_rule(OURS), token))["__typename"] == "Forbidden"


async def test_rules_of_another_organization_are_neither_seen_nor_made(door, database, tenant):
    other = await a_tenant(database, CLOCK, name="bank")
    await create(door, other, a_rule(OURS))

    assert (await create(door, other, a_rule(OURS), tenant.token))["__typename"] == "NotFound"
    listed = await ask(door, tenant.token, LIST, organization=org(other))
    assert listed["groupingRules"] == []


async def test_a_preview_says_what_would_merge_and_changes_nothing(door, house, tenant):
    await happens(house, tenant, "pay", "refund", "pay")
    before = await counts(door, tenant)

    found = await ask(
        door, tenant.token, PREVIEW, organization=org(tenant), rule=a_rule(OURS, title="Payments")
    )

    preview = found["previewGroupingRule"]
    assert (preview["lookedAt"], preview["matching"], preview["split"]) == (3, 3, [])
    [merged] = preview["merged"]
    assert sorted((share["title"], share["events"]) for share in merged) == [
        ("Payments", 1),
        ("Payments", 2),
    ]
    assert preview["sample"]["summary"] == "The fingerprint of the rule “payments” decides."
    assert await counts(door, tenant) == before


async def test_a_preview_says_what_would_split(door, house, tenant):
    await happens(house, tenant, "pay", tags={"shop": "blue"})
    await happens(house, tenant, "pay", tags={"shop": "red"})
    [error] = await counts(door, tenant)

    rule = a_rule(OURS, fingerprint=["{{ default }}", "{{ tags.shop }}"])
    found = await ask(
        door, tenant.token, PREVIEW, organization=org(tenant), rule=rule, errors=[error]
    )

    [parts] = found["previewGroupingRule"]["split"]
    assert [part["events"] for part in parts] == [1, 1]
    assert found["previewGroupingRule"]["merged"] == []


async def test_a_rule_added_later_keeps_the_errors_that_were_there(door, house, tenant):
    await happens(house, tenant, "pay")
    before = await counts(door, tenant)

    await create(door, tenant, a_rule(("frame.function", "EQUAL", "pay"), inApp=False))
    await create(door, tenant, a_rule(OURS))
    await happens(house, tenant, "pay", "refund")

    [error] = before
    assert await counts(door, tenant) == {error: 3}


async def test_a_rule_that_begins_new_errors_begins_one(door, house, tenant):
    await happens(house, tenant, "pay")
    before = await counts(door, tenant)

    await create(door, tenant, a_rule(OURS, beginsNewErrors=True, title="Payments"))
    await happens(house, tenant, "pay")

    after = await counts(door, tenant)
    assert sorted(after.values()) == [1, 1]
    assert set(before) < set(after)


async def test_a_rule_that_is_deleted_leaves_its_events_where_they_were(door, house, tenant):
    made = await create(door, tenant, a_rule(OURS))
    await happens(house, tenant, "pay", "refund")
    delete = """mutation ($id: ID!) { deleteGroupingRule(id: $id) { __typename } }"""

    gone = await ask(door, tenant.token, delete, id=made["rule"]["id"])
    await happens(house, tenant, "pay", "refund")

    assert gone["deleteGroupingRule"]["__typename"] == "DeleteGroupingRuleSuccess"
    assert list((await counts(door, tenant)).values()) == [4]
    again = await ask(door, tenant.token, delete, id=made["rule"]["id"])
    assert again["deleteGroupingRule"]["__typename"] == "NotFound"


async def test_rules_are_changed_and_put_in_another_order(door, tenant):
    first = (await create(door, tenant, a_rule(OURS, name="first")))["rule"]["id"]
    second = (await create(door, tenant, a_rule(OURS, name="second")))["rule"]["id"]
    update = """mutation ($id: ID!, $rule: GroupingRuleInput!) {
      updateGroupingRule(id: $id, rule: $rule) {
        ... on UpdateGroupingRuleSuccess { rule { name isActive position } }
      }
    }"""
    reorder = """mutation ($organization: ID!, $rules: [ID!]!) {
      reorderGroupingRules(organization: $organization, rules: $rules) {
        __typename ... on ReorderGroupingRulesSuccess { rules { id } }
      }
    }"""

    changed = await ask(
        door, tenant.token, update, id=second, rule=a_rule(OURS, name="other", isActive=False)
    )
    moved = await ask(door, tenant.token, reorder, organization=org(tenant), rules=[second, first])
    partly = await ask(door, tenant.token, reorder, organization=org(tenant), rules=[second])

    assert changed["updateGroupingRule"]["rule"] == {
        "name": "other", "isActive": False, "position": 1,
    }  # fmt: skip
    assert moved["reorderGroupingRules"]["rules"] == [{"id": second}, {"id": first}]
    assert partly["reorderGroupingRules"]["__typename"] == "Invalid"


async def test_an_organization_at_the_newest_version_cannot_move_further(door, tenant):
    state = await ask(
        door,
        tenant.token,
        "query ($o: ID!) { groupingState(organization: $o) "
        "{ version newestVersion lookedBackDays } }",
        o=org(tenant),
    )
    upgrade = "mutation ($o: ID!) { upgradeGrouping(organization: $o) { __typename } }"
    refused = await ask(door, tenant.token, upgrade, o=org(tenant))

    assert state["groupingState"] == {"version": 1, "newestVersion": 1, "lookedBackDays": 30}
    assert refused["upgradeGrouping"]["__typename"] == "Invalid"
