"""What leaves a filtered view, the feed of one error, its live timeline, and one's own work."""

import pytest

from graph.ids import shown
from persistence.projection.declared import USER
from tests.conftest import CLOCK
from tests.graph.feeding import (
    a_person,
    a_team,
    beginning,
    does,
    errors_of,
    feeding,
    refused,
)
from tests.graph.serving import happens
from tests.house import a_tenant

FEED = """subscription ($where: ErrorFeedFilter, $after: Cursor) {
  errorFeed(where: $where, after: $after) {
    kind cursor omitted changes { kind cursor errorId error { id status } }
  }
}"""
ONE = """subscription ($id: ID!, $after: Cursor) {
  errorChanged(id: $id, after: $after) {
    kind cursor omitted changes {
      kind cursor errorId error { id } mergedInto { id } occurrence { id }
      activities { id kind actor { name } comment { body } assignee { id } statusAfter }
    }
  }
}"""
TIMELINE = """subscription ($id: ID!, $after: Cursor) {
  activityAdded(errorId: $id, after: $after) {
    kind cursor omitted error { id } activities { id kind }
  }
}"""
WORK = """subscription ($after: Cursor) {
  assignmentFeed(after: $after) {
    kind cursor omitted changes { kind cursor errorId error { id } activities { kind notes } }
  }
}"""


async def an_error(door, house, tenant, place: str = "pay") -> str:
    await happens(house, tenant, place)
    return (await errors_of(door, tenant))[place]


def one(error: str) -> str:
    return f'errors: {{ ids: ["{error}"] }}'


async def set_status(door, tenant, error: str, status: str) -> None:
    await does(door, tenant.token, f'setErrorStatus(id: "{error}", status: {status})')


def told(changes) -> list[tuple[str, str]]:
    return [(each["kind"], each["errorId"]) for each in changes]


async def test_an_error_that_leaves_a_filtered_view_is_told_once(door, house, tenant):
    where = {"status": ["NEW", "OPEN", "RECURRING"]}
    async with feeding(door, tenant.token, FEED, where=where) as feed:
        error = await an_error(door, house, tenant)
        await feed.items("changes", 1)
        await set_status(door, tenant, error, "RESOLVED")
        [left] = await feed.items("changes", 1)
        await set_status(door, tenant, error, "CLOSED")
        await happens(house, tenant, "pay")
        [back] = await feed.items("changes", 1)

    assert told([left, back]) == [("LEFT", error), ("REGRESSED", error)]
    assert left["error"]["id"] == error


async def test_a_replay_with_a_filter_is_what_was_seen_live(door, house, tenant):
    where = {"status": ["NEW", "RECURRING"], "kind": ["NEW", "LEFT", "REGRESSED"]}
    async with feeding(door, tenant.token, FEED, where=where) as feed:
        error = await an_error(door, house, tenant)
        await set_status(door, tenant, error, "RESOLVED")
        await happens(house, tenant, "pay", "pay")
        live = await feed.items("changes", 3)

    async with feeding(door, tenant.token, FEED, where=where, after=beginning(tenant)) as feed:
        again = await feed.items("changes", 3)

    assert told(live) == [("NEW", error), ("LEFT", error), ("REGRESSED", error)]
    assert [(c["kind"], c["cursor"]) for c in again] == [(c["kind"], c["cursor"]) for c in live]


@pytest.mark.parametrize(
    "assignee", [{"me": True}, {"users": ["{me}"]}, {"teams": ["{team}"]}, {"myTeams": True}]
)
async def test_errors_are_followed_by_who_has_them(door, house, tenant, assignee):
    error, other = await an_error(door, house, tenant), await an_error(door, house, tenant, "ship")
    me = await a_person(house, tenant)
    team = await a_team(door, tenant, me)
    names = {"me": me.shown, "team": team}
    where = {
        key: value if value is True else [v.format(**names) for v in value]
        for key, value in assignee.items()
    }
    async with feeding(door, me.token, FEED, where={"assignee": where}) as feed:
        await happens(house, tenant, "ship")
        given = f'assignee: "{me.shown}", team: "{team}"'
        await does(door, tenant.token, f"assignError({one(error)}, {given})")
        await does(door, tenant.token, f"unassignError({one(error)})")
        await does(door, tenant.token, f"assignError({one(other)}, {given})")
        changes = await feed.items("changes", 3)

    assert told(changes) == [("CHANGED", error), ("LEFT", error), ("CHANGED", other)]


async def test_what_nobody_has_is_followed(door, house, tenant):
    where = {"assignee": {"nobody": True}}
    async with feeding(door, tenant.token, FEED, where=where) as feed:
        error = await an_error(door, house, tenant)
        me = shown(USER, tenant.user)
        await does(door, tenant.token, f'assignError({one(error)}, assignee: "{me}")')
        changes = await feed.items("changes", 2)

    assert told(changes) == [("NEW", error), ("LEFT", error)]


async def test_who_joins_a_team_is_told_to_load_anew_and_sees_its_errors_from_then(
    door, house, tenant
):
    error = await an_error(door, house, tenant)
    me, team = await a_person(house, tenant), await a_team(door, tenant)
    await does(door, tenant.token, f'assignError({one(error)}, team: "{team}")')
    where = {"assignee": {"myTeams": True}}
    async with feeding(door, me.token, FEED, where=where) as feed:
        await happens(house, tenant, "pay")
        await does(door, tenant.token, f'putTeamMember(team: "{team}", user: "{me.shown}")')
        batch = await feed.batch()
        await happens(house, tenant, "pay")
        changes = await feed.items("changes", 1)

    assert (batch["kind"], batch["changes"]) == ("RESYNC", [])
    assert told(changes) == [("AGAIN", error)]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"errorType": ["runtime"]}, 0),
        ({"error": ["{error}"]}, 1),
        ({"error": ["err_0192d1f2-5a3c-7bbb-8000-0000000000aa"]}, 0),
        ({"assignee": {}}, 0),
    ],
)
async def test_more_that_an_entry_can_tell(door, house, tenant, where, expected):
    error = await an_error(door, house, tenant)
    if "error" in where:
        where = {"error": [each.format(error=error) for each in where["error"]]}
    async with (
        feeding(door, tenant.token, FEED, where=where) as feed,
        feeding(door, tenant.token, FEED) as everything,
    ):
        await happens(house, tenant, "pay")
        await everything.items("changes", 1)
        await set_status(door, tenant, error, "OPEN")
        found = await feed.items("changes", 2) if expected else []

    assert [each["errorId"] for each in found] == [error] * 2 * expected


async def test_everything_of_one_error_is_told_and_nothing_of_others(door, house, tenant):
    error = await an_error(door, house, tenant)
    me = await a_person(house, tenant)
    call = f'escalateError(id: "{error}", to: "{me.shown}", reason: "now", level: L1)'
    told_of = []
    async with feeding(door, tenant.token, ONE, id=error) as feed:
        await happens(house, tenant, "ship")
        for step in (
            None,
            f'commentOnError({one(error)}, body: "Look!")',
            f'assignError({one(error)}, assignee: "{me.shown}")',
            call,
            f'setErrorStatus(id: "{error}", status: RESOLVED)',
            None,
            f'deleteErrors(ids: ["{error}"])',
        ):
            if step is None:
                await happens(house, tenant, "pay")
            else:
                await does(door, tenant.token, step)
            [change] = await feed.items("changes", 1)
            kinds = [each["kind"] for each in change["activities"]]
            told_of.append((change["kind"], kinds, change["errorId"] == error))
            if kinds == ["COMMENTED"]:
                assert change["activities"][0]["comment"] == {"body": "Look!"}

    assert told_of == [
        ("AGAIN", [], True),
        ("CHANGED", ["COMMENTED"], True),
        ("CHANGED", ["ASSIGNED"], True),
        ("ESCALATED", ["ESCALATED"], True),
        ("CHANGED", ["RESOLVED"], True),
        ("REGRESSED", ["REGRESSED"], True),
        ("REMOVED", [], True),
    ]
    assert change["error"] is None


async def test_a_merge_is_said_and_followed_until_it_is_undone(door, house, tenant):
    await happens(house, tenant, "pay", "ship")
    ids = await errors_of(door, tenant)
    pay, ship = ids["pay"], ids["ship"]
    async with feeding(door, tenant.token, ONE, id=ship) as feed:
        await happens(house, tenant, "pay")
        await does(door, tenant.token, f'mergeErrors(primary: "{pay}", errors: ["{ship}"])')
        await happens(house, tenant, "ship")
        await does(door, tenant.token, f'unmergeErrors(primary: "{pay}", errors: ["{ship}"])')
        await happens(house, tenant, "pay")
        await happens(house, tenant, "ship")
        changes = await feed.items("changes", 5)

    assert told(changes) == [
        ("REMOVED", ship),
        ("AGAIN", pay),
        ("CHANGED", pay),
        ("CHANGED", ship),
        ("AGAIN", ship),
    ]
    assert [each["mergedInto"] for each in changes] == [{"id": pay}, *[None] * 4]
    async with feeding(door, tenant.token, ONE, id=ship, after=changes[0]["cursor"]) as feed:
        rest = await feed.items("changes", 2)
    # It is by itself now: who was away need not hear of the other.
    assert told(rest) == [("CHANGED", ship), ("AGAIN", ship)]


async def test_who_begins_at_a_merged_error_sees_what_it_is_merged_into(door, house, tenant):
    await happens(house, tenant, "pay", "ship")
    ids = await errors_of(door, tenant)
    merge = f'mergeErrors(primary: "{ids["pay"]}", errors: ["{ids["ship"]}"])'
    await does(door, tenant.token, merge)
    async with feeding(door, tenant.token, ONE, id=ids["ship"]) as feed:
        await happens(house, tenant, "pay")
        changes = await feed.items("changes", 1)

    assert told(changes) == [("AGAIN", ids["pay"])]


async def test_who_was_away_learns_that_the_error_is_gone(door, house, tenant):
    error = await an_error(door, house, tenant)
    await does(door, tenant.token, f'deleteErrors(ids: ["{error}"])')

    async with feeding(door, tenant.token, ONE, id=error, after=beginning(tenant)) as feed:
        changes = await feed.items("changes", 2)
    refusal = await refused(door, tenant.token, ONE, id=error)

    assert told(changes) == [("NEW", error), ("REMOVED", error)]
    assert refusal["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("query", [ONE, TIMELINE])
async def test_an_error_of_others_is_not_found(door, house, tenant, query):
    other = await a_tenant(house.database, CLOCK)
    error = await an_error(door, house, other)

    fresh = await refused(door, tenant.token, query, id=error)
    resumed = await refused(door, tenant.token, query, id=error, after=beginning(other))
    async with feeding(door, tenant.token, query, id=error, after=beginning(tenant)) as feed:
        await happens(house, other, "pay")
        own = await an_error(door, house, tenant)
        await does(door, tenant.token, f'commentOnError({one(own)}, body: "a")')
        await feed.socket.send({"type": "ping"})
        nothing = await feed.socket.receive()

    assert fresh["extensions"]["code"] == resumed["extensions"]["code"] == "NOT_FOUND"
    assert nothing == {"type": "pong"}


async def test_a_timeline_grows_as_it_is_written(door, house, tenant):
    error = await an_error(door, house, tenant)
    async with feeding(door, tenant.token, TIMELINE, id=error) as feed:
        await happens(house, tenant, "pay")
        await does(door, tenant.token, f'commentOnError({one(error)}, body: "Look!")')
        await set_status(door, tenant, error, "RESOLVED")
        await happens(house, tenant, "pay")
        added = await feed.items("activities", 3)
    query = (
        "query ($id: ID!) { error(id: $id) { activity(first: 9) { edges { node { id kind } } } } }"
    )
    answer = (await door.ask(tenant.token, query, id=error)).json()
    stored = [each["node"] for each in answer["data"]["error"]["activity"]["edges"]]

    async with feeding(door, tenant.token, TIMELINE, id=error, after=beginning(tenant)) as feed:
        replayed = await feed.items("activities", 3)

    assert [each["kind"] for each in added] == ["COMMENTED", "RESOLVED", "REGRESSED"]
    assert added == replayed == stored[::-1]


async def test_ones_work_is_what_is_given_and_taken(door, house, tenant):
    error = await an_error(door, house, tenant)
    other = await an_error(door, house, tenant, "ship")
    me, ben = await a_person(house, tenant, "Me"), await a_person(house, tenant, "Ben")
    team = await a_team(door, tenant, me)
    async with (
        feeding(door, me.token, WORK) as mine,
        feeding(door, ben.token, WORK) as bens,
    ):
        give = f'assignError({one(error)}, assignee: "{me.shown}", notes: "please")'
        await does(door, tenant.token, give)
        await does(door, tenant.token, f'commentOnError({one(error)}, body: "a")')
        await does(door, tenant.token, f'assignError({one(error)}, assignee: "{ben.shown}")')
        await does(door, tenant.token, f'unassignError({one(error)}, assignee: "{me.shown}")')
        await does(door, tenant.token, f'assignError({one(other)}, team: "{team}")')
        await does(door, tenant.token, f"unassignError({one(other)})")
        await does(door, tenant.token, f'assignError({one(other)}, team: "{team}")')
        await does(door, tenant.token, f'deleteErrors(ids: ["{other}", "{error}"])')
        changes = await mine.items("changes", 6)
        others = await bens.items("changes", 2)

    assert told(changes) == [
        ("ASSIGNED", error),
        ("UNASSIGNED", error),
        ("TEAM_ASSIGNED", other),
        ("TEAM_UNASSIGNED", other),
        ("TEAM_ASSIGNED", other),
        ("REMOVED", other),
    ]
    assert told(others) == [("ASSIGNED", error), ("REMOVED", error)]
    async with feeding(door, me.token, WORK, after=changes[1]["cursor"]) as mine:
        rest = await mine.items("changes", 4)
    assert [(c["kind"], c["cursor"]) for c in rest] == [
        (c["kind"], c["cursor"]) for c in changes[2:]
    ]


async def test_what_is_mine_is_not_what_is_anothers_though_both_ask_in_the_same_words(
    door, house, tenant
):
    error, other = await an_error(door, house, tenant), await an_error(door, house, tenant, "ship")
    ann, ben = await a_person(house, tenant, "Ann"), await a_person(house, tenant, "Ben")
    where = {"assignee": {"me": True}}
    async with (
        feeding(door, ann.token, FEED, where=where) as hers,
        feeding(door, ben.token, FEED, where=where) as his,
    ):
        await does(door, tenant.token, f'assignError({one(error)}, assignee: "{ben.shown}")')
        await does(door, tenant.token, f'assignError({one(other)}, assignee: "{ann.shown}")')

        assert told(await his.items("changes", 1)) == [("CHANGED", error)]
        assert told(await hers.items("changes", 1)) == [("CHANGED", other)]
