"""Draws the pictures of docs/tour.md: `python -m pytest tests/dashboard/tour.py`; no part of the suite.

They come to build/screenshots/tour-*.png; small copies of them are in docs/tour/.
"""

import asyncio

import pytest
from playwright.async_api import Page, expect

from domain.organizations import MembershipRole
from server.demo import run_demo
from tests.dashboard.browsing import PICTURES
from tests.dashboard.histories import remembers
from tests.dashboard.shops import Shop, gives_password
from tests.flows.running import eventually

SIZE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
DEMO_ERRORS = 9
REPORTS = (
    ("The total is wrong", "I put two pens in the basket and it says 12 instead of 24.", "HIGH"),
    ("Invoice does not open", "The page stays white when I open the invoice of May.", "MEDIUM"),
    ("Cannot change my address", "Saving says that something went wrong, every time.", "MEDIUM"),
)
REPORT = """mutation ($report: CreateUserReportInput!) {
  createUserReport(report: $report) {
    ... on CreateUserReportSuccess { report { id } } ... on Failure { message } } }"""
COUNT = "{ errors { totalCount } }"


@pytest.mark.timeout(300)
async def test_tour(house, database, window):
    tenant = await house.tenant("orchard")
    await gives_password(database, tenant.user)
    shop = Shop(house=house, tenant=tenant, database=database)
    await shop.person(MembershipRole.DEVOPS, "Grace Hopper")
    await remembers(shop)
    await asyncio.to_thread(run_demo, house.dsn(tenant), 4, lambda _line: None)
    await _reported(shop)
    await eventually(lambda: shop.ask(COUNT), lambda f: f["errors"]["totalCount"] >= DEMO_ERRORS)
    opened = await window(shop.email, viewport=SIZE)
    tab = await opened.tab("/errors")
    page = tab.page
    await tab.is_live()
    await page.get_by_role("option").first.wait_for()
    await tab.keys("j", "x", "j", "x")
    await _drawn(page, "errors")

    await tab.keys("Escape")
    await page.get_by_role("option").filter(has_text="NoneType").click()
    await page.get_by_role("tab", name="Stack").wait_for()
    await page.locator("canvas").first.wait_for()
    await _drawn(page, "error")
    for name, path, sign in (
        ("overview", "/?period=7d", "canvas"),
        ("reports", "/reports", ".report-list li"),
        ("feed", "/feed", "h1"),
        ("setup", "/setup", "pre"),
        ("settings", "/settings", "h1"),
    ):
        await tab.go(path)
        await page.locator(sign).first.wait_for()
        await _drawn(page, name)


async def _reported(shop: Shop) -> None:
    for title, text, priority in REPORTS:
        report = {
            "serviceId": f"svc_{shop.tenant.service.id}",
            "title": title,
            "description": text,
            "priority": priority,
        }
        await shop.ask(REPORT, report=report)


async def _drawn(page: Page, name: str) -> None:
    await expect(page.locator(".skeleton")).to_have_count(0)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for look, theme, size in (
        ("light", "light", SIZE),
        ("dark", "dark", SIZE),
        ("phone", "dark", PHONE),
    ):
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await page.set_viewport_size(size)
        await page.screenshot(path=PICTURES / f"tour-{name}-{look}.png", animations="disabled")
    await page.set_viewport_size(SIZE)
    await page.emulate_media(color_scheme="light")
