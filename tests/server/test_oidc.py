"""Signing in at a provider: a real one on this machine, and a client that goes the whole way."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest

from application.oidc import OidcUseCases
from application.sign_ins import Browser
from domain.failures import Forbidden
from domain.identities import GroupRole, Identity
from domain.organizations import MembershipRole
from graph.transport import GraphQLApp
from outbound.encryption import Cipher
from outbound.oidc import OidcClient, Provider
from persistence.database import SYSTEM
from server.auth import AuthPages
from server.oidc import OidcPages
from server.wiring.access import Oidc
from tests.conftest import CLOCK
from tests.graph import node
from tests.graph.serving import a_house, serving
from tests.graph.signing import PASSWORD, gives_password
from tests.house import a_tenant
from tests.servers import free_port

FOLDER = Path(__file__).parent / "oidc"
SECRET = "a secret of 32 characters or so!"
NAME = "{ viewer { user { name email } roles { role organization { slug } } } }"
ACCOUNTS = {
    "ada": {
        "email": "ada@corp.example",
        "email_verified": True,
        "name": "Ada L",
        "groups": ["devs"],
    },
    "boss": {"email": "boss@corp.example", "email_verified": True, "groups": ["devs", "bosses"]},
    "eve": {"email": "eve@corp.example", "email_verified": False, "groups": ["devs"]},
    "guest": {"email": "guest@corp.example", "email_verified": True, "groups": ["others"]},
    "nomail": {"groups": ["devs"]},
}


@pytest.fixture(scope="module")
async def house(database):
    async with a_house(database) as opened:
        yield opened


@pytest.fixture(scope="module")
async def corp(database):
    return await a_tenant(database, CLOCK, name="corp")


class Way:
    """Our door, the provider, and what a browser does between them."""

    def __init__(self, port: int, issuer: str, client: OidcClient, use: OidcUseCases) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.issuer = issuer
        self.client = client
        self.use = use

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(follow_redirects=True, trust_env=False, timeout=20)

    async def at_provider(
        self, browser: httpx.AsyncClient, account: str, to: str = ""
    ) -> httpx.Response:
        """Sign in at the provider and come back; return what the callback answers."""
        path = f"/auth/oidc/start?{urlencode({'to': to})}" if to else "/auth/oidc/start"
        response = await browser.get(self.url + path)
        browser.follow_redirects = False
        for _ in range(12):
            if response.is_redirect:
                address = urljoin(str(response.url), response.headers["location"])
                response = await browser.get(address)
                if address.startswith(self.url):
                    return response
                continue
            form = re.search(r'<form[^>]+action="([^"]+)"', response.text)
            assert form, response.text
            fields = dict(re.findall(r'name="(\w+)" value="(\w+)"', response.text))
            if "login" in response.text and fields.get("prompt") == "login":
                fields |= {"login": account, "password": "x"}
            response = await browser.post(urljoin(str(response.url), form[1]), data=fields)
        raise AssertionError("The way back was not found.")

    async def who(self, browser: httpx.AsyncClient) -> dict:
        answer = await browser.post(
            f"{self.url}/graphql", json={"query": NAME}, headers={"Origin": self.url}
        )
        return answer.json()["data"]["viewer"]


@pytest.fixture(scope="module")
async def way(house, corp) -> AsyncIterator[Way]:
    port, provider_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    redirect = f"{url}/auth/oidc/callback"
    here = replace(house, public_url=url)
    async with node.started(
        "provider.mjs", str(provider_port), redirect, json.dumps(ACCOUNTS), folder=FOLDER
    ) as program:
        issuer = (await node.next_saying(program, "ready"))["issuer"]
        provider = Provider(
            issuer=issuer,
            client_id="tocsin",
            client_secret=SECRET,
            scopes="openid email profile",
            groups_claim="groups",
        )
        client = OidcClient(provider, redirect_uri=redirect)
        mapping = (
            GroupRole("devs", corp.slug, MembershipRole.DEVOPS),
            GroupRole("bosses", corp.slug, MembershipRole.ADMIN),
        )
        use = OidcUseCases(
            database=house.database, clock=CLOCK, sign_ins=house.sign_ins, mapping=mapping
        )
        app = GraphQLApp(here)
        pages = AuthPages(house=here, cookie=app.cookie, origins=app.origins)
        oidc = OidcPages(oidc=Oidc(client=client, use=use), pages=pages, cipher=Cipher(["k" * 32]))
        async with serving([*app.routes(), *pages.routes(), *oidc.routes()], port=port):
            yield Way(port, issuer, client, use)


async def test_who_comes_from_the_provider_is_made_a_member_by_their_groups(way, corp):
    async with way.browser() as browser:
        back = await way.at_provider(browser, "ada", to="/issues?x=1")

        assert (back.status_code, back.headers["location"]) == (303, "/issues?x=1")
        viewer = await way.who(browser)
    assert viewer["user"] == {"name": "Ada L", "email": "ada@corp.example"}
    assert viewer["roles"] == [{"role": "DEVOPS", "organization": {"slug": corp.slug}}]


async def test_the_highest_of_several_roles_is_given_and_the_same_account_comes_again(way):
    users = set()
    for _ in range(2):
        async with way.browser() as browser:
            await way.at_provider(browser, "boss")
            viewer = await way.who(browser)
            users.add(viewer["user"]["email"])
    assert users == {"boss@corp.example"}
    assert [role["role"] for role in viewer["roles"]] == ["ADMIN"]


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        ("eve", "has not verified your e-mail address"),
        ("guest", "in no group that may sign in"),
        ("nomail", "told no e-mail address"),
    ],
)
async def test_who_may_not_come_in_is_told_why_and_gets_no_cookie(way, house, account, sentence):
    async with way.browser() as browser:
        back = await way.at_provider(browser, account)

        assert (back.status_code, "tocsin_session" in browser.cookies) == (403, False)
    assert sentence in back.text
    async with house.database.raw_reading(SYSTEM) as db:
        email = f"{account}@corp.example"
        assert await db.fetchval("SELECT count(*) FROM users WHERE email = $1", email) == 0


async def test_a_browser_that_did_not_begin_is_not_let_in(way):
    async with way.browser() as thief, way.browser() as browser:
        await thief.get(f"{way.url}/auth/oidc/start")
        started = await browser.get(f"{way.url}/auth/oidc/start", follow_redirects=False)
        asked = parse_qs(urlsplit(started.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["nonce"][0] != asked["state"][0]
        for query in (
            {"code": "x", "state": asked["state"][0]},
            {"code": "x"},
            {"error": "access_denied", "state": "é"},
        ):
            back = await thief.get(f"{way.url}/auth/oidc/callback", params=query)
            assert (back.status_code, "not begun in this browser" in back.text) == (400, True)


async def test_what_the_provider_refuses_is_shown_and_never_run(way):
    async with way.browser() as browser:
        started = await browser.get(f"{way.url}/auth/oidc/start", follow_redirects=False)
        state = parse_qs(urlsplit(started.headers["location"]).query)["state"][0]
        back = await browser.get(
            f"{way.url}/auth/oidc/callback",
            params={"error": "x", "error_description": "<script>no</script>", "state": state},
        )
        assert (back.status_code, "<script>" in back.text) == (403, False)
        # The cookie is used up, whatever came of it.
        again = await browser.get(
            f"{way.url}/auth/oidc/callback", params={"code": "x", "state": state}
        )
    assert again.status_code == 400


async def test_a_code_that_is_none_is_refused(way):
    async with way.browser() as browser:
        started = await browser.get(f"{way.url}/auth/oidc/start", follow_redirects=False)
        state = parse_qs(urlsplit(started.headers["location"]).query)["state"][0]
        for issuer, sentence in ((way.issuer, "no good answer"),):
            back = await browser.get(
                f"{way.url}/auth/oidc/callback",
                params={"code": "guessed", "state": state, "iss": issuer},
            )
            assert (back.status_code, sentence in back.text) == (403, True)


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"]
)
async def test_nobody_is_sent_on_to_another_site(way, to):
    async with way.browser() as browser:
        back = await way.at_provider(browser, "ada", to=to)

    assert back.headers["location"] == "../../"


async def test_a_provider_that_is_away_is_said_plainly(way, house):
    provider = replace(way.client._provider, issuer=f"http://127.0.0.1:{free_port()}")
    client = OidcClient(provider, redirect_uri="http://127.0.0.1:1/")
    app = GraphQLApp(house)
    pages = AuthPages(house=house, cookie=app.cookie, origins=app.origins)
    oidc = OidcPages(oidc=Oidc(client=client, use=way.use), pages=pages, cipher=Cipher(["k" * 32]))
    async with serving(oidc.routes()) as served:
        response = await served.client().get(f"http://127.0.0.1:{served.port}/auth/oidc/start")

    assert (response.status_code, "cannot be asked" in response.text) == (502, True)


def an_identity(tenant, *groups: str) -> Identity:
    return Identity(
        issuer="https://idp.example",
        subject=uuid4().hex,
        email=f"{tenant.slug}@example.com",
        is_email_verified=True,
        name="Ada",
        groups=frozenset(groups),
    )


async def sign_ins_of(house, user) -> tuple[int, int]:
    async with house.database.raw_reading(SYSTEM) as db:
        return (
            await db.fetchval("SELECT count(*) FROM passwords WHERE user_id = $1", user),
            await db.fetchval(
                "SELECT count(*) FROM sign_ins WHERE user_id = $1 AND revoked_at IS NULL", user
            ),
        )


async def test_an_account_whose_address_nobody_verified_loses_what_others_may_know(house, tenant):
    email = await gives_password(house, tenant)
    await house.sign_ins.by_password(email, PASSWORD, Browser())
    use = OidcUseCases(database=house.database, clock=CLOCK, sign_ins=house.sign_ins, mapping=())
    identity = an_identity(tenant)

    signed_in = await use.sign_in(identity, Browser())

    assert signed_in.viewer.user == tenant.user
    assert await sign_ins_of(house, tenant.user) == (0, 1)
    # From now on it is known that the address is theirs: a password stays.
    await gives_password(house, tenant)
    await use.sign_in(replace(identity, subject="another"), Browser())
    assert await sign_ins_of(house, tenant.user) == (1, 2)


async def test_memberships_follow_the_groups_but_the_last_owner_stays(house, tenant):
    mapping = (GroupRole("support", tenant.slug, MembershipRole.SUPPORT),)
    use = OidcUseCases(
        database=house.database, clock=CLOCK, sign_ins=house.sign_ins, mapping=mapping
    )
    owner = await use.sign_in(an_identity(tenant), Browser())
    assert owner.viewer.roles == {tenant.organization: MembershipRole.OWNER}
    identity = replace(an_identity(tenant, "support"), email=f"{uuid4().hex}@example.com")

    first = await use.sign_in(identity, Browser(address="192.0.2.1"))
    gone = await use.sign_in(replace(identity, groups=frozenset()), Browser())

    assert first.viewer.roles == {tenant.organization: MembershipRole.SUPPORT}
    assert gone.viewer.roles == {}
    async with house.database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT action FROM audit_log WHERE organization_id = $1 AND object_id = $2"
            " AND action LIKE 'member.%' ORDER BY at, id",
            tenant.organization,
            first.viewer.user,
        )
    assert [row["action"] for row in rows] == ["member.added", "member.removed"]


async def test_a_closed_account_stays_closed(house, tenant):
    use = OidcUseCases(database=house.database, clock=CLOCK, sign_ins=house.sign_ins, mapping=())
    async with house.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE users SET is_active = false WHERE id = $1", tenant.user)

    with pytest.raises(Forbidden):
        await use.sign_in(an_identity(tenant), Browser())
