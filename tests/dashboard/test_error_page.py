"""The page of one error: what is known of it, and what is decided there."""

import pytest

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(90)


async def test_an_error_is_opened_read_and_resolved_by_keys_alone(visit, shop: Shop):
    await shop.fails("pay", times=3)
    tab = await visit("/errors")
    page = tab.page
    await page.locator(".list-row").wait_for()
    await tab.is_live()
    await tab.keys("Enter")

    await page.get_by_role("heading", name="ValueError").first.wait_for()
    await page.get_by_text("17.50").first.wait_for()
    await tab.axe()
    await tab.picture("error", full=True)

    await tab.keys("Shift+L")
    await page.get_by_text("the newest").wait_for()
    await tab.keys("h", "h")
    await page.get_by_role("button", name="Older event").and_(page.locator(":disabled")).wait_for()

    await tab.keys("e")
    await page.get_by_text("SHOP-WEB-1 resolved").wait_for()
    await page.locator(".notice.ok").wait_for()
    await page.get_by_role("button", name="Undo").click()
    await page.locator(".notice.ok").wait_for(state="hidden")
    await tab.keys("Escape")
    await page.locator(".list-row").wait_for()


_TABS = {
    "Breadcrumbs": "began to pay",
    "Details": "sentry.python",
    "Events": "What was said",
    "Tags": "shelf",
    "Attachments": "No attachments",
    "Reports": "Nobody reported it",
    "Similar": "Nothing is like it",
    "Activity": "Nobody has touched it yet",
    "Grouping": "It counts by",
    "JSON": "began to pay",
}


async def test_every_tab_shows_its_part_and_is_accessible(visit, shop: Shop):
    (error,) = await shop.fails("pay", times=2)
    tab = await visit(f"/errors/{error['id']}")
    page = tab.page
    await page.get_by_role("tab", name="Stack").wait_for()
    for name, said in _TABS.items():
        await page.get_by_role("tab", name=name).click()
        await page.locator(".tab-panel").get_by_text(said).first.wait_for()
        await tab.axe("light")
        await tab.picture(f"error-{name.lower()}", phone=name == "Activity")


async def test_who_may_only_look_is_offered_nothing_else(visit, shop: Shop):
    (error,) = await shop.fails("pay")
    viewer = await shop.person(MembershipRole.VIEWER)
    tab = await visit(f"/errors/{error['id']}", email=viewer)
    await tab.page.get_by_role("button", name="Subscribe").wait_for()
    assert await tab.page.get_by_role("button", name="Resolve").count() == 0
    await tab.keys("e")
    await tab.page.get_by_role("tab", name="Activity").click()
    await tab.page.get_by_text("Nobody has touched it yet").wait_for()
