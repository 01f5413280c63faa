"""What the holder of an invitation may know, and what one may change of one's own account."""

from uuid import uuid4

from tests.graph.signing import PASSWORD, a_browser, signed_in
from tests.graph.test_people import ACCEPT, invited, token_in

OFFER = """query ($token: String!) { invitationOffer(token: $token) {
  organizationName invitedByName email role isKnown expiresAt } }"""
RENAME = """mutation ($name: String!) { changeName(name: $name) {
  __typename ... on ChangeNameSuccess { user { name } } ... on Invalid { field } } }"""
MINE = "{ viewer { hasPassword user { name } } }"


async def test_the_holder_of_a_link_knows_what_they_are_invited_to(door, tenant):
    email = f"{uuid4().hex}@example.com"
    link = (await invited(door, tenant, email))["link"]
    ben = a_browser(door)

    offer = (await ben.data(OFFER, token=token_in(link)))["invitationOffer"]

    assert offer.pop("expiresAt")
    assert offer == {
        "organizationName": "Shop",
        "invitedByName": "Ada",
        "email": email,
        "role": "SUPPORT",
        "isKnown": False,
    }
    await ben.data(ACCEPT, token=token_in(link), name="Ben", password=PASSWORD)
    gone = (await a_browser(door).ask(OFFER, token=token_in(link))).json()
    assert gone["data"]["invitationOffer"] is None
    assert gone["errors"][0]["extensions"]["code"] == "WRONG_CREDENTIALS"


async def test_one_changes_what_one_is_called(door, tenant, house):
    ada = await signed_in(door, house, tenant)

    assert (await ada.data(MINE))["viewer"] == {"hasPassword": True, "user": {"name": "Ada"}}
    refused = (await ada.data(RENAME, name=" "))["changeName"]
    assert refused == {"__typename": "Invalid", "field": "name"}
    changed = (await ada.data(RENAME, name=" Ada Lovelace "))["changeName"]
    assert changed["user"] == {"name": "Ada Lovelace"}
    assert (await ada.data(MINE))["viewer"]["user"] == {"name": "Ada Lovelace"}
    program = (await door.ask(tenant.token, RENAME, name="Bot")).json()["data"]["changeName"]
    assert program["__typename"] == "Forbidden"
