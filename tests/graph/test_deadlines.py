"""Deadlines live: in the feed of one's work, of errors, and in the inbox."""

from datetime import timedelta

from application.clock import Clock
from application.triage.changing import ErrorChanges
from application.triage.deadlines import Deadlines
from tests.conftest import CLOCK
from tests.graph.feeding import a_person, a_team, does, errors_of, feeding
from tests.graph.serving import happens
from tests.graph.test_error_feeds import one

WORK = """subscription { assignmentFeed {
  kind omitted changes { kind error { isOverdue } activities { kind } }
} }"""
ALL = """subscription { errorFeed {
  kind omitted changes { kind activities { kind assignee { name } } }
} }"""
INBOX = "subscription { notificationInbox { kind omitted unreadCount added { kind title } } }"
DAY = timedelta(days=1)


async def tell(house, after: timedelta) -> int:
    clock = Clock(now=lambda: CLOCK.now() + after, randomness=CLOCK.randomness)
    changes = ErrorChanges(database=house.database, hub=house.hub, clock=clock)
    return await Deadlines(changes=changes).tell()


async def test_who_has_an_error_and_their_team_hear_of_its_deadline(door, house, tenant):
    await happens(house, tenant, "pay")
    error = (await errors_of(door, tenant))["pay"]
    ben = await a_person(house, tenant)
    cleo = await a_person(house, tenant, "Cleo")
    team = await a_team(door, tenant, cleo)
    due = (CLOCK.now() + 2 * DAY).isoformat()
    give = f'assignError({one(error)}, assignee: "{ben.shown}", team: "{team}", dueDate: "{due}")'
    await does(door, tenant.token, give)

    async with (
        feeding(door, ben.token, WORK) as bens,
        feeding(door, cleo.token, WORK) as cleos,
        feeding(door, tenant.token, WORK) as nobodys,
        feeding(door, tenant.token, ALL) as everything,
        feeding(door, ben.token, INBOX) as inbox,
    ):
        assert [await tell(house, DAY * n) for n in (0.5, 1.5, 2.5)] == [0, 1, 1]
        kinds = {
            name: [
                (change["kind"], [one["kind"] for one in change["activities"]])
                for change in await feed.items("changes", 2)
            ]
            for name, feed in (("ben", bens), ("cleo", cleos), ("all", everything))
        }
        news = [each["kind"] for each in await inbox.items("added", 2)]
        await nobodys.socket.send({"type": "ping"})
        assert await nobodys.socket.receive() == {"type": "pong"}

    assert kinds["ben"] == [("DUE_SOON", ["DUE_SOON"]), ("OVERDUE", ["OVERDUE"])]
    assert kinds["cleo"] == kinds["ben"]
    assert kinds["all"] == [("CHANGED", ["DUE_SOON"]), ("CHANGED", ["OVERDUE"])]
    assert news == ["DUE_SOON", "OVERDUE"]
