"""The list of errors: what comes in is triaged with keys, and stays where it is."""

import pytest
from playwright.async_api import expect

from domain.organizations import MembershipRole
from tests.dashboard.browsing import PHONE
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(240)

_STATUSES = "{ errors { edges { node { shortId title status } } } }"


async def test_keys_typed_without_a_pause_decide_about_the_row_that_is_marked(visit, shop: Shop):
    await shop.fails("first", "second", "third", "fourth")
    tab = await visit("/errors")
    rows = tab.page.locator(".list-row")
    await rows.nth(3).wait_for()
    titles = await tab.page.locator(".list-row .error-title").all_inner_texts()
    await tab.is_live()

    await tab.keys("j", "e", "j", "j", "e")

    await tab.page.get_by_text("resolved").last.wait_for()
    await tab.picture("errors")
    await tab.axe()
    found = await shop.ask(_STATUSES)
    status = {e["node"]["title"]: e["node"]["status"] for e in found["errors"]["edges"]}
    assert [status[title] for title in titles] == ["NEW", "RESOLVED", "NEW", "RESOLVED"]


async def test_two_are_merged_and_unmerged_and_one_is_ignored(visit, shop: Shop):
    await shop.fails("pay", "ship", "pack")
    tab = await visit("/errors")
    page = tab.page
    rows = page.locator(".list-row")
    await rows.nth(2).wait_for()
    await tab.is_live()

    await tab.keys("x", "j", "x", "m")
    dialog = page.get_by_role("dialog", name="Merge 2 errors")
    await dialog.get_by_text("Together 2 events and 1 users").wait_for()
    await tab.axe("light")
    await tab.keys("Enter")
    await page.get_by_text("merged into").wait_for()
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_text("unmerged").wait_for()
    await expect(rows).to_have_count(3)

    await tab.keys("Home", "i")
    await page.get_by_text("ignored.").wait_for()
    await expect(rows.first.get_by_text("Ignored")).to_be_visible()
    await page.get_by_role("button", name="Undo").last.click()
    await expect(rows.first.get_by_text("New", exact=True)).to_be_visible()


async def test_what_a_colleague_does_is_seen_where_it_stands(visit, shop: Shop):
    await shop.fails("pay", "ship")
    mine = await visit("/errors")
    theirs = await visit("/errors", email=await shop.person(MembershipRole.DEVOPS))
    for tab in (mine, theirs):
        await tab.page.locator(".list-row").nth(1).wait_for()
        await tab.is_live()
    titles = await mine.page.locator(".error-title").all_inner_texts()
    await theirs.keys("j", "r")

    row = mine.page.locator(".list-row").nth(1)
    await expect(row.get_by_text("Resolved")).to_be_visible()
    await shop.fails("pack")
    await mine.page.get_by_role("button", name="1 new · Show").wait_for()
    assert await mine.page.locator(".error-title").all_inner_texts() == titles
    await mine.keys("n")
    await expect(mine.page.locator(".error-title").first).to_contain_text("pack")

    error = f"/errors/{(await shop.fails('pay', times=1))[0]['id']}"
    await mine.go(error)
    await theirs.go(error)
    await mine.page.get_by_text("Also looking:").wait_for()


async def test_an_address_restores_the_search_the_order_and_the_place(visit, shop: Shop):
    await shop.fails("pay", "ship", "pack")
    tab = await visit("/errors?q=ValueError+is:unresolved&sort=first-seen&at=SHOP-WEB-2")
    page = tab.page
    await expect(page.locator(".list-row.at .error-where")).to_contain_text("SHOP-WEB-2")
    await expect(page.get_by_label("Search errors")).to_have_value("ValueError is:unresolved")
    await expect(page.get_by_text("Newest first")).to_be_visible()
    await tab.keys("k")
    await page.wait_for_url("**/errors?q=ValueError+is%3Aunresolved&sort=first-seen")
    await page.get_by_role("button", name="High and up").click()
    await page.get_by_text("No error fits").wait_for()
    await page.go_back()
    await page.locator(".list-row").nth(2).wait_for()


async def test_the_search_completes_says_its_mistakes_and_is_kept_as_a_view(visit, shop: Shop):
    await shop.fails("pay")
    tab = await visit("/errors")
    tab.expects("400")
    page = tab.page
    await page.locator(".list-row").wait_for()
    await tab.keys("/", "End", " ", *"seve")
    await page.get_by_role("option", name="severity:").wait_for()
    await tab.keys("ArrowDown", "Tab", *"medium", "Enter")
    await page.wait_for_url("**severity%3Amedium*")
    await page.locator(".list-row").wait_for()

    await page.get_by_role("button", name="Save as a view").click()
    await page.get_by_label("Name").fill("Middling")
    await tab.axe("light")
    await tab.keys("Enter")
    await page.get_by_role("tab", name="Middling").wait_for()

    await page.get_by_label("Search errors").fill("is:unresolved sevrity:high")
    await tab.keys("Enter")
    await page.get_by_text("There is no key “sevrity”.").wait_for()
    await expect(page.locator(".mistake mark")).to_have_text("sevrity:high")
    await tab.axe("light")


async def test_who_may_not_triage_is_not_offered_it_and_phones_have_room(visit, shop: Shop):
    await shop.fails("pay")
    viewer = await shop.person(MembershipRole.VIEWER)
    tab = await visit("/errors", email=viewer, viewport=PHONE)
    page = tab.page
    await page.locator(".list-row").wait_for()
    await tab.keys("x", "e")
    assert await page.get_by_role("toolbar").count() == 0
    assert await page.locator(".tick i").count() == 0
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert await page.evaluate(wide)
    await tab.axe("light")
    await page.locator(".list-row").click()
    await page.get_by_role("tab", name="Stack").wait_for()
    assert await page.evaluate(wide)
    assert (await shop.ask(_STATUSES))["errors"]["edges"][0]["node"]["status"] == "NEW"
