"""Connecting a service: from nothing to the first event, which the page tells of by itself."""

import pytest

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(240)


async def test_the_first_event_turns_the_page_green(visit, shop: Shop):
    tab = await visit("/setup")
    page = tab.page
    await page.get_by_text("Waiting for the first event").wait_for()
    await tab.is_live()
    dsn = await page.locator(".copy-line code").inner_text()
    assert dsn.endswith(f"{shop.tenant.key.public_key}@" + dsn.partition("@")[2])
    await tab.axe()
    await tab.picture("setup")

    await shop.fails("pay")

    await page.get_by_text("is here").wait_for()
    await page.get_by_text("pay does not work").wait_for()
    await tab.axe()
    await tab.picture("setup-done")
    assert "/errors/" in await page.get_by_role("link", name="Look at the error").get_attribute("href")


async def test_each_platform_has_the_dsn_of_the_service_in_its_steps(visit, shop: Shop):
    tab = await visit("/setup")
    page = tab.page
    key = shop.tenant.key.public_key
    platforms = page.get_by_role("group", name="Platform").get_by_role("button")
    await platforms.first.wait_for()
    for platform in await platforms.all():
        await platform.click()
        assert key in await page.locator(".setup-steps").inner_text(), await platform.inner_text()
    await page.wait_for_url("**platform=curl")


async def test_a_snippet_is_copied(visit, shop: Shop):
    tab = await visit("/setup?platform=curl", permissions=["clipboard-read", "clipboard-write"])
    await tab.page.get_by_role("button", name="Copy: Send a first error").click()
    await tab.page.get_by_role("button", name="Copied").wait_for()
    copied = await tab.page.evaluate("navigator.clipboard.readText()")
    assert shop.tenant.key.public_key in copied


async def test_a_later_service_is_made_and_connected(visit, shop: Shop):
    tab = await visit("/setup/new")
    await tab.page.get_by_label("Name").fill("Warehouse robots")
    await tab.page.keyboard.press("Enter")
    await tab.page.get_by_role("heading", name="Connect Warehouse robots").wait_for()
    await tab.page.get_by_text("Waiting for the first event of Warehouse robots").wait_for()


async def test_a_viewer_is_not_offered_to_make_a_service(visit, shop: Shop):
    tab = await visit("/setup", email=await shop.person(MembershipRole.VIEWER))
    await tab.page.locator(".page-head .button").click()
    await tab.page.get_by_role("menuitemradio", name="shop-web").last.wait_for()
    assert await tab.page.get_by_role("menuitem", name="New service").count() == 0
