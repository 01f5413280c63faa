"""Signing in, and what stands around every page."""

import pytest

from tests.dashboard.shops import PASSWORD, Shop

pytestmark = pytest.mark.timeout(240)


async def test_a_person_signs_in_and_comes_to_where_they_wanted_to_be(window, shop: Shop):
    tab = await (await window()).tab("/account?period=7d")
    tab.expects("401")
    page = tab.page
    await page.get_by_label("E-mail").fill(shop.email)
    await tab.axe()
    await tab.picture("sign-in")
    await page.get_by_label("Password").fill("not this one")
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_text("wrong").or_(page.get_by_text("not right")).first.wait_for()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", name="Account").wait_for()
    assert page.url.endswith("/account?period=7d")
    await tab.is_live()


async def test_the_shell_is_accessible_in_both_themes(visit):
    tab = await visit("/account")
    await tab.page.get_by_text("this one").wait_for()
    await tab.is_live()
    await tab.axe()
    await tab.picture("account")


async def test_keys_are_shown_by_the_sheet_that_they_come_from(visit):
    tab = await visit("/account")
    await tab.is_live()
    await tab.keys("?")

    sheet = tab.page.get_by_role("dialog", name="Keys")
    await sheet.get_by_text("Show the keys").wait_for()
    await tab.axe()
    await tab.picture("keys", phone=False)
    await tab.keys("Escape")
    await sheet.wait_for(state="hidden")


async def test_the_theme_is_kept_without_a_flash(visit):
    tab = await visit("/account")
    await tab.page.get_by_label("Dark").check()
    assert await tab.page.evaluate("document.documentElement.dataset.theme") == "dark"
    await tab.page.reload()

    dark = await tab.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert dark == "dark"
    await tab.page.get_by_role("heading", name="Account").wait_for()


async def test_who_signs_out_is_asked_to_sign_in(visit):
    tab = await visit("/account")
    tab.expects("401")
    await tab.page.get_by_role("button", name="account and theme").click()
    await tab.page.get_by_role("menuitem", name="Sign out").click()
    await tab.page.get_by_role("heading", name="Sign in to Tocsin").wait_for()


async def test_an_address_that_leads_nowhere_says_so(visit):
    tab = await visit("/nowhere/at-all")
    await tab.page.get_by_role("heading", name="Not found").wait_for()
