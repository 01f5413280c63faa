"""The typed filters of errors: each finds what the search's term of its name finds."""

from datetime import timedelta

import pytest

from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.conftest import CLOCK
from tests.graph.feeding import a_person, a_team, does, errors_of
from tests.graph.serving import a_digest
from tests.house import a_tenant

LIST = """query ($where: ErrorFilter) {
  errors(first: 50, where: $where, orderBy: FIRST_SEEN_DESC) {
    totalCount edges { node { culprit } }
  }
}"""
EVERY = ["pay", "ship", "pack", "late"]


@pytest.fixture(scope="module")
async def market(house):
    """A tenant with four errors that differ in everything that is filtered by."""
    tenant = await a_tenant(house.database, CLOCK)
    now = CLOCK.now()
    pay = an_event("pay", tags={"browser": "Firefox", "os": "b"}, user={"id": "7"}, release="2.0")
    ship = an_event("ship", tags={"browser": 'Say "12"', "os": "b"}, user={"id": "8"})
    items = [
        an_item(tenant, pay, at=now - timedelta(minutes=1)),
        an_item(tenant, pay, at=now - timedelta(seconds=30)),
        an_item(tenant, ship, at=now - timedelta(hours=3)),
        an_item(tenant, an_event("pack", release="1.0"), at=now - timedelta(days=2)),
        an_item(tenant, an_event("late"), at=now - timedelta(days=9)),
    ]
    await accept(house.database, *items)
    await digest_all(a_digest(house))
    return tenant


async def asked(door, tenant, where):
    return (await door.ask(tenant.token, LIST, where=where)).json()


async def found(door, tenant, where) -> list[str]:
    answer = await asked(door, tenant, where)
    assert "errors" not in answer, answer
    listed = answer["data"]["errors"]
    names = [edge["node"]["culprit"].rpartition(" ")[2] for edge in listed["edges"]]
    assert listed["totalCount"] == len(names)
    return names


def ago(**past: int) -> str:
    return (CLOCK.now() - timedelta(**past)).isoformat()


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({}, EVERY),
        ({"priority": ["P0"]}, []),
        ({"priority": ["P3", "P0"]}, EVERY),
        ({"release": ["2.0"]}, ["pay"]),
        ({"release": ["2.0", "1.0"]}, ["pay", "pack"]),
        ({"release": []}, []),
        ({"isAssigned": True}, []),
        ({"isAssigned": False}, EVERY),
        ({"tags": [{"key": "browser", "values": ["Firefox"]}]}, ["pay"]),
        ({"tags": [{"key": "browser", "values": ['Say "12"', "Firefox"]}]}, ["pay", "ship"]),
        (
            {"tags": [{"key": "os", "values": ["b"]}, {"key": "browser", "values": ["Firefox"]}]},
            ["pay"],
        ),
        ({"tags": []}, EVERY),
        ({"tags": [{"key": "os", "values": []}]}, []),
        ({"user": ["7"]}, ["pay"]),
        ({"user": ["7", "8", "9"]}, ["pay", "ship"]),
        ({"occurrences": {"atLeast": 2}}, ["pay"]),
        ({"occurrences": {"atMost": 1}}, ["ship", "pack", "late"]),
        ({"occurrences": {"atLeast": 1, "atMost": 1}, "users": {"atLeast": 1}}, ["ship"]),
        ({"users": {}}, EVERY),
        ({"lastSeenBefore": ago(hours=1)}, ["ship", "pack", "late"]),
        ({"firstSeenBefore": ago(days=5)}, ["late"]),
        ({"lastSeenBefore": ago(hours=1), "lastSeenAfter": ago(days=3)}, ["ship", "pack"]),
        ({"has": ["RELEASE"]}, ["pay", "pack"]),
        ({"has": ["TEAM", "REPORT", "COMMENT", "DUPLICATE", "BREACH", "ASSIGNEE"]}, []),
        ({"has": ["ESCALATION", "OVERDUE"]}, []),
        ({"has": []}, []),
        ({"release": ["2.0"], "search": "browser"}, []),
        ({"release": ["2.0"], "search": "!tag.os:c is:new"}, ["pay"]),
    ],
)
async def test_a_filter_finds_what_it_says(door, market, where, names):
    assert await found(door, market, where) == names


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ({"release": ["r"] * 101}, "release"),
        ({"release": ["r" * 256]}, "release"),
        ({"team": ["err_1"]}, "team"),
        ({"tags": [{"key": "k", "values": ["v"]}] * 21}, "tags"),
        ({"tags": [{"key": "\0", "values": ["v"]}]}, "tags"),
        ({"user": ["\0"]}, "user"),
    ],
)
async def test_what_cannot_be_meant_is_refused(door, market, where, field):
    answer = await asked(door, market, where)

    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": field}


async def test_what_a_team_has_is_found_and_decided_about(door, house):
    tenant = await a_tenant(house.database, CLOCK)
    items = [an_item(tenant, an_event(name), at=CLOCK.now()) for name in ("pay", "ship")]
    await accept(house.database, *items)
    await digest_all(a_digest(house))
    team = await a_team(door, tenant)
    pay = (await errors_of(door, tenant))["pay"]
    await does(door, tenant.token, f'assignError(errors: {{ids: ["{pay}"]}}, team: "{team}")')

    assert await found(door, tenant, {"team": [team]}) == ["pay"]
    assert await found(door, tenant, {"isAssigned": True}) == ["pay"]
    assert await found(door, tenant, {"isAssigned": False}) == ["ship"]
    where = f'{{where: {{team: ["{team}"]}}, expectedCount: 1}}'
    await does(door, tenant.token, f"resolveErrors(errors: {where})")
    assert await found(door, tenant, {"status": ["RESOLVED"]}) == ["pay"]


async def test_what_is_overdue_and_who_was_called_is_found(door, house):
    tenant = await a_tenant(house.database, CLOCK)
    names = ("pay", "ship", "pack", "late")
    await accept(house.database, *(an_item(tenant, an_event(n), at=CLOCK.now()) for n in names))
    await digest_all(a_digest(house))
    me = await a_person(house, tenant)
    ids = await errors_of(door, tenant)
    for name, due in (("pay", ago(days=1)), ("ship", ago(days=-1)), ("pack", ago(days=1))):
        given = f'assignee: "{me.shown}", dueDate: "{due}"'
        await does(door, tenant.token, f'assignError(errors: {{ids: ["{ids[name]}"]}}, {given})')
    await does(door, tenant.token, f'resolveErrors(errors: {{ids: ["{ids["pack"]}"]}})')
    called = f'escalateError(id: "{ids["late"]}", to: "{me.shown}", level: L1, reason: "Help")'
    call = await does(
        door,
        tenant.token,
        called,
        "{ __typename ... on EscalateErrorSuccess { escalation { id } } }",
    )

    assert await found(door, tenant, {"has": ["OVERDUE"]}) == ["pay"]
    assert sorted(await found(door, tenant, {"search": "!has:overdue"})) == ["late", "pack", "ship"]
    assert await found(door, tenant, {"search": "has:escalation"}) == ["late"]
    await does(door, me.token, f'acknowledgeEscalation(id: "{call["escalation"]["id"]}")')
    assert await found(door, tenant, {"has": ["ESCALATION"]}) == []
