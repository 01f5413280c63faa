"""Where things are not as they should be: addresses that people say, long messages, what could not be digested."""

import asyncpg
import pytest
from playwright.async_api import expect

from persistence.inbox.queue import shard_of
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(120)

INTO_INBOX = """
INSERT INTO inbox (shard, organization_id, service_id, ingest_key_id, kind, event_id, received_at,
    body_format, body)
VALUES ($1, $2, $3, $4, 'event', gen_random_uuid(), now(), 0, $5)
"""
FAILED = b'{"exception": {"values": [{"type": "Long", "value": "%s"}]}}' % (b"ab " * 900)


async def accept(shop: Shop, *bodies: bytes) -> None:
    """Put bodies into the inbox, as if the door had let them in."""
    connection = await asyncpg.connect(
        shop.house.database_url, server_settings={"tocsin.scope": "system"}
    )
    key = shop.tenant.key
    where = (shard_of(key.service_id), key.organization_id, key.service_id, key.id)
    await connection.executemany(INTO_INBOX, [(*where, body) for body in bodies])
    await connection.close()


async def test_an_error_is_found_by_the_name_that_people_say(visit, shop: Shop):
    [error] = await shop.fails("pay")
    tab = await visit("/setup")
    page = tab.page
    await page.get_by_role("link", name="Look at the error").click()
    said = page.locator(".error-said", has_text="pay does not work")
    await said.wait_for()

    await tab.go(f"/errors/{error['shortId']}?tab=details")
    await said.wait_for()
    await page.get_by_role("tab", name="Details", selected=True).wait_for()

    for wrong in ("NOSUCH-999", "err_nonsense"):
        tab.expects("400")
        await tab.go(f"/errors/{wrong}")
        await page.get_by_role("heading", name="Not found").wait_for()


async def test_a_long_message_and_what_could_not_be_digested_are_bearable(visit, shop: Shop):
    await accept(shop, b'["%s"]' % b"x" * 3_000, b"\x00\xff", FAILED)
    tab = await visit("/settings/dead-letters")
    page = tab.page
    letters = page.get_by_role("listitem").filter(has=page.get_by_role("checkbox"))
    tries = 0
    while await letters.count() < 2 and (tries := tries + 1) < 30:
        await page.wait_for_timeout(300)
        await page.reload()
        await page.get_by_role("heading", name="Dead letters", level=1).wait_for()
    await expect(letters).to_have_count(2)
    for summary in await page.get_by_text("What was sent", exact=True).all():
        await summary.click()
    await page.locator("pre").nth(1).wait_for()
    await tab.axe("light")

    await page.get_by_role("button", name="Choose all shown").click()
    await page.get_by_role("button", name="Replay").click()

    await page.get_by_text("on the way again").wait_for()
    await expect(letters).to_have_count(2)
    await tab.go("/errors")
    await page.get_by_role("option").filter(has_text="ab ab").click()
    await page.locator(".exception-value").wait_for()
    await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    await tab.axe("light")
