"""Settings: what is decided there is decided, and who may not is not offered it."""

import httpx
import pytest

from domain.organizations import MembershipRole
from tests.dashboard.shops import Shop

pytestmark = pytest.mark.timeout(240)


async def test_somebody_is_invited_by_a_link_and_becomes_a_member(visit, window, shop: Shop):
    tab = await visit("/settings/members")
    page = tab.page
    await page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog", name="Invite somebody")
    await dialog.get_by_label("E-mail").fill("nobody")
    await dialog.get_by_label("E-mail").fill(f"ben-{shop.tenant.slug}@example.com")
    await dialog.get_by_label("Role").select_option("DEVOPS")
    await page.keyboard.press("Enter")
    handed = page.get_by_role("dialog", name="Give this link")
    link = await handed.locator("code").inner_text()
    await tab.axe()
    await handed.get_by_role("button", name="Done").click()
    await page.get_by_text("By a link to hand on").wait_for()

    theirs = await (await window()).tab(link[link.index("/invitation") :])
    await theirs.page.get_by_label("Your name").fill("Ben Okafor")
    await theirs.page.get_by_label("Password", exact=True).fill("correct horse battery")
    await theirs.page.keyboard.press("Enter")
    await theirs.page.get_by_role("button", name="account and theme").wait_for()

    await page.reload()
    await page.get_by_label("Role of Ben Okafor").wait_for()
    assert await page.get_by_label("Role of Ben Okafor").input_value() == "DEVOPS"
    await tab.axe()
    await tab.picture("settings-members")


async def test_a_grouping_rule_is_tried_and_saved(visit, shop: Shop):
    await shop.fails("pay", "ship")
    tab = await visit("/settings/grouping/new")
    page = tab.page
    await page.get_by_label("Name").fill("The till")
    await page.get_by_label("Field 1").fill("type")
    await page.get_by_label("Value 1").fill("Value*")
    await page.get_by_label("Fingerprint", exact=True).fill("till\n{{ error.type }}")
    await page.get_by_text("come together").wait_for()
    await page.get_by_text("of the last 2 events fit").wait_for()
    await tab.axe()
    await tab.picture("settings-grouping-rule")

    await page.get_by_label("How 1").select_option("MATCHES")
    await page.get_by_label("Value 1").fill("Value(")
    await page.get_by_role("button", name="Make the rule").click()
    await page.locator(".matcher .field-problem").wait_for()
    await page.get_by_label("Value 1").fill("^Value")
    await page.get_by_role("button", name="Make the rule").click()

    await page.get_by_role("link", name="The till").wait_for()
    await tab.axe()
    await tab.picture("settings-grouping")


async def test_a_token_is_made_and_used(visit, shop: Shop):
    tab = await visit("/settings/tokens")
    page = tab.page
    await page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New token")
    await dialog.get_by_label("Name").fill("Weekly report")
    await dialog.get_by_role("button", name="Make the token").click()
    told = page.get_by_role("dialog", name="The token")
    secret = await told.locator(".copy-line code").inner_text()
    await tab.axe()
    await told.get_by_role("button", name="I have kept it").click()

    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{tab.url}/graphql",
            json={"query": "{ viewer { scopes user { name } } }"},
            headers={"authorization": f"Bearer {secret}"},
        )
    assert answer.json()["data"]["viewer"] == {"scopes": ["READ"], "user": {"name": "Ada"}}
    await page.get_by_text("Weekly report").wait_for()
    assert secret not in await page.locator("body").inner_text()
    await tab.picture("settings-tokens")


async def test_what_is_redacted_is_tried_and_saved(visit, shop: Shop):
    tab = await visit("/settings/redaction")
    page = tab.page
    stored = page.get_by_role("region", name="What would be stored")
    await stored.get_by_text("ana@example.com").wait_for()
    await page.get_by_label("E-mail addresses").check()
    await stored.get_by_text("ana@example.com").wait_for(state="hidden")
    await tab.axe()
    await tab.picture("settings-redaction")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("in force in some seconds").wait_for()

    said = await shop.ask(
        "query ($o: ID!) { scrubbingSettings(organization: $o) { hidesEmails } }",
        o=f"org_{shop.tenant.organization}",
    )
    assert said["scrubbingSettings"] == {"hidesEmails": True}


async def test_a_service_gets_a_second_key_and_the_log_has_it(visit, shop: Shop):
    tab = await visit(f"/settings/services/svc_{shop.tenant.service.id}")
    page = tab.page
    await page.get_by_role("button", name="New key").click()
    dialog = page.get_by_role("dialog", name="New key")
    await dialog.get_by_label("From these origins").fill("nowhere at all")
    await dialog.get_by_role("button", name="Make the key").click()
    await dialog.locator(".field-problem").wait_for()
    await dialog.get_by_label("From these origins").fill("https://shop.example")
    await dialog.get_by_role("button", name="Make the key").click()
    await page.get_by_text("from https://shop.example").wait_for()
    await tab.axe()
    await tab.picture("settings-service")

    await page.get_by_role("link", name="Audit log").click()
    await page.get_by_text("Ingest key created").first.wait_for()
    await tab.axe()
    await tab.picture("settings-audit")


async def test_a_service_is_deleted_by_its_name_after_what_goes_is_said(visit, shop: Shop):
    await shop.fails("pay", times=2)
    tab = await visit(f"/settings/services/svc_{shop.tenant.service.id}")
    page = tab.page
    await page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog", name="Delete shop-web?")
    await dialog.get_by_role("row", name="Occurrences 2").wait_for()
    await dialog.get_by_role("button", name="Delete for good").click()
    await dialog.get_by_text("Type shop-web, as it is written.").wait_for()
    await dialog.get_by_label("Type shop-web to go on").fill("shop-web")
    await tab.axe()
    await page.keyboard.press("Enter")
    await page.get_by_text("being deleted").wait_for()


ROOMS = (
    "Organization",
    "Teams",
    "Services and keys",
    "Limits",
    "Source maps",
    "Dead letters",
    "Triage",
    "Suppression",
)


async def test_every_room_is_accessible(visit, shop: Shop):
    tab = await visit("/settings")
    page = tab.page
    for room in ROOMS:
        await page.get_by_role("navigation", name="Settings").get_by_role("link", name=room).click()
        await page.get_by_role("heading", name=room, level=1).wait_for()
        await page.locator(".settings-room .skeleton").first.wait_for(state="hidden")
        await tab.axe()
    await page.get_by_role("link", name="New rule").click()
    await page.get_by_label("Value 1").fill("Timeout*")
    await page.get_by_text("of the last 0 events").wait_for()
    await tab.axe()
    await tab.picture("settings-suppression-rule")


async def test_a_viewer_is_offered_nothing_that_would_be_refused(visit, shop: Shop):
    tab = await visit("/settings", email=await shop.person(MembershipRole.VIEWER))
    page = tab.page
    await page.get_by_role("heading", name="Members").first.wait_for()
    await page.get_by_text("Grace Hopper").wait_for()
    assert await page.get_by_role("button", name="Invite").count() == 0
    assert await page.locator(".lines select").count() == 0
    assert await page.get_by_role("link", name="Audit log").count() == 0
    assert await page.get_by_role("link", name="Dead letters").count() == 0
    for room in ("services", "grouping", "redaction", "suppression", "triage", "organization"):
        await tab.go(f"/settings/{room}")
        await page.locator(".room-head h1").wait_for()
        await page.locator(".skeleton").first.wait_for(state="hidden")
        buttons = await page.locator(".settings-room button").all()
        names = {await each.get_attribute("title") or await each.inner_text() for each in buttons}
        assert names <= {"Leave…", "Copy: What would be stored", "Copy the DSN"}, room
        for word in ("New service", "New rule"):
            assert await page.get_by_role("link", name=word).count() == 0, room


async def test_one_changes_ones_own_name_and_password(visit, shop: Shop):
    tab = await visit("/account")
    page = tab.page
    await page.get_by_role("textbox", name="Name").fill("Ada Lovelace")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("You are called so").wait_for()
    await page.get_by_label("Current password", exact=True).fill("correct horse battery")
    await page.get_by_label("New password", exact=True).fill("another battery of horses")
    await page.get_by_role("button", name="Change the password").click()
    await page.get_by_text("Everywhere else you are signed out").wait_for()
    await tab.axe()
    await tab.picture("account")
