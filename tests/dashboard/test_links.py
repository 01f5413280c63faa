"""Pages of links: an invitation, a new password, and the link that signs in."""

import pytest

from domain.links import LinkPurpose
from domain.organizations import MembershipRole
from persistence.database import SYSTEM
from server.wiring.access import people_of
from tests.dashboard.shops import PASSWORD, Shop
from tests.graph.serving import HASHER

pytestmark = pytest.mark.timeout(240)

INVITE = """mutation ($organization: ID!, $email: String!) {
  inviteMember(organization: $organization, email: $email, role: SUPPORT) {
    ... on InviteMemberSuccess { link } ... on Failure { message } } }"""


async def path_of(shop: Shop, email: str, purpose: LinkPurpose) -> str:
    """Return the path of a link that the operator makes."""
    people = people_of(shop.database, HASHER, public_url="")
    return await people.passwords.link_by_operator(email, purpose)


async def invited(shop: Shop, email: str) -> str:
    """Return the path of an invitation."""
    said = await shop.ask(INVITE, organization=f"org_{shop.tenant.organization}", email=email)
    link: str = said["inviteMember"]["link"]
    return link[link.index("/invitation") :]


async def test_a_newcomer_joins_by_their_invitation(window, shop: Shop):
    email = f"ben-{shop.tenant.slug}@example.com"
    tab = await (await window()).tab(await invited(shop, email))
    page = tab.page
    await page.get_by_text("invites you to").wait_for()
    assert email in await page.locator("main").inner_text()
    await tab.axe()
    await tab.picture("invitation")

    await page.get_by_label("Your name").fill("Ben Okafor")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")

    await page.get_by_role("button", name="account and theme").wait_for()
    await tab.is_live()


async def test_who_has_an_account_signs_in_to_join(window, shop: Shop, house):
    email = await shop.person(MembershipRole.VIEWER)
    other = Shop(house=house, tenant=await house.tenant("other"), database=shop.database)
    tab = await (await window()).tab(await invited(other, email))
    page = tab.page
    await page.get_by_text("have an account").wait_for()
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Sign in and join").click()
    await page.get_by_role("alert").filter(has_text="wrong").wait_for()

    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in and join").click()

    await page.get_by_role("button", name="Other", exact=True).wait_for()
    assert other.tenant.slug in page.url


async def test_an_invitation_that_is_used_up_says_so(window, shop: Shop):
    tab = await (await window()).tab("/invitation#token=tci_none")
    await tab.page.get_by_role("alert").filter(has_text="not good any more").wait_for()
    await tab.axe()


async def test_a_new_password_is_set_by_a_link(window, shop: Shop):
    tab = await (await window()).tab(await path_of(shop, shop.email, LinkPurpose.RESET))
    page = tab.page
    await page.get_by_label("New password", exact=True).fill("short")
    await tab.axe()
    await tab.picture("reset-password")
    await page.get_by_label("New password", exact=True).fill(shop.email)
    await page.get_by_role("button", name="Set the password").click()
    await page.locator(".field-problem").wait_for()
    await page.get_by_label("New password", exact=True).fill("another battery of horses")
    await page.get_by_role("button", name="Set the password").click()

    await page.get_by_text("Your new password is set").wait_for()
    await tab.is_live()


async def test_who_lost_a_password_is_told_how_to_get_a_link(window, shop: Shop):
    tab = await (await window()).tab("/reset-password")
    await tab.page.get_by_text("tocsin user link").wait_for()
    await tab.axe()


async def test_the_first_link_leads_to_a_password_and_on_to_the_first_service(window, shop: Shop):
    async with shop.database.writing(SYSTEM) as db:
        await db.exec_driver_sql(f"DELETE FROM passwords WHERE user_id = '{shop.tenant.user}'")
    tab = await (await window()).tab(await path_of(shop, shop.email, LinkPurpose.ENTER))
    page = tab.page
    await tab.picture("enter", phone=False)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Welcome to Tocsin").wait_for()
    await tab.axe()
    await tab.picture("welcome")
    await page.get_by_label("Your name").fill("Ada Lovelace")
    await page.get_by_label("Password", exact=True).fill("another battery of horses")
    await page.get_by_role("button", name="Set the password").click()

    await page.get_by_role("heading", name="Connect").wait_for()
    await page.get_by_role("button", name="account and theme").wait_for()
    assert "/setup" in page.url
