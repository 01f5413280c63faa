"""API tokens over the API: made, bound to one document, limited, and closed."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from graphql.utilities import strip_ignored_characters

from application.rates import ApiRates
from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from graph.transport import GraphQLApp
from outbound.limits import MemoryLimiter
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.graph.serving import serving
from tests.graph.signing import signed_in
from tests.graph.sockets import a_socket
from tests.house import a_tenant

CREATE = """mutation ($organization: ID!, $name: String!, $scopes: [TokenScope!]!,
    $expiresAt: DateTime, $boundDocument: String) {
  createApiToken(organization: $organization, name: $name, scopes: $scopes,
      expiresAt: $expiresAt, boundDocument: $boundDocument) {
    __typename ... on Failure { message } ... on Invalid { field }
    ... on CreateApiTokenSuccess {
      secret apiToken { id name scopes boundDocument boundSha256 user { name } } }
  }
}"""
REVOKE = """mutation ($id: ID!) { revokeApiToken(id: $id) {
  __typename ... on RevokeApiTokenSuccess { apiToken { revokedAt } } } }"""
LISTED = """query ($organization: ID!, $after: String) {
  apiTokens(organization: $organization, first: 2, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { name user { name } } } } }"""
NAME = "{ viewer { user { name } } }"
ADA = {"viewer": {"user": {"name": "Ada"}}}
BOUND = """# What the wall shows.
query Wall($slug: String!) {
  organization(slug: $slug) { name }
}"""


def of(tenant) -> str:
    return f"org_{tenant.organization}"


async def create(door, tenant, *, by: str | None = None, **wanted):
    variables = {"organization": of(tenant), "name": "wall", "scopes": ["READ"], **wanted}
    answer = (await door.ask(by or tenant.token, CREATE, **variables)).json()
    assert "errors" not in answer, answer
    return answer["data"]["createApiToken"]


async def member(house, tenant, role: MembershipRole, scopes=frozenset(TokenScope)) -> str:
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    await setup.add_user(email, role.value, tenant.slug, role)
    return await setup.add_token(email, tenant.slug, role.value, scopes=scopes)


async def test_a_token_is_made_used_listed_and_closed(door, house, tenant):
    made = await create(door, tenant)

    assert made["apiToken"]["scopes"] == ["READ"]
    assert made["apiToken"]["user"] == {"name": "Ada"}
    assert (await door.ask(made["secret"], NAME)).json()["data"] == ADA
    id_ = made["apiToken"]["id"]
    closed = [
        (await door.ask(tenant.token, REVOKE, id=id_)).json()["data"]["revokeApiToken"]
        for _ in range(2)
    ]
    assert [one["__typename"] for one in closed] == ["RevokeApiTokenSuccess", "Conflict"]
    assert closed[0]["apiToken"]["revokedAt"]
    async with house.database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT action, actor_kind, before::text || after::text AS told, token_id, address "
            "FROM audit_log WHERE organization_id = $1 AND actor_kind <> 'system' ORDER BY at, id",
            tenant.organization,
        )
    assert [row["action"] for row in rows] == ["api_token.created", "api_token.revoked"]
    assert {(row["actor_kind"], str(row["address"])) for row in rows} == {("program", "127.0.0.1")}
    assert all(row["token_id"] for row in rows)


async def test_who_has_signed_in_makes_tokens_too(door, house, tenant):
    browser = await signed_in(door, house, tenant)
    answer = await browser.data(
        CREATE, organization=of(tenant), name="mine", scopes=["READ", "WRITE"]
    )

    assert answer["createApiToken"]["apiToken"]["scopes"] == ["READ", "WRITE"]


@pytest.mark.parametrize(
    ("wanted", "kind", "field"),
    [
        ({"name": " "}, "Invalid", "name"),
        ({"name": "n" * 256}, "Invalid", "name"),
        ({"scopes": []}, "Invalid", "scopes"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "Invalid", "expiresAt"),
        ({"organization": "org_x"}, "Invalid", "organization"),
        ({"organization": f"org_{uuid4()}"}, "Forbidden", None),
        ({"boundDocument": "{"}, "Invalid", "boundDocument"),
        ({"boundDocument": "{ nope }"}, "Invalid", "boundDocument"),
        (
            {"boundDocument": "query A { __typename } query B { __typename }"},
            "Invalid",
            "boundDocument",
        ),
        ({"boundDocument": "{ __typename }" + " " * 20_000}, "Invalid", "boundDocument"),
    ],
)
async def test_what_can_be_no_token_is_refused_and_none_is_made(door, tenant, wanted, kind, field):
    answer = await create(door, tenant, **wanted)

    assert (answer["__typename"], answer.get("field")) == (kind, field)
    listed = (await door.ask(tenant.token, LISTED, organization=of(tenant))).json()["data"]
    assert listed["apiTokens"]["totalCount"] == 1


async def test_no_token_makes_a_stronger_one(door, house, tenant):
    reading = await member(house, tenant, MembershipRole.OWNER, frozenset({TokenScope.READ}))
    narrow = frozenset({TokenScope.READ, TokenScope.WRITE})
    writing = await member(house, tenant, MembershipRole.OWNER, narrow)
    stranger = await a_tenant(house.database, CLOCK)

    for by, scopes in (
        (reading, ["READ"]),
        (writing, [scope.name for scope in TokenScope]),
        (stranger.token, ["READ"]),
    ):
        assert (await create(door, tenant, by=by, scopes=scopes))["__typename"] == "Forbidden"


async def test_one_sees_ones_own_tokens_and_who_manages_people_all(door, house, tenant):
    viewer = await member(house, tenant, MembershipRole.VIEWER)
    await create(door, tenant, name="second")
    stranger = await a_tenant(house.database, CLOCK)

    async def listed(token: str, **more) -> dict:
        return (await door.ask(token, LISTED, organization=of(tenant), **more)).json()

    own = (await listed(viewer))["data"]["apiTokens"]
    assert [edge["node"]["user"]["name"] for edge in own["edges"]] == ["viewer"]
    everything = (await listed(tenant.token))["data"]["apiTokens"]
    assert (everything["totalCount"], everything["pageInfo"]["hasNextPage"]) == (3, True)
    rest = (await listed(tenant.token, after=everything["pageInfo"]["endCursor"]))["data"]
    names = [edge["node"]["name"] for edge in everything["edges"] + rest["apiTokens"]["edges"]]
    assert names == ["second", "viewer", "test"]
    assert (await listed(stranger.token))["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_one_closes_ones_own_tokens_and_no_others(door, house, tenant):
    viewer = await member(house, tenant, MembershipRole.VIEWER)
    stranger = await a_tenant(house.database, CLOCK)
    made = await create(door, tenant)
    own = await create(door, tenant, by=viewer)

    async def closes(token: str, id_: str) -> str:
        answer = (await door.ask(token, REVOKE, id=id_)).json()
        return answer["data"]["revokeApiToken"]["__typename"]

    assert await closes(viewer, made["apiToken"]["id"]) == "NotFound"
    assert await closes(stranger.token, made["apiToken"]["id"]) == "NotFound"
    assert await closes(viewer, "tok_1") == "Invalid"
    assert (await door.ask(made["secret"], NAME)).status_code == 200
    assert await closes(viewer, own["apiToken"]["id"]) == "RevokeApiTokenSuccess"


async def bound(door, tenant) -> dict:
    return await create(door, tenant, boundDocument=BOUND, scopes=["READ"])


async def test_a_bound_token_runs_its_document_with_any_variables(door, tenant):
    made = await bound(door, tenant)
    sha256 = made["apiToken"]["boundSha256"]
    normal = strip_ignored_characters(BOUND)
    assert made["apiToken"]["boundDocument"] == normal
    assert sha256 == hashlib.sha256(normal.encode()).hexdigest()
    client, variables = door.client(made["secret"]), {"slug": tenant.slug}

    for asked in (
        {"query": BOUND},
        {"query": normal},
        {"query": "query Wall ($slug : String! ,) { organization(slug:$slug) { name, } } # !"},
        {"documentId": f"sha256:{sha256}"},
        {"documentId": sha256.upper()},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256}}},
        {"query": BOUND, "extensions": {"persistedQuery": {"sha256Hash": "0" * 64}}},
    ):
        response = await client.post(door.url, json={**asked, "variables": variables})
        assert response.json()["data"] == {"organization": {"name": "Shop"}}, asked
    other = await client.post(door.url, json={"query": BOUND, "variables": {"slug": "no"}})
    assert other.json()["data"] == {"organization": None}
    got = await client.get(door.url, params={"documentId": sha256, "variables": '{"slug": "x"}'})
    assert got.json()["data"] == {"organization": None}


@pytest.mark.parametrize(
    "asked",
    [
        {"query": NAME},
        {"query": "{ __schema { types { name } } }"},
        {"query": BOUND.replace("name", "slug")},
        {"query": BOUND.replace("query Wall", "query Wal")},
        {"query": BOUND + " query Other { viewer { user { name } } }", "operationName": "Other"},
        {"query": "{"},
        {"query": "\ud800"},
        {"documentId": "0" * 64},
        {"extensions": {"persistedQuery": {"sha256Hash": "0" * 64}}},
    ],
)
async def test_a_bound_token_runs_nothing_else(door, tenant, asked):
    made = await bound(door, tenant)
    client = door.client(made["secret"])

    body = json.dumps(asked)
    response = await client.post(
        door.url, content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code in (400, 403)
    assert "data" not in response.json()
    if asked.get("query") != "\ud800":
        assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_bound_token_is_bound_over_a_socket_and_opens_no_other_door(door, house, tenant):
    made = await bound(door, tenant)
    async with a_socket(door.socket_url) as socket:
        await socket.init(made["secret"])
        await socket.subscribe("1", NAME)
        refused = await socket.receive()
        await socket.subscribe("2", BOUND, slug=tenant.slug)
        run = await socket.next("2")

    assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")
    assert run["data"] == {"organization": {"name": "Shop"}}
    assert await house.access.viewer_of_token(made["secret"]) is None
    assert await house.access.viewer_of_token(tenant.token) is not None


async def test_a_hash_that_nothing_is_kept_under_is_answered_as_clients_know_it(door, tenant):
    response = await door.client(tenant.token).post(
        door.url, json={"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    )

    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_an_expired_token_opens_nothing(door, house, tenant):
    made = await create(
        door, tenant, expiresAt=(datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    )
    assert (await door.ask(made["secret"], NAME)).status_code == 200
    later = replace(CLOCK, now=lambda: datetime.now(UTC) + timedelta(seconds=61))

    assert await replace(house.access, clock=later).caller_of(made["secret"]) is None


class Hands:
    at = datetime(2030, 1, 1, tzinfo=UTC)


async def test_each_token_and_person_has_a_measure_of_their_own(house, tenant):
    hands = Hands()
    clock = replace(CLOCK, now=lambda: hands.at)
    limited = replace(house, rates=ApiRates(limiter=MemoryLimiter(), clock=clock, per_minute=3))
    async with serving(GraphQLApp(limited).routes()) as door:
        other = await member(house, tenant, MembershipRole.VIEWER)
        answers = [await door.ask(tenant.token, "{ rateLimit { remaining } }") for _ in range(4)]
        others = await door.ask(other, NAME)
        async with a_socket(door.socket_url) as socket:
            await socket.init(tenant.token)
            await socket.subscribe("1", NAME)
            over_socket = await socket.receive()
        hands.at += timedelta(seconds=20)
        again = await door.ask(tenant.token, NAME)

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    remaining = [one.json()["data"]["rateLimit"]["remaining"] for one in answers[:3]]
    assert remaining == [2, 1, 0]
    first, refused = answers[0], answers[3]
    assert first.json()["extensions"]["rateLimit"] == {
        "limit": 3,
        "remaining": 2,
        "resetSeconds": 20,
    }
    assert first.headers["ratelimit"] == '"requests";r=2;t=20'
    assert first.headers["ratelimit-policy"] == '"requests";q=3;w=60'
    assert refused.headers["retry-after"] == "20"
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert over_socket["payload"][0]["extensions"] == {
        "code": "RATE_LIMITED",
        "retryAfterSeconds": 20,
    }
    assert (others.status_code, again.status_code) == (200, 200)
