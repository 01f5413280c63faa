"""What is live stays so: over a restart of the server, and under many changes."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.dashboard.shops import Shop
from tests.flows.running import Installation, an_installation, eventually

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
async def house(browser, database_url: str) -> AsyncIterator[Installation]:
    """Two doors: what happens at one while the other is away must not be lost."""
    async with an_installation(database_url, serve=2) as running:
        yield running


class Wire:
    """What goes over the sockets of a page."""

    def __init__(self, page: Page) -> None:
        self.subscribed: list[dict] = []
        self.changes: list[dict] = []
        self.cursor: str | None = None
        page.on("websocket", self._opened)

    def _opened(self, socket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str) -> None:
        message = json.loads(frame)
        if message["type"] == "subscribe" and "errorFeed" in message["payload"]["query"]:
            self.subscribed.append(message["payload"]["variables"])

    def _received(self, frame: str) -> None:
        message = json.loads(frame)
        if message["type"] == "next" and "errorFeed" in (message["payload"].get("data") or {}):
            batch = message["payload"]["data"]["errorFeed"]
            self.cursor = batch["cursor"]
            self.changes += batch["changes"]


async def test_a_page_goes_on_where_it_was_after_the_server_was_away(
    house: Installation, window, shop: Shop
):
    tab = await (await window(shop.email)).tab()
    tab.expects("WebSocket|Failed to load|ERR_CONNECTION|503")
    wire = Wire(tab.page)
    [before] = await shop.fails("pay")
    await tab.go("/errors")
    await tab.is_live()
    await tab.page.evaluate("window.isTheSame = true")
    events = tab.page.get_by_role("option").filter(has_text="pay").get_by_title("events").first
    await expect(events).to_have_text("1")
    await shop.fails("pay", times=1, door=1)
    await expect(events).to_have_text("2")
    await eventually(_changes(wire), lambda seen: before["id"] in seen)
    place = wire.cursor

    house.serve[0].kill()
    await tab.page.locator('[data-connection="connecting"]').wait_for()
    await tab.picture("connection-lost", phone=False)
    missed = await shop.fails("ship", "pack", door=1)
    await shop.fails("pay", door=1)
    house.serve[0].start()
    await house.serve[0].ready()
    await tab.is_live()
    await expect(events).to_have_text("3")
    ids = {error["id"] for error in missed}
    seen = await eventually(_changes(wire), lambda seen: ids <= set(seen))

    assert wire.subscribed[-1]["after"] == place
    assert len(wire.subscribed) == 2
    assert [id_ for id_ in seen if id_ in ids] == sorted(ids, key=seen.index)
    assert await tab.page.evaluate("window.isTheSame")


def _changes(wire: Wire):
    async def look() -> list[str]:
        return [change["errorId"] for change in wire.changes]

    return look


async def test_a_page_that_is_away_from_the_net_says_so(house: Installation, visit):
    tab = await visit("/account")
    tab.expects("ERR_INTERNET_DISCONNECTED|WebSocket|Failed to load")
    await tab.is_live()

    await tab.page.context.set_offline(True)
    await tab.page.locator('[data-connection="offline"]').wait_for()
    await tab.page.context.set_offline(False)
    await tab.is_live()


async def test_who_is_signed_out_elsewhere_is_shown_the_door(house: Installation, visit, shop: Shop):
    tab = await visit("/account")
    tab.expects("401")
    await tab.is_live()

    await house.sql(
        "DELETE FROM sign_ins WHERE user_id = $1",
        shop.tenant.user,
    )

    await tab.page.get_by_role("heading", name="Sign in to Tocsin").wait_for()
