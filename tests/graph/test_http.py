"""GraphQL over HTTP, against a real server: what the specification asks, and our own rules."""

import json

import pytest

from graph.context import House
from graph.transport import GraphQLApp
from graph.transport.asking import media_type_for
from graph.transport.http import MAXIMUM_BODY_BYTES
from persistence.database import Database
from tests.graph import node
from tests.graph.serving import a_house, happens, serving

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
NAME = "{ viewer { user { name } } }"
ADA = {"viewer": {"user": {"name": "Ada"}}}
RESOLVE = """mutation ($id: ID!) {
  setErrorStatus(id: $id, status: RESOLVED) { __typename ... on Failure { message } }
}"""
ERRORS = "{ errors(first: 10) { edges { node { id status title } } } }"


def code_of(response) -> str:
    [error] = response.json()["errors"]
    return error["extensions"]["code"]


async def only_error(door, tenant) -> dict[str, object]:
    answer = (await door.ask(tenant.token, ERRORS)).json()
    [edge] = answer["data"]["errors"]["edges"]
    return edge["node"]


async def test_every_audit_of_graphql_over_http_passes(door, tenant):
    found = await node.run("audit.mjs", door.url, tenant.token)

    assert found == {"total": 61, "passed": {"MUST": 13, "SHOULD": 23, "MAY": 25}, "missed": []}


async def test_a_query_is_answered_by_post_and_by_get(door, tenant):
    posted = await door.ask(tenant.token, NAME)
    got = await door.client(tenant.token).get(door.url, params={"query": NAME})

    assert (posted.status_code, posted.json()["data"]) == (200, ADA)
    assert (got.status_code, got.json()["data"]) == (200, ADA)
    assert posted.headers["content-type"] == JSON
    assert posted.headers["cache-control"] == "no-store"


async def test_what_postgresql_wrote_is_embedded_as_it_is(door, house, tenant):
    await happens(house, tenant, "pay")

    response = await door.ask(tenant.token, ERRORS)

    [edge] = json.loads(response.content)["data"]["errors"]["edges"]
    assert edge["node"]["title"] == "ValueError: no such card"
    assert edge["node"]["status"] == "NEW"


@pytest.mark.parametrize("token", [None, "tocsin_", "tocsin_" + "0" * 64, "x" * 500, "ключ"])
async def test_nobody_is_answered_without_a_token_that_opens_the_door(door, token):
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode()}

    posted = await door.client().post(door.url, json={"query": NAME}, headers=headers)
    got = await door.client().get(door.url, params={"query": "{ __typename }"}, headers=headers)

    for response in (posted, got):
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json() == {
            "errors": [
                {
                    "message": "Send a valid API token: Authorization: Bearer <token>.",
                    "extensions": {"code": "UNAUTHENTICATED"},
                }
            ]
        }


async def test_a_mutation_by_get_is_refused_and_changes_nothing(door, house, tenant):
    await happens(house, tenant, "pay")
    error = await only_error(door, tenant)

    response = await door.client(tenant.token).get(
        door.url, params={"query": RESOLVE, "variables": json.dumps({"id": error["id"]})}
    )

    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert (await only_error(door, tenant))["status"] == "NEW"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None],
)
async def test_what_a_form_of_another_site_could_send_is_refused_and_changes_nothing(
    door, house, tenant, content_type
):
    await happens(house, tenant, "pay")
    error = await only_error(door, tenant)
    body = json.dumps({"query": RESOLVE, "variables": {"id": error["id"]}})
    headers = {} if content_type is None else {"Content-Type": content_type}

    response = await door.client(tenant.token).post(door.url, content=body, headers=headers)

    assert (response.status_code, code_of(response)) == (415, "BAD_REQUEST")
    assert (await only_error(door, tenant))["status"] == "NEW"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(door, tenant, method):
    response = await door.client(tenant.token).request(method, door.url)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_that_is_too_long_is_refused(door, tenant, is_announced):
    body = json.dumps({"query": NAME + "#" + "x" * MAXIMUM_BODY_BYTES}).encode()

    async def in_pieces():
        for at in range(0, len(body), 65_536):
            yield body[at : at + 65_536]

    response = await door.client(tenant.token).post(
        door.url,
        content=body if is_announced else in_pieces(),
        headers={"Content-Type": JSON},
    )

    assert (response.status_code, code_of(response)) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "There is no valid JSON in the body."),
        (b"\xff", "There is no valid JSON in the body."),
        (b"[" * 100_000, "There is no valid JSON in the body."),
        (b"1", "The body must be a JSON object with a query."),
        (b'[{"query": "{ __typename }"}]', "Send one operation in each request; batches are off."),
        (b"{}", "`query` must be the text of a GraphQL document."),
        (b'{"query": 1}', "`query` must be the text of a GraphQL document."),
        (b'{"query": "{ __typename }", "variables": []}', "`variables` must be an object."),
        (b'{"query": "{ __typename }", "operationName": 1}', "`operationName` must be a string."),
        (b'{"query": "{ __typename }", "extensions": ""}', "`extensions` must be an object."),
        (b'{"query": "{ __typename }", "operationName": "x"}', 'Unknown operation named "x".'),
    ],
)
async def test_a_body_that_asks_nothing_is_refused_with_the_reason(door, tenant, body, message):
    response = await door.client(tenant.token).post(
        door.url, content=body, headers={"Content-Type": JSON}
    )

    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert response.json()["errors"][0]["message"] == message


async def test_a_subscription_is_sent_to_the_other_door(door, tenant):
    response = await door.ask(tenant.token, "subscription { errorFeed { cursor } }")

    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")
    assert "graphql-transport-ws" in response.json()["errors"][0]["message"]


async def test_a_document_with_a_mistake_is_told_apart_by_who_asks(door, tenant):
    client = door.client(tenant.token)

    modern = await client.post(door.url, json={"query": "{ nope }"}, headers={"Accept": GRAPHQL})
    plain = await client.post(door.url, json={"query": "{ nope }"}, headers={"Accept": JSON})

    assert (modern.status_code, modern.headers["content-type"]) == (400, GRAPHQL)
    assert "data" not in modern.json()
    assert (plain.status_code, plain.headers["content-type"]) == (200, JSON)
    assert plain.json()["data"] is None
    assert code_of(modern) == code_of(plain) == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("text/html", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{JSON};q=0.9, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0, {JSON};q=0.1", JSON),
        (f"{GRAPHQL};q=many", JSON),
    ],
)
def test_the_answer_has_the_form_that_the_caller_likes_best(accept, form):
    assert media_type_for(accept) == form


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://dashboard.example", "https://dashboard.example"), ("https://evil.example", None)],
)
async def test_pages_of_allowed_origins_may_read_answers_and_others_may_not(
    door, tenant, origin, allowed
):
    asked = await door.client().options(
        door.url,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    answered = await door.client(tenant.token).post(
        door.url, json={"query": NAME}, headers={"Origin": origin}
    )

    assert asked.headers.get("access-control-allow-origin") == allowed
    assert answered.headers.get("access-control-allow-origin") == allowed


async def test_who_asks_while_the_database_is_away_is_told_to_try_again(tenant):
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1)
    async with a_house(nowhere) as house, serving(GraphQLApp(house).routes()) as door:
        response = await door.ask(tenant.token, NAME)

    assert (response.status_code, code_of(response)) == (503, "UNAVAILABLE")
    await nowhere.close()


async def test_a_house_behind_a_path_has_its_door_there(house: House, tenant):
    async with serving(GraphQLApp(house).routes(), root_path="/tocsin") as door:
        response = await door.ask(tenant.token, NAME)

    assert response.json()["data"] == ADA
