"""Searching errors over the API: every key, both ways to read, and only what one may see."""

import json
from datetime import timedelta

import pytest

from persistence.database import SYSTEM
from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.conftest import CLOCK
from tests.graph.serving import a_digest
from tests.house import a_tenant

SEARCH = """query ($search: String) {
  errors(first: 50, where: {search: $search}, orderBy: FIRST_SEEN_DESC) {
    totalCount edges { node { title culprit status } }
  }
}"""
SUGGEST = """query ($search: String!, $cursor: Int) {
  searchSuggestions(search: $search, cursor: $cursor) { text says start end }
}"""


@pytest.fixture(scope="module")
async def market(house):
    """A tenant with four errors that differ in everything that is searched for."""
    house = house
    tenant = await a_tenant(house.database, CLOCK)
    now = CLOCK.now()
    pay = an_event(
        "pay",
        environment="production",
        tags={"browser": "Firefox"},
        user={"id": "7"},
        release="2.0",
    )
    ship = an_event("ship", level="fatal", environment="production", tags={"browser": "Chrome 12"})
    mail = an_event("sendMailTimeout", level="warning", environment="staging")
    late = an_event("late", level="info")
    items = [
        an_item(tenant, pay, at=now - timedelta(minutes=1)),
        an_item(tenant, pay, at=now - timedelta(seconds=30)),
        an_item(tenant, ship, at=now - timedelta(hours=3)),
        an_item(tenant, mail, at=now - timedelta(days=2)),
        an_item(tenant, late, at=now - timedelta(days=9)),
    ]
    await accept(house.database, *items)
    await digest_all(a_digest(house))
    return tenant


async def culprits(door, tenant, search: str) -> list[str]:
    answer = (await door.ask(tenant.token, SEARCH, search=search)).json()
    assert "errors" not in answer, answer
    found = answer["data"]["errors"]
    names = [edge["node"]["culprit"].rpartition(" ")[2] for edge in found["edges"]]
    assert found["totalCount"] == len(names)
    return names


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["pay", "ship", "sendMailTimeout", "late"]),
        ("is:unresolved", ["pay", "ship", "sendMailTimeout", "late"]),
        ("is:resolved", []),
        ("status:[new,open] environment:production", ["pay", "ship"]),
        ("!environment:production", ["sendMailTimeout", "late"]),
        ("severity:>=high", ["ship"]),
        ("level:<warning", ["late"]),
        ("level:[warning, info]", ["sendMailTimeout", "late"]),
        ("tag.browser:Firefox", ["pay"]),
        ('tag.browser:["Chrome 12", Firefox]', ["pay", "ship"]),
        ("!tag.browser:Firefox", ["ship", "sendMailTimeout", "late"]),
        ("user:7", ["pay"]),
        ("user:8", []),
        ("id:SHOP-WEB-1", ["pay"]),
        ("id:[2, ANY-NAME-4]", ["ship", "late"]),
        ("!id:1 is:unresolved", ["ship", "sendMailTimeout", "late"]),
        ("id:999999999", []),
        ("count:>1", ["pay"]),
        ("count:1", ["ship", "sendMailTimeout", "late"]),
        ("users:>=1", ["pay"]),
        ("last-seen:<2h", ["pay"]),
        ("last-seen:>2h last-seen:<7d", ["ship", "sendMailTimeout"]),
        ("first-seen:>5d", ["late"]),
        ("release:2.0", ["pay"]),
        ("!has:release", ["ship", "sendMailTimeout", "late"]),
        ("assignee:nobody", ["pay", "ship", "sendMailTimeout", "late"]),
        ("assignee:me", []),
        ("assignee:my-teams", []),
        ("!assignee:[me, my-teams]", ["pay", "ship", "sendMailTimeout", "late"]),
        (
            "!has:[team, report, comment, duplicate] is:new",
            ["pay", "ship", "sendMailTimeout", "late"],
        ),
        ("has:report", []),
        ("has:breach", []),
        ("timeout", ["sendMailTimeout"]),
        ("TIMEO", ["sendMailTimeout"]),
        ('"send mail"', ["sendMailTimeout"]),
        ("!timeout", ["pay", "ship", "late"]),
        ("card", ["pay", "ship", "sendMailTimeout", "late"]),
        ("nowhere", []),
        ("type:unknown tag.browser:Firefox timeout", []),
    ],
)
async def test_a_search_finds_what_it_says(door, market, search, found):
    assert await culprits(door, market, search) == found


async def test_a_service_is_named_in_any_case(door, market):
    name = market.service.name.upper()

    assert len(await culprits(door, market, f"service:{name}")) == 4


async def test_a_target_that_was_missed_is_found(door, house, market):
    async with house.database.raw_writing(SYSTEM) as db:
        await db.execute(
            "UPDATE errors SET response_due_at = now() - interval '1 minute'"
            " WHERE organization_id = $1 AND culprit LIKE '%ship'",
            market.organization,
        )

    assert await culprits(door, market, "has:breach") == ["ship"]
    assert len(await culprits(door, market, "!has:breach")) == 3


async def test_another_tenant_finds_nothing_of_it(door, house, market):
    other = await a_tenant(house.database, CLOCK, name="bank")

    for search in ("", "timeout", "tag.browser:Firefox", "user:7"):
        assert await culprits(door, other, search) == []
    answer = (await door.ask(other.token, SUGGEST, search="tag.browser:")).json()
    assert answer["data"]["searchSuggestions"] == []


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("is:resolvd", "Did you mean resolved"),
        ("service:nowhere", "There is no service “nowhere” here"),
        ("assignee:nobody@nowhere.example", "There is no person"),
        ("assignee:#nobody", "There is no team “nobody” here"),
        ("id:SHOP", "id takes a name such as SHOP-WEB-12"),
        ("first-seen:2026-13-01", "There is no such date"),
    ],
)
async def test_a_mistake_is_an_answer_with_its_place(door, market, search, says):
    answer = (await door.ask(market.token, SEARCH, search=search)).json()

    [error] = answer["errors"]
    assert says in error["message"]
    assert "(at " in error["message"]
    place = error["extensions"]
    assert (place["code"], place["field"]) == ("INVALID", "search")
    # Counted from 0, for who marks it while it is typed.
    assert f"(at {place['start'] + 1})" in error["message"]
    assert place["start"] < place["end"] <= len(search) + 1


async def test_names_are_suggested_from_what_is_there(door, market):
    async def suggested(search: str) -> list[str]:
        answer = (await door.ask(market.token, SUGGEST, search=search)).json()
        return [one["text"] for one in answer["data"]["searchSuggestions"]]

    assert await suggested("environment:pro") == ["production"]
    assert await suggested("tag.browser:c") == ['"Chrome 12"']
    assert await suggested(f"service:{market.service.name[:3]}") == [market.service.name]
    assert (await suggested("assignee:"))[:3] == ["me", "my-teams", "nobody"]
    assert "2.0" in await suggested("release:")
    assert json.dumps(await suggested("sev")) == '["severity:"]'
