"""What a client can learn of its limits: from `systemLimits`, and from the cost in each answer."""

from datetime import datetime

import pytest
from graphql import get_named_type

from graph.cost import MAXIMUM_COST
from graph.limits import MAXIMUM_DEPTH
from graph.schema import schema
from persistence.pages import MAX_SIZE
from persistence.projection.declared import SERVICE
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.sockets import a_socket

NAME = "{ viewer { user { name } } }"
TOO_DEAR = """{ errors(first: 100) { edges { node { occurrences(first: 100) {
  edges { node { id message tags { key value } } }
} } } } }"""
FEED = "subscription { errorFeed { kind changes { count } } }"


def all_limits(of: str = "SystemLimits") -> str:
    """A selection of everything."""
    fields = schema._schema.get_type(of).fields
    parts = []
    for name, field in fields.items():
        below = get_named_type(field.type)
        parts.append(f"{name} {all_limits(below.name)}" if hasattr(below, "fields") else name)
    return "{" + " ".join(parts) + "}"


async def test_every_limit_is_told_as_it_is_enforced(door, tenant):
    answer = (await door.ask(tenant.token, f"{{ systemLimits {all_limits()} }}")).json()

    limits = answer["data"]["systemLimits"]
    assert limits["request"]["depth"] == MAXIMUM_DEPTH
    assert limits["request"]["cost"] == answer["extensions"]["cost"]["maximum"]
    assert limits["lists"]["pageSize"] == MAX_SIZE
    told = [number for group in limits.values() for number in group.values()]
    assert all(isinstance(number, int) and number > 0 for number in told)


def fields(n: int) -> str:
    return "{" + "viewer{__typename} " * n + "}"


def aliases(n: int) -> str:
    return "{viewer{" + " ".join(f"a{i}: __typename" for i in range(n)) + "}}"


def page(n: int) -> str:
    return f"{{errors(first: {n}){{edges{{cursor}}}}}}"


def ids(n: int) -> str:
    one = f'"{SERVICE}_01a1fd4e-6c9a-7e09-bbd4-15b1664c6749"'
    return f"{{nodes(ids: [{','.join([one] * n)}]){{id}}}}"


def values(n: int) -> str:
    return f"{{errors(where: {{status: [{','.join(['NEW'] * n)}]}}){{edges{{cursor}}}}}}"


def text(n: int) -> str:
    return f'{{errors(where: {{text: "{"x" * n}"}}){{edges{{cursor}}}}}}'


def search(n: int) -> str:
    return f'{{errors(where: {{search: "{"x" * n}"}}){{edges{{cursor}}}}}}'


def outcomes(n: int) -> str:
    where = '{since: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z"}'
    return f"{{ingestOutcomes(where: {where}, limit: {n}){{quantity}}}}"


@pytest.mark.parametrize(
    ("group", "limit", "query", "code"),
    [
        ("request", "rootFields", fields, "ROOT_FIELDS_EXCEEDED"),
        ("request", "aliases", aliases, "ALIASES_EXCEEDED"),
        ("lists", "pageSize", page, "PAGE_EXCEEDED"),
        ("lists", "nodeIds", ids, "PAGE_EXCEEDED"),
        ("lists", "filterValues", values, "INVALID"),
        ("lists", "filterTextLength", text, "INVALID"),
        ("lists", "ingestOutcomes", outcomes, "INVALID"),
        ("search", "length", search, "INVALID"),
    ],
)
async def test_a_told_limit_is_the_last_number_that_is_taken(
    door, tenant, group, limit, query, code
):
    told = await door.ask(tenant.token, f"{{ systemLimits {{ {group} {{ {limit} }} }} }}")
    most = told.json()["data"]["systemLimits"][group][limit]

    within = (await door.ask(tenant.token, query(most))).json()
    beyond = (await door.ask(tenant.token, query(most + 1))).json()

    assert "errors" not in within
    assert [error["extensions"]["code"] for error in beyond["errors"]] == [code]


def test_the_numbers_in_descriptions_of_pages_are_those_that_are_enforced():
    told = [
        field.args[name].description
        for type_ in schema._schema.type_map.values()
        for field in getattr(type_, "fields", {}).values()
        for name in ("first", "last")
        if name in getattr(field, "args", {})
        and get_named_type(field.type).name.endswith("Connection")
    ]

    assert len(told) > 10
    assert [each for each in told if f"1 to {MAX_SIZE}" not in each] == []


async def test_the_cost_is_in_every_answer_over_http(door, tenant):
    answer = (await door.ask(tenant.token, NAME)).json()

    assert answer["extensions"]["cost"] == {"requested": 3, "maximum": MAXIMUM_COST}


async def test_a_refused_request_is_told_its_cost_too(door, tenant):
    answer = (await door.ask(tenant.token, TOO_DEAR)).json()

    [error] = answer["errors"]
    cost = answer["extensions"]["cost"]
    assert cost["requested"] > cost["maximum"] == MAXIMUM_COST
    assert error["extensions"] == {"code": "COST_EXCEEDED", **cost}


async def test_the_cost_is_told_over_websocket(door, house, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("a", NAME)
        asked = await socket.next("a")
        assert (await socket.receive())["type"] == "complete"
        await socket.subscribe("b", TOO_DEAR)
        refused = await socket.receive()
        await socket.subscribe("c", FEED)
        opened = await socket.next("c")
        await happens(house, tenant, "pay")
        batch = await socket.next("c")

    assert asked["extensions"]["cost"] == {"requested": 3, "maximum": MAXIMUM_COST}
    assert refused["type"] == "error"
    assert refused["payload"][0]["extensions"]["requested"] > MAXIMUM_COST
    assert opened["extensions"]["cost"] == batch["extensions"]["cost"]
    assert opened["extensions"]["cost"] == {"requested": 4, "maximum": MAXIMUM_COST}


async def test_what_is_left_of_the_rate_is_told_with_the_cost_of_the_question(door, tenant):
    ask = "{ rateLimit { limit remaining resetSeconds resetAt cost } viewer { user { name } } }"

    first = (await door.ask(tenant.token, ask)).json()
    second = (await door.ask(tenant.token, ask)).json()

    rate, then = first["data"]["rateLimit"], second["data"]["rateLimit"]
    assert rate["cost"] == first["extensions"]["cost"]["requested"] == 9
    assert {name: rate[name] for name in ("limit", "remaining", "resetSeconds")} == first[
        "extensions"
    ]["rateLimit"]
    assert 0 < then["remaining"] < rate["limit"]
    reset = datetime.fromisoformat(rate["resetAt"]) - CLOCK.now()
    assert abs(reset.total_seconds() - rate["resetSeconds"]) < 5


async def test_the_rate_is_told_over_websocket_too(door, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("a", "{ rateLimit { remaining cost } }")
        told = await socket.next("a")

    assert told["data"]["rateLimit"]["cost"] == 3
    assert told["data"]["rateLimit"]["remaining"] > 0
