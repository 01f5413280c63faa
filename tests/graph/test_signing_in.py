"""Signing in over the API: the cookie, whose pages may use it, and what it may not do."""

import pytest

from graph.context import House
from graph.transport import GraphQLApp
from graph.transport.doorkeeper import Doorkeeper
from graph.transport.watch import Watch
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.graph.conftest import REMEMBERED_SECONDS
from tests.graph.serving import serving
from tests.graph.signing import (
    COOKIE,
    OURS,
    PASSWORD,
    SIGN_IN,
    a_browser,
    gives_password,
    nonsense,
    signed_in,
)
from tests.graph.sockets import a_socket
from tests.house import a_tenant

NAME = "{ viewer { user { name } } }"
ADA = {"viewer": {"user": {"name": "Ada"}}}
FEED = "subscription { errorFeed { kind } }"
SIGN_OUT = "mutation { signOut { __typename ... on Failure { message } } }"


def code_of(response) -> str:
    [error] = response.json()["errors"]
    return error["extensions"]["code"]


async def test_one_signs_in_and_the_same_answer_is_already_theirs(door, house, tenant):
    email = await gives_password(house, tenant)
    browser = a_browser(door)

    response = await browser.ask(SIGN_IN, email=email, password=PASSWORD)

    answer = response.json()["data"]["signIn"]
    assert answer["viewer"]["user"] == {"name": "Ada"}
    assert answer["viewer"]["roles"] == [{"role": "OWNER"}]
    assert [one["isCurrent"] for one in answer["viewer"]["signIns"]] == [True]
    [header] = response.headers.get_list("set-cookie")
    name, *attributes = header.split("; ")
    assert name.startswith(f"{COOKIE}=tcs_")
    assert set(attributes) == {"Max-Age=7776000", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"}
    assert await browser.data(NAME) == ADA


async def test_on_plain_http_the_cookie_has_a_plain_name(house: House, tenant):
    email = await gives_password(house, tenant)
    plain = House(
        **{
            **{name: getattr(house, name) for name in House.__dataclass_fields__},
            "public_url": "http://localhost:8700",
        }
    )
    async with serving(GraphQLApp(plain).routes()) as door:
        response = await door.ask(None, SIGN_IN, email=email, password=PASSWORD)

    [header] = response.headers.get_list("set-cookie")
    assert header.startswith("tocsin_session=tcs_")
    assert "Secure" not in header


async def test_a_wrong_password_sets_no_cookie_and_too_many_are_told_to_wait(door, house, tenant):
    email = await gives_password(house, tenant)
    browser = a_browser(door)
    answers = []
    for _ in range(6):
        response = await browser.ask(SIGN_IN, email=email, password="incorrect horse")
        assert response.headers.get_list("set-cookie") == []
        answers.append(response.json()["data"]["signIn"])

    assert [one["__typename"] for one in answers] == ["WrongCredentials"] * 5 + ["TooMany"]
    assert 1 <= answers[-1]["retryAfterSeconds"] <= 2


@pytest.mark.parametrize(
    "query",
    [
        NAME,
        "{ __schema { types { name } } }",
        'mutation { signIn(email: "a", password: "x") { __typename } signOut { __typename } }',
        'mutation { ...F } fragment F on Mutation { signIn(email: "", password: "") { ...G } }',
        "mutation { signOut { __typename } }",
        'query { __typename } mutation M { signIn(email: "", password: "") { __typename } }',
        "{",
        "subscription { errorFeed { kind } }",
    ],
)
async def test_who_has_not_signed_in_may_do_nothing_but_that(door, query):
    response = await door.ask(None, query)

    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "cookie", ["", "tocsin_" + "0" * 64, pytest.param(nonsense(), id="nonsense"), 'a"b']
)
async def test_a_cookie_that_opens_nothing_is_as_good_as_none(door, house, tenant, cookie):
    email = await gives_password(house, tenant)
    browser = a_browser(door)
    browser.cookie = cookie

    assert (await browser.ask(NAME)).status_code == 401
    await browser.data(SIGN_IN, email=email, password=PASSWORD)
    assert await browser.data(NAME) == ADA


async def test_a_token_is_no_cookie_and_a_cookie_no_token(door, house, tenant):
    browser = await signed_in(door, house, tenant)
    thief = a_browser(door)
    thief.cookie = tenant.token

    assert (await thief.ask(NAME)).status_code == 401
    assert (await door.ask(browser.cookie, NAME)).status_code == 401


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://tocsin.example", "https://tocsin.example:444"],
)
async def test_a_page_of_another_origin_can_neither_ask_nor_sign_in(door, house, tenant, origin):
    browser = await signed_in(door, house, tenant)

    for query in (NAME, SIGN_OUT):
        response = await browser.ask(query, origin=origin)
        assert (response.status_code, code_of(response)) == (403, "FOREIGN_ORIGIN")
    stranger = a_browser(door)
    refused = await stranger.ask(SIGN_IN, origin=origin, email="a@b.example", password=PASSWORD)
    assert (refused.status_code, stranger.cookie) == (403, None)

    assert await browser.data(NAME) == ADA


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": OURS}, 200),
        ({"Origin": "https://dashboard.example"}, 200),
        ({"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_cookie_counts_only_when_the_browser_says_that_our_page_sends_it(
    door, house, tenant, headers, status, method
):
    browser = await signed_in(door, house, tenant)
    said = {name: value.format(port=door.port) for name, value in headers.items()}

    response = await door.client().request(
        method,
        door.url,
        headers={**said, "Cookie": f"{COOKIE}={browser.cookie}"},
        **({"params": {"query": NAME}} if method == "GET" else {"json": {"query": NAME}}),
    )

    assert response.status_code == status


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_a_form_with_a_cookie_is_refused(door, house, tenant, content_type):
    browser = await signed_in(door, house, tenant)

    response = await door.client().post(
        door.url,
        content='{"query": "mutation { signOut { __typename } }"}',
        headers={
            "Cookie": f"{COOKIE}={browser.cookie}",
            "Origin": OURS,
            "Content-Type": content_type,
        },
    )

    assert response.status_code == 415
    assert await browser.data(NAME) == ADA


async def test_a_page_elsewhere_may_send_cookies_only_when_it_is_named(door, house, tenant):
    async def preflight(served, origin):
        return await served.client().options(
            served.url, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )

    named = await preflight(door, "https://dashboard.example")
    assert named.headers["access-control-allow-credentials"] == "true"
    async with serving(GraphQLApp(house, allowed_origins=["*"]).routes()) as anyone:
        answer = await preflight(anyone, "https://evil.example")
        assert "access-control-allow-credentials" not in answer.headers
        browser = await signed_in(anyone, house, tenant)
        refused = await browser.ask(NAME, origin="https://evil.example")
        assert refused.status_code == 403


async def test_who_signs_in_again_leaves_the_sign_in_before(door, house, tenant):
    browser = await signed_in(door, house, tenant)
    before = browser.cookie
    await browser.data(SIGN_IN, email=f"{tenant.slug}@example.com", password=PASSWORD)

    old = a_browser(door)
    old.cookie = before

    assert browser.cookie != before
    assert (await old.ask(NAME)).status_code == 401
    assert await browser.data(NAME) == ADA


async def test_one_signs_out_and_the_cookie_is_taken_away(door, house, tenant):
    browser = await signed_in(door, house, tenant)
    kept = a_browser(door)
    kept.cookie = browser.cookie

    answer = await browser.data(SIGN_OUT)

    assert (answer["signOut"]["__typename"], browser.cookie) == ("SignOutSuccess", None)
    assert (await kept.ask(NAME)).status_code == 401


async def test_a_program_has_no_sign_in_to_end_and_a_socket_sets_no_cookie(door, house, tenant):
    everywhere = "mutation { signOutEverywhere { __typename ... on Failure { message } } }"
    browser = await signed_in(door, house, tenant)
    for query, name in ((SIGN_OUT, "signOut"), (everywhere, "signOutEverywhere")):
        answer = (await door.ask(tenant.token, query)).json()["data"][name]
        assert answer["__typename"] == "Forbidden"

    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("1", SIGN_IN, email=f"{tenant.slug}@example.com", password=PASSWORD)
        answer = await socket.next("1")
    assert answer["data"]["signIn"]["__typename"] == "Forbidden"
    assert await browser.data(NAME) == ADA


async def test_one_sees_only_ones_own_sign_ins_and_ends_another(door, house, tenant):
    here, there = await signed_in(door, house, tenant), await signed_in(door, house, tenant)
    stranger = await signed_in(door, house, await a_tenant(house.database, CLOCK))
    listed = await here.data("{ viewer { signIns { id isCurrent method address userAgent } } }")
    [other] = [one for one in listed["viewer"]["signIns"] if not one["isCurrent"]]
    assert len(listed["viewer"]["signIns"]) == 2
    assert (other["method"], other["address"]) == ("PASSWORD", "127.0.0.1")
    by_id = "query ($id: ID!) { node(id: $id) { ... on SignIn { isCurrent } } }"
    assert (await here.data(by_id, id=other["id"]))["node"] == {"isCurrent": False}
    assert (await there.data(by_id, id=other["id"]))["node"] == {"isCurrent": True}
    assert (await stranger.data(by_id, id=other["id"]))["node"] is None
    end = "mutation ($id: ID) { signOut(id: $id) { __typename } }"

    for id_, expected in ((other["id"], "NotFound"), ("x", "Invalid"), ("sig_1", "Invalid")):
        assert (await stranger.data(end, id=id_))["signOut"]["__typename"] == expected
    assert (await there.ask(NAME)).status_code == 200
    assert (await here.data(end, id=other["id"]))["signOut"]["__typename"] == "SignOutSuccess"
    assert here.cookie is not None
    assert stranger.cookie is not None


@pytest.fixture
async def watched(house: House):
    """A door that looks after its sockets much more often."""
    doorkeeper = Doorkeeper(house.access, remembered_seconds=REMEMBERED_SECONDS)
    app = GraphQLApp(house, allowed_origins=["https://dashboard.example"], doorkeeper=doorkeeper)
    app.watch = Watch(doorkeeper, look_seconds=0.1)
    async with serving(app.routes()) as served:
        yield served


def cookie_header(browser, origin: str | None = OURS) -> dict[str, object]:
    return {"additional_headers": {"Cookie": f"{COOKIE}={browser.cookie}"}, "origin": origin}


async def test_a_page_of_ours_opens_a_socket_by_its_cookie_and_signing_out_ends_it(
    watched, house, tenant
):
    browser = await signed_in(watched, house, tenant)
    async with a_socket(watched.socket_url, **cookie_header(browser)) as socket:
        await socket.init(None)
        await socket.subscribe("1", FEED)
        await socket.next("1")

        await browser.data("mutation { signOutEverywhere { __typename } }")
        code, _ = await socket.close_code()

    assert code == 4401


@pytest.mark.parametrize("origin", [None])
async def test_a_socket_without_an_origin_cannot_use_a_cookie(watched, house, tenant, origin):
    browser = await signed_in(watched, house, tenant)
    async with a_socket(watched.socket_url, **cookie_header(browser, origin)) as socket:
        await socket.send({"type": "connection_init"})

        assert (await socket.close_code())[0] == 4403


async def test_a_cookie_secret_is_no_token_of_a_socket(watched, house, tenant):
    browser = await signed_in(watched, house, tenant)
    async with a_socket(watched.socket_url) as socket:
        await socket.send({"type": "connection_init", "payload": {"token": browser.cookie}})

        assert (await socket.close_code())[0] == 4403
    header = {"Authorization": f"Bearer {browser.cookie}"}
    async with a_socket(watched.socket_url, additional_headers=header) as socket:
        await socket.send({"type": "connection_init", "payload": header})

        assert (await socket.close_code())[0] == 4403


@pytest.mark.parametrize(
    ("by", "change", "code"),
    [
        ("token", "UPDATE api_tokens SET revoked_at = now() WHERE user_id = $1", 4401),
        ("token", "DELETE FROM memberships WHERE user_id = $1", 4401),
        ("token", "UPDATE users SET is_active = false WHERE id = $1", 4401),
        ("cookie", "UPDATE sign_ins SET expires_at = now() WHERE user_id = $1", 4401),
        ("cookie", "DELETE FROM memberships WHERE user_id = $1", 4403),
        ("cookie", "UPDATE users SET is_active = false WHERE id = $1", 4401),
    ],
)
async def test_a_silent_feed_ends_when_what_let_it_in_is_gone(
    watched, house, tenant, by, change, code
):
    browser = await signed_in(watched, house, tenant)
    settings = cookie_header(browser) if by == "cookie" else {}
    async with a_socket(watched.socket_url, **settings) as socket:
        await socket.init(tenant.token if by == "token" else None)
        await socket.subscribe("1", FEED)
        await socket.next("1")

        async with house.database.raw_writing(SYSTEM) as db:
            await db.execute(change, tenant.user)

        assert (await socket.close_code())[0] == code


WAYS = "{ signInWays { sendsMail provider { name startPath } } }"


async def test_who_has_not_signed_in_may_ask_how_to(door):
    stranger = a_browser(door)

    told = await stranger.data(WAYS)
    more = await stranger.ask("{ signInWays { sendsMail } viewer { user { name } } }")
    spread = await stranger.ask("{ ...Ways } fragment Ways on Query { signInWays { sendsMail } }")

    assert told == {"signInWays": {"sendsMail": False, "provider": None}}
    assert (more.status_code, spread.status_code) == (401, 401)
