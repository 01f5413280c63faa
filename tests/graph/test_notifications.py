"""The inbox: who is told of what, once, at once, and nobody else (NTF-05)."""

import pytest

from persistence.database import scope_of_viewer
from tests.conftest import CLOCK
from tests.graph.feeding import a_person, a_team, beginning, does, errors_of, feeding
from tests.graph.reporting import report
from tests.graph.serving import happens
from tests.house import a_tenant

INBOX = """subscription ($after: Cursor) {
  notificationInbox(after: $after) {
    kind cursor omitted unreadCount
    added {
      id kind title count subjectId subject { __typename ... on Error { id } } actor { name }
    }
    changed { id readAt }
  }
}"""
LIST = """query ($where: NotificationFilter, $first: Int, $after: String) {
  notifications(where: $where, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id kind title count readAt createdAt actor { name } organization { slug } } }
  }
  unreadNotificationCount
}"""


async def inbox(door, token: str, **variables) -> list[dict]:
    answer = (await door.ask(token, LIST, **variables)).json()
    assert "errors" not in answer, answer
    return [edge["node"] for edge in answer["data"]["notifications"]["edges"]]


async def kinds(door, *people) -> list[list[str]]:
    return [[each["kind"] for each in await inbox(door, one.token)][::-1] for one in people]


@pytest.fixture
async def crew(house, tenant):
    """Somebody who acts, somebody who is told, and a colleague who is not."""
    return [await a_person(house, tenant, name) for name in ("Ann", "Ben", "Cem")]


async def an_error(door, house, tenant, place: str = "pay") -> str:
    await happens(house, tenant, place)
    return (await errors_of(door, tenant))[place]


def one(*errors: str) -> str:
    return f"errors: {{ ids: [{', '.join(map(repr, errors))}] }}".replace("'", '"')


async def test_each_reason_is_told_to_whom_it_is_for_and_to_nobody_else(door, house, tenant, crew):
    ann, ben, cem = crew
    error, other = await an_error(door, house, tenant), await an_error(door, house, tenant, "b")
    team = await a_team(door, tenant, ben, ann)
    async with feeding(door, ben.token, INBOX) as bens, feeding(door, cem.token, INBOX) as cems:
        for call in (
            f'assignError({one(other)}, team: "{team}")',
            f'commentOnError({one(other)}, body: "@Ben look")',
            f'assignError({one(error)}, assignee: "{ben.shown}")',
            f'escalateError(id: "{error}", to: "{ben.shown}", reason: "now", level: L1)',
            f'commentOnError({one(error)}, body: "hm")',
            f'setErrorStatus(id: "{error}", status: RESOLVED)',
        ):
            await does(door, ann.token, call)
        await happens(house, tenant, "pay")
        merge = f'mergeErrors(primary: "{other}", errors: ["{error}"])'
        await does(door, tenant.token, merge)
        [name] = await report(house, tenant, "Blank page")
        await does(door, tenant.token, f'assignReport(id: "{name}", assignee: "{ben.shown}")')
        found = await bens.items("added", 9)
        await does(door, tenant.token, f'assignReport(id: "{name}", assignee: "{cem.shown}")')
        [only] = await cems.items("added", 1)

    assert [(each["kind"], each["actor"] and each["actor"]["name"]) for each in found] == [
        ("TEAM_ASSIGNED", "Ann"),
        ("MENTIONED", "Ann"),
        ("ASSIGNED", "Ann"),
        ("ESCALATED", "Ann"),
        ("COMMENTED", "Ann"),
        ("RESOLVED", "Ann"),
        ("REGRESSED", None),
        ("MERGED", "Ada"),
        ("REPORT_ASSIGNED", "Ada"),
    ]
    assert found[0]["title"] == "ValueError: no such card"
    assert (found[0]["subjectId"], found[0]["subject"]["id"]) == (other, other)
    assert (only["kind"], only["title"]) == ("REPORT_ASSIGNED", "Blank page")
    # Ann commented, so she follows: what others did she hears of, her own doings never.
    assert await kinds(door, ann) == [["REGRESSED", "MERGED"]]
    stored = await inbox(door, ben.token)
    assert [each["id"] for each in stored[::-1]] == [each["id"] for each in found]


async def test_a_decision_about_many_is_one_notification(door, house, tenant, crew):
    ann, ben, _ = crew
    await happens(house, tenant, "a", "b", "c")
    errors = await errors_of(door, tenant)
    give = f'assignError({one(*errors.values())}, assignee: "{ben.shown}")'
    await does(door, ann.token, give)
    await does(door, ann.token, f"resolveErrors({one(*errors.values())})")

    found = await inbox(door, ben.token)

    assert [(each["kind"], each["count"]) for each in found] == [("RESOLVED", 3), ("ASSIGNED", 3)]


async def test_who_was_mentioned_is_not_told_again_when_the_comment_is_edited(
    door, house, tenant, crew
):
    ann, ben, cem = crew
    error = await an_error(door, house, tenant)
    said = (
        "{ __typename ... on CommentOnErrorSuccess { comment { id } } ... on Failure { message } }"
    )
    made = await does(door, ann.token, f'commentOnError({one(error)}, body: "@Ben")', said)
    comment = made["comment"]
    edit = f'editErrorComment(id: "{comment["id"]}", body: "@Ben and @Cem")'
    await does(door, ann.token, edit)

    assert await kinds(door, ben, cem) == [["MENTIONED"], ["MENTIONED"]]


async def test_what_is_read_in_one_window_is_read_in_the_other(door, house, tenant, crew):
    ann, ben, _ = crew
    error = await an_error(door, house, tenant)
    for _ in range(3):
        await does(door, ann.token, f'commentOnError({one(error)}, body: "@Ben")')
    async with feeding(door, ben.token, INBOX) as window:
        first, *_ = await inbox(door, ben.token)
        selection = """{ __typename ... on MarkNotificationsReadSuccess {
            unreadCount notifications { id readAt } } }"""
        mark = f'markNotificationsRead(ids: ["{first["id"]}"])'
        done = await does(door, ben.token, mark, selection)
        told = await window.batch()
        again = await does(door, ben.token, mark, selection)
        await does(door, ben.token, f'markNotificationsRead(ids: ["{first["id"]}"], isRead: false)')
        undone = await window.batch()
        home = f"org_{tenant.organization}"
        everything = f'markAllNotificationsRead(organization: "{home}")'
        selection = "{ __typename ... on MarkAllNotificationsReadSuccess { marked unreadCount } }"
        all_read = await does(door, ben.token, everything, selection)
        last = await window.batch()

    assert done["unreadCount"] == told["unreadCount"] == 2
    assert told["changed"] == done["notifications"] == again["notifications"]
    assert undone["changed"] == [{"id": first["id"], "readAt": None}]
    assert (all_read["marked"], all_read["unreadCount"], last["unreadCount"]) == (3, 0, 0)
    assert len(last["changed"]) == 3
    assert await inbox(door, ben.token, where={"isUnread": True}) == []
    assert len(await inbox(door, ben.token, where={"kind": ["MENTIONED"]})) == 3


async def test_after_a_break_the_rest_comes_once(door, house, tenant, crew):
    ann, ben, _ = crew
    error = await an_error(door, house, tenant)
    async with feeding(door, ben.token, INBOX) as window:
        await does(door, ann.token, f'commentOnError({one(error)}, body: "@Ben")')
        before = await window.batch()
    for _ in range(2):
        await does(door, ann.token, f'commentOnError({one(error)}, body: "@Ben")')
    async with feeding(door, ben.token, INBOX, after=before["cursor"]) as window:
        rest = await window.items("added", 2)
    async with feeding(door, ben.token, INBOX, after=beginning(tenant)) as window:
        everything = await window.items("added", 3)

    assert everything == [*before["added"], *rest]


async def test_nobody_reads_the_inbox_of_a_colleague(door, house, tenant, crew):
    ann, ben, cem = crew
    error = await an_error(door, house, tenant)
    await does(door, ann.token, f'commentOnError({one(error)}, body: "@Ben")')
    [his] = await inbox(door, ben.token)
    mark = "mutation ($id: ID!) { markNotificationsRead(ids: [$id]) { __typename } }"

    stranger = await a_tenant(house.database, CLOCK)
    for token in (cem.token, ann.token, tenant.token, stranger.token):
        assert await inbox(door, token) == []
        answer = (await door.ask(token, mark, id=his["id"])).json()
        assert answer["data"]["markNotificationsRead"]["__typename"] == "NotFound"
    async with feeding(door, cem.token, INBOX, after=beginning(tenant)) as window:
        await does(door, ann.token, f'commentOnError({one(error)}, body: "@Cem")')
        batch = await window.batch()

    assert [each["kind"] for each in batch["added"]] == ["MENTIONED"]
    assert (await inbox(door, ben.token))[0]["readAt"] is None


async def test_the_database_itself_shows_everybody_their_own_alone(door, house, tenant, crew):
    ann, ben, _ = crew
    error = await an_error(door, house, tenant)
    await does(door, ann.token, f'commentOnError({one(error)}, body: "@Ben @Cem")')
    owner = scope_of_viewer(tenant.viewer)
    async with house.database.raw_writing(owner) as db:
        seen = await db.fetchval("SELECT count(*) FROM notifications")
        changed = await db.execute("UPDATE notifications SET read_at = now()")
        gone = await db.execute("DELETE FROM notifications")

    assert (seen, changed, gone) == (0, "UPDATE 0", "DELETE 0")
    assert await kinds(door, ben) == [["MENTIONED"]]


async def test_who_has_left_is_told_nothing(door, house, tenant, crew):
    ann, ben, _ = crew
    error = await an_error(door, house, tenant)
    await does(door, ben.token, f"subscribeToError({one(error)})")
    home = f"org_{tenant.organization}"
    await does(door, tenant.token, f'removeMember(organization: "{home}", user: "{ben.shown}")')
    await does(door, ann.token, f'commentOnError({one(error)}, body: "a")')
    async with house.database.raw_reading(scope_of_viewer(tenant.viewer)) as db:
        told = await db.fetch(
            "SELECT payload FROM feed WHERE organization_id = $1 AND kind = 'notified'",
            tenant.organization,
        )

    assert told == []
