"""The page of one error: what is known of it, and what is decided there."""

import asyncio

import pytest
from playwright.async_api import Route

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(240)


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
        if name in {"Details", "Breadcrumbs"}:
            await tab.picture(f"error-{name.lower()}", phone=name == "Details")


async def test_who_may_only_look_is_offered_nothing_else(visit, shop: Shop):
    (error,) = await shop.fails("pay")
    viewer = await shop.person(MembershipRole.VIEWER)
    tab = await visit(f"/errors/{error['id']}", email=viewer)
    await tab.page.get_by_role("button", name="Subscribe").wait_for()
    assert await tab.page.get_by_role("button", name="Resolve").count() == 0
    await tab.keys("e")
    await tab.page.get_by_role("tab", name="Activity").click()
    await tab.page.get_by_text("Nobody has touched it yet").wait_for()


async def test_it_is_resolved_with_how_told_and_talked_about(visit, shop: Shop):
    (error,) = await shop.fails("pay")
    await shop.person(MembershipRole.DEVOPS)
    tab = await visit(f"/errors/{error['id']}")
    page = tab.page
    await page.get_by_role("tab", name="Stack").wait_for()
    await tab.is_live()

    await tab.keys("c")
    await page.get_by_placeholder("Say what you found").press_sequentially("Is it yours, @grace")
    await page.get_by_role("option", name="Grace Hopper").wait_for()
    await tab.keys("Enter", *"?", "Control+Enter")
    await page.locator(".timeline .mention").wait_for()
    await tab.keys("Escape", "r")
    dialog = page.get_by_role("dialog", name="Resolve SHOP-WEB-1")
    await dialog.get_by_label("In the next release").check()
    await dialog.get_by_label("What it was").fill("A basket without a total.")
    await dialog.get_by_label("Needs documentation").check()
    await tab.axe("light")
    await dialog.get_by_role("button", name="Resolve").click()
    await page.locator(".notice.ok").get_by_text("A basket without a total.").wait_for()
    await page.get_by_text("resolved it in the next release").wait_for()
    await page.get_by_role("button", name="Follow-ups are done").click()
    await page.get_by_text("did what the resolution left to do").wait_for()


async def test_what_is_refused_is_taken_back_with_a_message(visit, shop: Shop):
    (error,) = await shop.fails("pay")
    tab = await visit(f"/errors/{error['id']}")
    page = tab.page
    await page.get_by_role("tab", name="Stack").wait_for()
    waiting = asyncio.Event()

    async def refuse(route: Route) -> None:
        if "ResolveErrors" not in (route.request.post_data or ""):
            return await route.continue_()
        await waiting.wait()
        said = {"__typename": "Conflict", "message": "Somebody else was first."}
        return await route.fulfill(json={"data": {"resolveErrors": said}})

    await page.route("**/graphql", refuse)
    await tab.keys("e")
    # It is shown at once, before the server has answered; and no longer when it has refused.
    await page.get_by_role("button", name="Open again").wait_for()
    waiting.set()
    await page.get_by_text("Somebody else was first.").wait_for()
    await page.get_by_role("button", name="Resolve", exact=True).wait_for()
