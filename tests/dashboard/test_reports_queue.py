"""The queue of user reports: from the widget on a page to an error, and every decision by key."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop
from tests.graph.serving import serving
from tests.pictures import a_png

pytestmark = pytest.mark.timeout(240)

KEY = """mutation ($service: ID!, $origin: String!) {
  createIngestKey(service: $service, key: { purpose: REPORT, allowedOrigins: [$origin] }) {
    ... on CreateIngestKeySuccess { key { publicKey } }
    ... on Failure { message }
  }
}"""
REPORT = """mutation ($report: CreateUserReportInput!) {
  createUserReport(report: $report) {
    ... on CreateUserReportSuccess { report { id title } }
    ... on Failure { message }
  }
}"""
STATE = """query ($id: ID!) { userReport(id: $id) {
  status assignee { id } duplicateOf { id } error { id title } dueAt resolutionNotes } }"""


async def reports(shop: Shop, *titles: str) -> list[str]:
    """Let members report, the first title first; return the ids."""
    ids = []
    for title in titles:
        report = {
            "serviceId": f"svc_{shop.tenant.service.id}",
            "title": title,
            "description": f"{title}. It began this morning, after I had changed the address.",
            "stepsToReproduce": "1. Fill the basket\n2. Change the address\n3. Pay",
            "priority": "HIGH",
            "environment": "production",
        }
        answer = (await shop.ask(REPORT, report=report))["createUserReport"]
        ids.append(answer["report"]["id"])
    return ids


async def state(shop: Shop, report: str) -> dict[str, object]:
    return (await shop.ask(STATE, id=report))["userReport"]


async def test_a_report_from_the_widget_is_read_and_becomes_an_error(visit, window, shop: Shop):
    tab = await visit("/reports")
    page = tab.page
    await page.get_by_text("Nobody waits for an answer").wait_for()
    await tab.is_live()
    tocsin = shop.house.serve[0].url
    html = "<!doctype html><html lang=en><title>Shop</title><h1>Shop</h1>{script}"

    async def shown(request: Request) -> Response:
        key = request.app.state.key
        script = f'<script src="{tocsin}/widget.js" data-key="{key}" async></script>'
        return HTMLResponse(html.format(script=script))

    async with serving([Route("/", shown)]) as served:
        origin = f"http://127.0.0.1:{served.port}"
        made = await shop.ask(KEY, service=f"svc_{shop.tenant.service.id}", origin=origin)
        served.server.config.app.state.key = made["createIngestKey"]["key"]["publicKey"]
        visitor = await (await window()).tab()
        visitor.expects("404")  # the shop has no favicon
        await visitor.page.goto(origin)
        await visitor.page.get_by_role("button", name="Report a problem").click()
        await visitor.page.get_by_label("Title").fill("The total is wrong")
        await visitor.page.get_by_label("What happened").fill("It says 12, should be 24")
        picture = {"name": "total.png", "mimeType": "image/png", "buffer": a_png(320, 200)}
        await visitor.page.locator("input[type=file]").set_input_files(picture)
        # Who is quicker than two seconds is a program.
        await visitor.page.wait_for_timeout(2_100)
        await visitor.page.get_by_role("button", name="Send").click()
        await visitor.page.get_by_text("Thank you").wait_for()

    await page.get_by_role("button", name="1 new").click()
    await page.get_by_role("button", name="The total is wrong").click()
    pane = page.get_by_role("article", name="The total is wrong")
    await pane.get_by_text("It says 12, should be 24").wait_for()
    await pane.get_by_text(origin).wait_for()
    image = pane.get_by_role("img", name="Picture 1 of 1")
    await image.wait_for()
    await tab.comes_true("() => document.querySelector('.pictures img').naturalWidth === 320")
    await tab.axe()
    await tab.picture("report-from-widget")
    await pane.get_by_role("button", name="Make an error of it").click()
    await pane.get_by_role("link", name="The total is wrong").wait_for()


async def test_every_decision_has_its_key(visit, shop: Shop):
    first, second, third, fourth = await reports(
        shop, "I cannot pay", "Paying fails", "The logo is ugly", "Printing is slow"
    )
    tab = await visit("/reports")
    page = tab.page
    await page.get_by_role("button", name="I cannot pay").wait_for()
    await tab.is_live()
    await page.get_by_role("article").get_by_text("Fill the basket").wait_for()
    await tab.picture("reports")

    # The newest is first: without a pause between the keys the third below it is accepted.
    await tab.keys("j", "j", "j", "1")
    await page.get_by_text("Accepted: it is yours").wait_for()
    accepted = await state(shop, first)
    assert accepted["status"] == "IN_PROGRESS"
    assert accepted["assignee"] == {"id": f"usr_{shop.tenant.user}"}

    await tab.keys("k", "2")
    await page.get_by_role("combobox", name="The report that was").fill("cannot")
    await page.get_by_role("option", name="I cannot pay").click()
    await page.get_by_role("dialog").get_by_role("button", name="Mark as a duplicate").click()
    await page.get_by_role("dialog").wait_for(state="hidden")
    repeated = await state(shop, second)
    assert (repeated["status"], repeated["duplicateOf"]) == ("DUPLICATE", {"id": first})
    await page.locator(f"#report-{second}").wait_for(state="detached")

    await page.get_by_role("button", name="The logo is ugly").click()
    await tab.keys("3")
    await page.get_by_label("Why").fill("We like it.")
    await page.get_by_role("dialog").get_by_role("button", name="Decline").click()
    await page.get_by_role("dialog").wait_for(state="hidden")
    declined = await state(shop, third)
    assert (declined["status"], declined["resolutionNotes"]) == ("CLOSED", "We like it.")

    await page.get_by_role("button", name="Printing is slow").click()
    await tab.keys("h")
    await page.get_by_role("dialog").get_by_label("In three days").check()
    await tab.picture("reports-snooze", phone=False)
    await page.get_by_role("dialog").get_by_role("button", name="Snooze").click()
    await page.get_by_role("dialog").wait_for(state="hidden")
    assert (await state(shop, fourth))["status"] == "PENDING_INFO"

    await page.get_by_role("button", name="Undo").last.click()
    await page.get_by_text("Open again").wait_for()
    assert (await state(shop, fourth))["status"] == "OPEN"


async def test_a_report_is_linked_to_an_error_and_a_colleague_sees_it_live(visit, shop: Shop):
    await shop.fails("pay")
    [report] = await reports(shop, "I cannot pay")
    hers = await visit(f"/reports?report={report}", email=await shop.person(MembershipRole.SUPPORT))
    await hers.page.get_by_role("article", name="I cannot pay").wait_for()
    await hers.is_live()
    tab = await visit(f"/reports?report={report}")
    page = tab.page
    await page.get_by_role("article", name="I cannot pay").wait_for()

    await tab.keys("l")
    await page.get_by_role("combobox", name="The error behind it").fill("pay does not")
    await page.get_by_role("option", name="pay does not work").click()
    await page.get_by_role("dialog").get_by_role("button", name="Link").click()

    pane = page.get_by_role("article", name="I cannot pay")
    await pane.get_by_role("link", name="pay does not work").wait_for()
    await hers.page.get_by_role("link", name="pay does not work").wait_for()
    await tab.axe()


async def test_who_may_only_look_is_offered_nothing_to_decide(visit, shop: Shop):
    [report] = await reports(shop, "I cannot pay")
    viewer = await shop.person(MembershipRole.VIEWER)
    tab = await visit(f"/reports?report={report}", email=viewer)
    page = tab.page
    await page.get_by_role("article", name="I cannot pay").wait_for()
    await tab.keys("1")

    assert await page.get_by_role("button", name="Accept").count() == 0
    assert await page.get_by_role("button", name="Link to an error").count() == 0
    assert (await state(shop, report))["status"] == "OPEN"
