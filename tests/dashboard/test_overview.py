"""The overview: what happens is there the moment it is taken in, and figures are those of the API."""

import pytest

from persistence.database import SYSTEM
from tests.dashboard.histories import remembers
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(240)


async def test_an_error_that_was_just_sent_is_there_by_itself(visit, shop: Shop):
    tab = await visit("/?period=24h")
    page = tab.page
    await page.get_by_text("Quiet", exact=True).wait_for()
    await tab.is_live()
    await tab.axe()
    await tab.picture("overview-empty")

    await shop.fails("pay", times=3)

    live = page.get_by_role("region", name="Now")
    await live.get_by_role("link", name="pay does not work").first.wait_for()
    tile = page.locator(".tile", has_text="Events")
    await tile.locator(".tile-value", has_text="3").wait_for()
    users = page.locator(".tile", has_text="Users affected")
    await users.locator(".tile-value", has_text="3").wait_for()
    busiest = page.get_by_role("region", name="Busiest errors")
    await busiest.get_by_role("link", name="pay does not work").wait_for()
    await busiest.get_by_role("link", name="pay does not work").click()
    await page.wait_for_url("**/errors/err_*")


async def test_the_figures_stand_beside_those_before_with_a_chart(visit, shop: Shop):
    await remembers(shop)
    await shop.fails("pay", "ship", "refund", times=2)
    await shop.fails("search", environment="staging", release="shop@1.5.0")
    tab = await visit("/?period=7d")
    page = tab.page
    await page.locator(".chart canvas").wait_for()
    await page.get_by_role("region", name="Now").get_by_role("link").first.wait_for()
    await page.get_by_text("Nobody waits for an answer").wait_for()

    told = await shop.ask(
        "{ errorStats(period: {hours: 168}) { current { events } previous { events } } }"
    )
    events = told["errorStats"]["current"]["events"]
    tile = page.locator(".tile", has_text="Events")
    starts = "(sum) => document.querySelector('.tile').title.startsWith(sum)"
    await tab.comes_true(starts, f"{events:,}")
    assert await tile.locator(".tile-change").inner_text() != ""
    assert await page.get_by_text("Crash-free sessions").is_visible()
    summary = await page.locator(".chart figcaption .visually-hidden").inner_text()
    assert summary.startswith("Events by severity: Critical ")
    await page.get_by_text("shop@1.3.0").wait_for()
    await tab.axe()
    await tab.picture("overview", full=True)

    await page.get_by_role("button", name="All environments").click()
    await page.get_by_role("menuitemradio", name="staging").click()
    await page.wait_for_url("**env=staging**")


async def test_a_system_administrator_sees_all_organizations_together(visit, shop: Shop, house):
    other = await house.tenant("bank")
    async with shop.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE users SET is_system_admin = true WHERE id = $1", shop.tenant.user)
    await shop.fails("pay")
    tab = await visit("/")
    page = tab.page
    await page.get_by_role("button", name="All organizations").click()

    card = page.get_by_role("region", name="Organizations")
    await card.get_by_text("shop", exact=False).first.wait_for()
    assert "scope=all" in page.url
    before = await page.locator(".tile").first.get_attribute("title")
    bank = Shop(house=house, tenant=other, database=shop.database)
    await bank.fails("vault", times=25)
    busiest = page.get_by_role("region", name="Busiest errors")
    await busiest.get_by_role("link", name="vault").wait_for()
    await tab.comes_true("(before) => document.querySelector('.tile').title !== before", before)
    await page.get_by_role("region", name="Events by").get_by_text("bank-web", exact=True).wait_for()
    await tab.axe("light")
    await tab.picture("overview-everywhere", phone=False)
