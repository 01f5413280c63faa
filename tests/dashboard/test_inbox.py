"""The bell of the top bar: what colleagues do reaches one live, and opening it marks it read."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from domain.organizations import MembershipRole
from tests.dashboard.browsing import PHONE
from tests.dashboard.shops import Shop
from tests.flows.running import eventually

pytestmark = pytest.mark.timeout(240)

ASSIGN = """mutation ($id: ID!, $assignee: ID!) {
  assignError(errors: { ids: [$id] }, assignee: $assignee) {
    __typename ... on Failure { message } } }"""
COMMENT = """mutation ($id: ID!, $body: String!) {
  commentOnError(errors: { ids: [$id] }, body: $body) {
    __typename ... on Failure { message } } }"""
RESOLVE = """mutation ($id: ID!) {
  setErrorStatus(id: $id, status: RESOLVED) { __typename ... on Failure { message } } }"""


async def does(shop: Shop, document: str, **variables: object) -> None:
    """Let Ada do something."""
    [said] = (await shop.ask(document, **variables)).values()
    assert str(said["__typename"]).endswith("Success"), said


class Reader:
    """Somebody who is told."""

    def __init__(self, shop: Shop, email: str) -> None:
        self.shop = shop
        self.email = email

    async def is_given(self, error: dict[str, Any]) -> None:
        """Let Ada assign an error to them."""
        [row] = await self.shop.house.sql("SELECT id FROM users WHERE email = $1", self.email)
        await does(self.shop, ASSIGN, id=error["id"], assignee=f"usr_{row['id']}")

    async def has_older(self, count: int) -> None:
        """Let them have been told more often, an hour apart each time."""
        await self.shop.house.sql(
            "INSERT INTO notifications (organization_id, id, user_id, kind, subject_kind,"
            " subject_id, title, actor_id, created_at)"
            " SELECT organization_id, gen_random_uuid(), user_id, 'commented', subject_kind,"
            " subject_id, title, actor_id, created_at - turn * interval '1 hour'"
            " FROM notifications, generate_series(1, $2) turn"
            " WHERE user_id = (SELECT id FROM users WHERE email = $1)",
            self.email,
            count,
        )

    async def unread(self) -> int:
        """Return how many of theirs the database has as not read."""
        [row] = await self.shop.house.sql(
            "SELECT count(*) FROM notifications n JOIN users u ON u.id = n.user_id"
            " WHERE u.email = $1 AND n.read_at IS NULL",
            self.email,
        )
        return int(row["count"])


@pytest.fixture
async def grace(shop: Shop) -> Reader:
    """A colleague of Ada's."""
    return Reader(shop, await shop.person(MembershipRole.ON_CALL))


def bell(page: Page, unread: int):
    name = f"Notifications, {unread} unread" if unread else "Notifications"
    return page.get_by_role("button", name=name, exact=True)


async def test_what_one_is_given_is_counted_live_and_read_by_opening_it(
    visit, shop: Shop, grace: Reader
):
    [error] = await shop.fails("pay")
    tab = await visit("/account", email=grace.email)
    page = tab.page
    await tab.is_live()
    await bell(page, 0).click()
    panel = page.get_by_role("dialog", name="Notifications")
    await panel.get_by_text("Nothing yet").wait_for()
    await tab.axe("light")
    await page.keyboard.press("Escape")
    await panel.wait_for(state="hidden")

    await grace.is_given(error)

    await bell(page, 1).wait_for()
    heard = page.get_by_role("status").filter(has_text="New notification")
    await expect(heard).to_have_text(f"New notification: {error['title']}")
    await tab.keys("g", "n")
    row = panel.get_by_role("link", name="Unread: Ada assigned you an error")
    await expect(row).to_contain_text(error["shortId"])
    assert await grace.unread() == 1
    await tab.keys("j", "Enter")
    await page.wait_for_url(f"**/errors/{error['id']}*")
    await page.locator(".error-said", has_text="pay does not work").wait_for()
    await bell(page, 0).wait_for()
    assert await eventually(grace.unread, lambda count: count == 0) == 0


async def test_older_ones_come_by_pages_and_all_are_read_in_every_window(
    visit, window, shop: Shop, grace: Reader
):
    pay, ship = await shop.fails("pay", "ship")
    await grace.is_given(pay)
    await grace.has_older(19)
    await does(shop, COMMENT, id=ship["id"], body=f"@{grace.email} look")
    await does(shop, RESOLVE, id=pay["id"])
    tab = await visit("/errors", email=grace.email)
    page = tab.page
    await bell(page, 22).click()
    rows = page.get_by_role("dialog", name="Notifications").get_by_role("listitem")
    await expect(rows).to_have_count(21)
    await grace.is_given(ship)
    await expect(rows).to_have_count(22)
    await tab.axe()
    await tab.picture("inbox")
    other = await tab.page.context.new_page()
    await other.goto(page.url)
    await bell(other, 23).wait_for()

    await tab.keys("End", "Enter")
    await expect(rows).to_have_count(23)
    await expect(rows.last).to_contain_text("19 h ago")
    await expect(rows.first).to_contain_text("assigned you an error")
    await page.get_by_role("button", name="Mark all read").click()

    await bell(page, 0).wait_for()
    await bell(other, 0).wait_for()
    await expect(page.locator(".is-unread")).to_have_count(0)


async def test_on_a_phone_it_fills_the_screen_and_can_be_closed(visit, shop: Shop, grace: Reader):
    [error] = await shop.fails("pay")
    await grace.is_given(error)
    tab = await visit("/errors", email=grace.email, viewport=PHONE)
    await bell(tab.page, 1).click()
    panel = tab.page.get_by_role("dialog", name="Notifications")
    await panel.get_by_role("link", name="Unread").wait_for()
    box = await panel.bounding_box()
    assert box and (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    await tab.axe("light")

    await panel.get_by_role("button", name="Close").click()

    await panel.wait_for(state="hidden")
    await expect(bell(tab.page, 1)).to_be_focused()
