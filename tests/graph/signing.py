"""A person with a password, and a browser that keeps their cookie."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx

from graph.context import House
from persistence import passwords
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.graph.serving import HASHER, Served
from tests.house import Tenant

PASSWORD = "correct horse battery"
OURS = "https://tocsin.example"
COOKIE = "__Host-tocsin_session"

SIGN_IN = """mutation ($email: String!, $password: String!) {
  signIn(email: $email, password: $password) {
    __typename
    ... on SignInSuccess { viewer { user { name } signIns { id isCurrent } roles { role } } }
    ... on Failure { message }
    ... on TooMany { retryAfterSeconds }
  }
}"""


async def gives_password(house: House, tenant: Tenant, password: str = PASSWORD) -> str:
    """Give the tenant's person a password; return their address."""
    async with house.database.writing(SYSTEM) as db:
        await passwords.put(db, tenant.user, await HASHER.hash(password), CLOCK.now())
    return f"{tenant.slug}@example.com"


@dataclass
class Browser:
    """Sends the cookie that it was given, as pages of an origin do."""

    door: Served
    client: httpx.AsyncClient
    cookie: str | None = None
    origin: str | None = OURS

    async def ask(
        self, query: str, *, origin: str | None = "same", **variables: Any
    ) -> httpx.Response:
        headers = {} if self.cookie is None else {"Cookie": f"{COOKIE}={self.cookie}"}
        sender = self.origin if origin == "same" else origin
        if sender is not None:
            headers["Origin"] = sender
        response = await self.client.post(
            self.door.url, json={"query": query, "variables": variables}, headers=headers
        )
        for line in response.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            assert name == COOKIE
            self.cookie = rest.partition(";")[0] or None
        return response

    async def data(self, query: str, **variables: Any) -> Any:
        answer = (await self.ask(query, **variables)).json()
        assert "errors" not in answer, answer
        return answer["data"]


def a_browser(door: Served) -> Browser:
    return Browser(door, door.client())


async def signed_in(door: Served, house: House, tenant: Tenant) -> Browser:
    """A browser in which the tenant's person has signed in."""
    email = await gives_password(house, tenant)
    browser = a_browser(door)
    answer = await browser.data(SIGN_IN, email=email, password=PASSWORD)
    assert answer["signIn"]["__typename"] == "SignInSuccess", answer
    return browser


def nonsense() -> str:
    return "tcs_" + secrets.token_hex(32)
