"""The live feed: rows as they come, held still by a pause that keeps counting, and led on from."""

import pytest

from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(240)


async def test_a_pause_holds_the_rows_and_goes_on_counting(visit, shop: Shop):
    tab = await visit("/feed")
    page = tab.page
    await page.get_by_text("Quiet", exact=True).wait_for()
    await tab.is_live()
    await tab.picture("feed-empty", phone=False)

    await shop.fails("pay")
    await page.get_by_role("link", name="pay does not work").wait_for()
    await tab.keys("p")
    await page.get_by_role("button", name="Go on").wait_for()
    await shop.fails("ship", times=2)
    waiting = page.get_by_role("button", name="2 new while paused")
    await waiting.wait_for()
    assert await page.get_by_role("link", name="ship does not work").count() == 0
    await page.get_by_text("3 since you came").wait_for()
    await tab.axe()

    await waiting.click()
    await page.get_by_role("link", name="ship does not work").first.wait_for()
    await page.get_by_role("button", name="Pause").wait_for()


async def test_levels_and_words_narrow_it_and_stand_in_the_address(visit, shop: Shop):
    tab = await visit("/feed")
    page = tab.page
    await page.get_by_text("Quiet", exact=True).wait_for()
    await page.get_by_role("button", name="warning").click()
    await page.get_by_text("Nothing fits yet").wait_for()
    assert "level=WARNING" in page.url
    await page.get_by_role("button", name="warning").click()
    await page.get_by_label("Words in the message").fill("ship")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**q=ship")
    await tab.is_live()

    await shop.fails("pay", "ship")

    await page.get_by_role("link", name="ship does not work").wait_for()
    assert await page.get_by_role("link", name="pay does not work").count() == 0


async def test_keys_without_a_pause_open_the_error_that_is_marked(visit, shop: Shop):
    await shop.fails("pay", "ship", "refund", "search", times=2)
    tab = await visit("/feed")
    page = tab.page
    rows = page.locator(".feed-rows li")
    await rows.nth(3).wait_for()
    await tab.is_live()
    await shop.fails("export", "login", times=6)
    await page.get_by_role("link", name="login does not work").first.wait_for()
    await tab.picture("feed")
    # Nothing moves any more while a row is marked.
    third = await rows.nth(2).get_by_role("link").get_attribute("href")

    await tab.keys("j", "j", "j", "Enter")

    await page.wait_for_url(f"**{third.split('?')[0]}**")
