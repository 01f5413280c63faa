"""The list of errors: what comes in is triaged with keys, and stays where it is."""

import pytest

from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(90)

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
