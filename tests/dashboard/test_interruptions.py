"""What comes at the wrong moment: a subscription that ends, keys that are pressed before there is a row."""

import asyncio
import json
from collections.abc import Callable

import pytest
from playwright.async_api import Route, WebSocketRoute, expect

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(120)

ASSIGN = """mutation ($id: ID!, $assignee: ID!) {
  assignError(errors: { ids: [$id] }, assignee: $assignee) {
    __typename ... on Failure { message } } }"""
AWAY = {"message": "The database does not answer.", "extensions": {"code": "UNAVAILABLE"}}


class Server:
    """Stands between server and page, and ends subscriptions as a server may."""

    def __init__(self) -> None:
        self.subscribed: list[tuple[str, dict]] = []
        self._live: dict[str, str] = {}
        self._tell: Callable[[str], None] = lambda _message: None

    def stand_between(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        self._tell = page.send

        def sent(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] == "subscribe":
                name = said["payload"]["operationName"]
                self.subscribed.append((name, said["payload"]["variables"]))
                self._live[name] = said["id"]
            server.send(message)

        page.on_message(sent)

    def ends(self, name: str) -> None:
        """End a subscription, as if something broke there."""
        self._tell(json.dumps({"type": "error", "id": self._live[name], "payload": [AWAY]}))


async def test_a_subscription_that_ends_is_taken_up_where_it_was(visit, shop: Shop):
    await shop.fails("pay")
    tab = await visit()
    server = Server()
    await tab.page.route_web_socket("**/graphql", server.stand_between)
    await tab.go("/errors")
    await tab.is_live()
    events = tab.page.get_by_role("option").filter(has_text="pay").get_by_title("events").first
    await expect(events).to_have_text("1")
    await shop.fails("pay", times=1)
    await expect(events).to_have_text("2")

    server.ends("ErrorsLive")

    await tab.page.locator('[data-connection="connecting"]').wait_for()
    await shop.fails("pay", times=1)
    await expect(events).to_have_text("3")
    await tab.is_live()
    [first, again] = [variables for name, variables in server.subscribed if name == "ErrorsLive"]
    assert "after" not in first and again["after"]


async def slowly(route: Route) -> None:
    await asyncio.sleep(0.6)
    await route.continue_()


async def test_keys_wait_for_the_page_they_were_meant_for(visit, shop: Shop):
    await shop.fails("pay")
    [ship] = await shop.fails("ship")
    tab = await visit("/account")
    await tab.is_live()
    await tab.page.route("**/errors.js", slowly)

    await tab.keys("g", "e", "j", "k", "e", "Enter")

    await tab.page.wait_for_url(f"**/errors/{ship['id']}*")
    await tab.page.locator(".error-said", has_text="ship does not work").wait_for()
    # Who could not see yet what they would resolve has resolved nothing.
    [row] = await shop.house.sql("SELECT status FROM errors WHERE id = $1", ship["id"][4:])
    assert row["status"] == "new"


async def test_keys_wait_for_the_notifications_they_were_meant_for(visit, shop: Shop):
    email = await shop.person(MembershipRole.ON_CALL)
    [person] = await shop.house.sql("SELECT id FROM users WHERE email = $1", email)
    for name in ("pay", "ship"):
        [error] = await shop.fails(name)
        await shop.ask(ASSIGN, id=error["id"], assignee=f"usr_{person['id']}")
    tab = await visit("/account", email=email)
    await tab.page.get_by_role("button", name="Notifications, 2 unread").wait_for()
    await tab.page.route("**/inbox.js", slowly)

    await tab.keys("g", "n", "j", "j", "k", "Enter")

    await tab.page.locator(".error-said", has_text="ship does not work").wait_for()
    await expect(tab.page.get_by_role("dialog", name="Notifications")).to_be_hidden()
