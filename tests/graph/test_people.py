"""Invitations and passwords over the API, by people with browsers; what is mailed is caught."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from application.setup import SetupUseCases
from application.sign_ins import Browser
from domain.links import LinkPurpose
from domain.mails import Mail
from domain.organizations import MembershipRole
from domain.rights import MATRIX
from graph.transport import GraphQLApp
from graph.transport.doorkeeper import Doorkeeper
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.graph.conftest import REMEMBERED_SECONDS
from tests.graph.serving import PUBLIC_URL, a_house, serving
from tests.graph.signing import PASSWORD, SIGN_IN, a_browser, gives_password, signed_in
from tests.house import a_tenant

NAME = "{ viewer { user { name email } roles { role rights organization { slug } } } }"
INVITE = """mutation ($organization: ID!, $email: String!, $role: MembershipRole!) {
  inviteMember(organization: $organization, email: $email, role: $role) {
    __typename ... on Failure { message }
    ... on InviteMemberSuccess { link invitation { id email role isMailed invitedBy { name } } }
  }
}"""
ACCEPT = """mutation ($token: String!, $name: String, $password: String) {
  acceptInvitation(token: $token, name: $name, password: $password) {
    __typename ... on Failure { message }
    ... on AcceptInvitationSuccess { viewer { user { name } roles { role } } }
  }
}"""
REVOKE = (
    "mutation ($id: ID!) { revokeInvitation(id: $id) { __typename ... on Failure { message } } }"
)
LISTED = """query ($organization: ID!) { invitations(organization: $organization) {
  totalCount edges { node { email acceptedAt revokedAt acceptedBy { name } } } } }"""
CHANGE = """mutation ($old: String, $new: String!) {
  changePassword(currentPassword: $old, newPassword: $new) {
    __typename ... on Failure { message } ... on Invalid { field } } }"""
ASK = """mutation ($email: String!) { requestPasswordReset(email: $email) {
  __typename ... on RequestPasswordResetSuccess { message } } }"""
RESET = """mutation ($token: String!, $password: String!) {
  resetPassword(token: $token, password: $password) {
    __typename ... on ResetPasswordSuccess { viewer { user { name } } } } }"""
NEW = "another battery of horses"


class Post:
    """Keeps e-mails, and takes none while it is shut."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.is_open = True

    async def send(self, mail: Mail) -> bool:
        if self.is_open:
            self.sent.append(mail)
        return self.is_open

    def token(self) -> str:
        return re.search(r"#token=(\w+)", self.sent[-1].text)[1]


@pytest.fixture(scope="module")
async def post():
    return Post()


@pytest.fixture(scope="module")
async def mailing(database, post):
    async with a_house(database, mailer=post) as opened:
        yield opened


@pytest.fixture(scope="module")
async def mailing_door(mailing):
    doorkeeper = Doorkeeper(mailing.access, remembered_seconds=REMEMBERED_SECONDS)
    async with serving(GraphQLApp(mailing, doorkeeper=doorkeeper).routes()) as served:
        yield served


def of(tenant) -> str:
    return f"org_{tenant.organization}"


def token_in(link: str) -> str:
    return link.partition("#token=")[2]


async def invited(door, tenant, email: str, role: str = "SUPPORT", token: str | None = None):
    variables = {"organization": of(tenant), "email": email, "role": role}
    answer = (await door.ask(token or tenant.token, INVITE, **variables)).json()
    return answer["data"]["inviteMember"]


async def test_who_is_invited_becomes_a_member_and_is_signed_in(door, house, tenant):
    email = f"{uuid4().hex}@Example.com"
    invitation = await invited(door, tenant, email)
    assert invitation["link"].startswith(f"{PUBLIC_URL}/invitation#token=tci_")
    assert invitation["invitation"]["invitedBy"] == {"name": "Ada"}
    assert invitation["invitation"]["isMailed"] is False
    ben = a_browser(door)

    answer = await ben.data(
        ACCEPT, token=token_in(invitation["link"]), name=" Ben ", password=PASSWORD
    )

    accepted = answer["acceptInvitation"]
    assert accepted["viewer"] == {"user": {"name": "Ben"}, "roles": [{"role": "SUPPORT"}]}
    who = (await ben.data(NAME))["viewer"]
    assert who["user"]["email"] == email.lower()
    rights = {right.name for right in MATRIX[MembershipRole.SUPPORT]}
    assert set(who["roles"][0]["rights"]) == rights
    listed = (await door.ask(tenant.token, LISTED, organization=of(tenant))).json()["data"]
    [edge] = listed["invitations"]["edges"]
    assert edge["node"]["acceptedBy"] == {"name": "Ben"}
    again = await a_browser(door).data(
        ACCEPT, token=token_in(invitation["link"]), name="Eve", password=PASSWORD
    )
    assert again["acceptInvitation"]["__typename"] == "WrongCredentials"
    async with house.database.raw_reading(SYSTEM) as db:
        actions = await db.fetch(
            "SELECT action FROM audit_log WHERE organization_id = $1 AND actor_kind <> 'system'"
            " ORDER BY at, id",
            tenant.organization,
        )
    assert [row["action"] for row in actions] == [
        "invitation.created",
        "invitation.accepted",
        "user.signed_in",
    ]


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", PASSWORD, "name"),
        (None, PASSWORD, "name"),
        ("B\nen", PASSWORD, "name"),
        ("Ben", "short", "password"),
        ("Ben", None, "password"),
    ],
)
async def test_a_bad_answer_leaves_the_invitation_open(door, tenant, name, password, field):
    token = token_in((await invited(door, tenant, f"{uuid4().hex}@example.com"))["link"])
    browser = a_browser(door)
    query = ACCEPT.replace("... on Failure { message }", "... on Invalid { field }")

    refused = await browser.data(query, token=token, name=name, password=password)
    assert refused["acceptInvitation"] == {"__typename": "Invalid", "field": field}
    assert browser.cookie is None
    good = await browser.data(ACCEPT, token=token, name="Ben", password=PASSWORD)
    assert good["acceptInvitation"]["__typename"] == "AcceptInvitationSuccess"


async def test_an_account_that_exists_is_never_taken_over_by_an_invitation(door, house, tenant):
    other = await a_tenant(house.database, CLOCK, name="bank")
    ben = await signed_in(door, house, other)
    token = token_in((await invited(door, tenant, f"{other.slug}@example.com"))["link"])

    thief = await a_browser(door).data(ACCEPT, token=token, name="Eve", password=NEW)
    assert thief["acceptInvitation"]["__typename"] == "Conflict"
    stranger = await signed_in(door, house, await a_tenant(house.database, CLOCK))
    refused = await stranger.data(ACCEPT, token=token)
    assert refused["acceptInvitation"]["__typename"] == "Forbidden"
    body = {"query": ACCEPT, "variables": {"token": token}}
    program = (await door.client(other.token).post(door.url, json=body)).json()["data"]
    assert program["acceptInvitation"]["__typename"] == "Forbidden"

    joined = (await ben.data(ACCEPT, token=token))["acceptInvitation"]["viewer"]
    assert sorted(role["role"] for role in joined["roles"]) == ["OWNER", "SUPPORT"]
    assert len((await ben.data(NAME))["viewer"]["roles"]) == 2


async def test_who_may_not_manage_people_invites_nobody(door, house, tenant):
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    await setup.add_user(email, "Dev", tenant.slug, MembershipRole.DEVOPS)
    dev = await setup.add_token(email, tenant.slug, "dev")
    admin = f"{uuid4().hex}@example.com"
    await setup.add_user(admin, "Admin", tenant.slug, MembershipRole.ADMIN)
    admins = await setup.add_token(admin, tenant.slug, "admin")
    stranger = await a_tenant(house.database, CLOCK)

    new = "new@example.com"
    assert (await invited(door, tenant, new, token=dev))["__typename"] == "Forbidden"
    assert (await invited(door, tenant, new, token=stranger.token))["__typename"] == "Forbidden"
    assert (await invited(door, tenant, new, "OWNER", token=admins))["__typename"] == "Forbidden"
    assert (await invited(door, tenant, "nonsense"))["__typename"] == "Invalid"
    assert (await invited(door, tenant, email))["__typename"] == "Conflict"
    listed = (await door.ask(dev, LISTED, organization=of(tenant))).json()
    assert listed["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    mine = (await door.ask(tenant.token, LISTED, organization=of(tenant))).json()["data"]
    assert mine["invitations"] == {"totalCount": 0, "edges": []}


async def test_a_newer_invitation_takes_the_place_and_one_can_be_taken_back(door, house, tenant):
    email = f"{uuid4().hex}@example.com"
    first, second = [await invited(door, tenant, email) for _ in range(2)]
    stranger = await a_tenant(house.database, CLOCK)
    browser = a_browser(door)

    old = await browser.data(ACCEPT, token=token_in(first["link"]), name="B", password=PASSWORD)
    assert old["acceptInvitation"]["__typename"] == "WrongCredentials"
    id_ = second["invitation"]["id"]
    results = [
        (await door.ask(token, REVOKE, id=id_)).json()["data"]["revokeInvitation"]["__typename"]
        for token in (stranger.token, tenant.token, tenant.token)
    ]
    assert results == ["NotFound", "RevokeInvitationSuccess", "Conflict"]
    gone = await browser.data(ACCEPT, token=token_in(second["link"]), name="B", password=PASSWORD)
    assert gone["acceptInvitation"]["__typename"] == "WrongCredentials"


async def test_what_is_mailed_is_not_shown_to_who_invites(mailing_door, post, tenant):
    email = f"{uuid4().hex}@example.com"

    mailed = await invited(mailing_door, tenant, email)

    assert (mailed["link"], mailed["invitation"]["isMailed"]) == (None, True)
    assert post.sent[-1].to == email
    answer = await a_browser(mailing_door).data(
        ACCEPT, token=post.token(), name="Ben", password=PASSWORD
    )
    assert answer["acceptInvitation"]["__typename"] == "AcceptInvitationSuccess"


async def test_a_post_that_is_shut_loses_no_invitation(mailing_door, post, tenant):
    post.is_open = False
    try:
        kept = await invited(mailing_door, tenant, f"{uuid4().hex}@example.com")
    finally:
        post.is_open = True

    assert kept["invitation"]["isMailed"] is False
    assert kept["link"]


async def test_one_changes_ones_password_and_other_browsers_are_signed_out(door, house, tenant):
    here, there = await signed_in(door, house, tenant), await signed_in(door, house, tenant)

    for old, new, expected in (
        ("not mine at all", NEW, "WrongCredentials"),
        (PASSWORD, "short", "Invalid"),
        (PASSWORD, f"{tenant.slug}@example.com", "Invalid"),
        (PASSWORD, NEW, "ChangePasswordSuccess"),
    ):
        answer = (await here.data(CHANGE, old=old, new=new))["changePassword"]
        assert answer["__typename"] == expected

    assert (await here.ask(NAME)).status_code == 200
    assert there.cookie != here.cookie
    async with house.database.raw_reading(SYSTEM) as db:
        still = await db.fetchval(
            "SELECT count(*) FROM sign_ins WHERE user_id = $1 AND revoked_at IS NULL", tenant.user
        )
    assert still == 1
    fresh = a_browser(door)
    email = f"{tenant.slug}@example.com"
    wrong = await fresh.data(SIGN_IN, email=email, password=PASSWORD)
    assert wrong["signIn"]["__typename"] == "WrongCredentials"
    right = await fresh.data(SIGN_IN, email=email, password=NEW)
    assert right["signIn"]["__typename"] == "SignInSuccess"


async def test_a_token_changes_no_password(door, house, tenant):
    await gives_password(house, tenant)
    answer = (await door.ask(tenant.token, CHANGE, old=PASSWORD, new=NEW)).json()["data"]

    assert answer["changePassword"]["__typename"] == "Forbidden"


async def test_a_lost_password_is_set_anew_by_mail(mailing_door, mailing, post, tenant):
    browser = await signed_in(mailing_door, mailing, tenant)
    email = f"{tenant.slug}@example.com"
    before = len(post.sent)
    lost = a_browser(mailing_door)
    said = [await lost.data(ASK, email=who) for who in (email, "nobody@example.com", "nonsense")]
    await mailing.passwords.background.stop()

    assert said[0] == said[1] == said[2]
    assert [mail.to for mail in post.sent[before:]] == [email]
    for token, password, expected in (
        ("tcl_0", NEW, "WrongCredentials"),
        (post.token(), "short", "Invalid"),
        (post.token(), NEW, "ResetPasswordSuccess"),
        (post.token(), NEW, "WrongCredentials"),
    ):
        answer = (await lost.data(RESET, token=token, password=password))["resetPassword"]
        assert answer["__typename"] == expected
    assert (await lost.data(NAME))["viewer"]["user"]["name"] == "Ada"
    async with mailing.database.raw_reading(SYSTEM) as db:
        row = await db.fetchrow(
            "SELECT email_verified_at IS NOT NULL AS is_verified, (SELECT count(*) FROM sign_ins"
            " WHERE user_id = u.id AND revoked_at IS NULL) AS open FROM users u WHERE id = $1",
            tenant.user,
        )
    assert (row["is_verified"], row["open"]) == (True, 1)
    assert browser.cookie != lost.cookie


async def test_nobodys_letterbox_is_filled(mailing_door, mailing, post, tenant):
    email, before = f"{tenant.slug}@example.com", len(post.sent)
    for _ in range(6):
        answer = await a_browser(mailing_door).data(ASK, email=email)
        assert answer["requestPasswordReset"]["__typename"] == "RequestPasswordResetSuccess"
        await mailing.passwords.background.stop()

    assert len(post.sent) - before == 3


async def test_without_a_post_the_log_says_what_to_do_but_no_secret(door, house, tenant, caplog):
    await a_browser(door).data(ASK, email=f"{tenant.slug}@example.com")
    await house.passwords.background.stop()

    assert "tocsin user link --purpose reset" in caplog.text
    assert "tcl_" not in caplog.text


async def test_the_operators_links_are_good_once_and_each_for_its_purpose(door, house, tenant):
    email = f"{tenant.slug}@example.com"
    enter = await house.passwords.link_by_operator(email, LinkPurpose.ENTER)
    reset = await house.passwords.link_by_operator(email, LinkPurpose.RESET)
    browser = a_browser(door)
    assert enter.startswith(f"{PUBLIC_URL}/auth/enter?token=tcl_")

    wrong = await browser.data(RESET, token=enter.partition("token=")[2], password=NEW)
    right = await browser.data(RESET, token=token_in(reset), password=NEW)

    assert wrong["resetPassword"]["__typename"] == "WrongCredentials"
    assert right["resetPassword"]["__typename"] == "ResetPasswordSuccess"


async def test_who_came_by_a_link_sets_a_first_password_but_only_lately(door, house, tenant):
    email = f"{tenant.slug}@example.com"
    link = await house.passwords.link_by_operator(email, LinkPurpose.ENTER)
    signed_in_ = await house.sign_ins.by_link(link.partition("token=")[2], Browser())
    browser = a_browser(door)
    browser.cookie = signed_in_.secret
    made = "UPDATE sign_ins SET created_at = now() - $2::interval WHERE user_id = $1"

    async def is_so_old(minutes: int) -> None:
        async with house.database.raw_writing(SYSTEM) as db:
            await db.execute(made, tenant.user, timedelta(minutes=minutes))

    await is_so_old(61)
    late = await browser.data(CHANGE, new=NEW)
    await is_so_old(59)
    lately = await browser.data(CHANGE, new=NEW)
    again = await browser.data(CHANGE, new=PASSWORD)

    assert late["changePassword"]["__typename"] == "WrongCredentials"
    assert lately["changePassword"]["__typename"] == "ChangePasswordSuccess"
    assert again["changePassword"]["__typename"] == "WrongCredentials"
    entered = await a_browser(door).data(SIGN_IN, email=email, password=NEW)
    assert entered["signIn"]["__typename"] == "SignInSuccess"
