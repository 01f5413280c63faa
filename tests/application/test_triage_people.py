"""Who has errors, what is said about them, what is still owed: history, timelines, audit."""

from datetime import timedelta

import pytest

from application.setup import SetupUseCases
from application.triage.commenting import CommentDecision, CommentUseCases
from application.triage.following import FollowUpUseCases
from application.triage.people import AssignDecision, UnassignDecision
from application.triage.selection import Selection, one
from domain.errors import ErrorStatus
from domain.failures import Conflict, Forbidden, IllegalMove, Invalid
from domain.ids import CommentId, ErrorId, ResolutionId, TeamId
from domain.organizations import MembershipRole
from domain.teams import Team
from domain.viewers import Viewer
from persistence import teams
from persistence.database import SYSTEM
from tests.application.triage import a_desk
from tests.conftest import CLOCK
from tests.house import a_tenant


@pytest.fixture
def desk(database, tenant):
    return a_desk(database, tenant)


@pytest.fixture
async def ben(database, tenant):
    setup = SetupUseCases(database=database, clock=CLOCK)
    email = f"ben.{tenant.slug}@example.com"
    return await setup.add_user(email, "Ben Bit", tenant.slug, MembershipRole.SUPPORT)


async def test_an_error_is_given_to_one_and_then_to_another(desk, ben):
    error = await desk.happens()
    ada, due = desk.tenant.user, desk.now + timedelta(days=1)

    await desk.decide(AssignDecision(assignee=ada, notes="Look.", clock=desk.clock), error)
    await desk.decide(AssignDecision(assignee=ben.id, due_date=due, clock=desk.clock), error)
    both = (await desk.errors())["pay"]
    await desk.decide(UnassignDecision(assignee=ben.id), error)
    one_left = (await desk.errors())["pay"]
    await desk.decide(UnassignDecision(), error)
    nobody = (await desk.errors())["pay"]

    assert (both["assigned_to"], both["assignment_due_at"]) == (ben.id, due)
    assert (one_left["assigned_to"], one_left["assignment_due_at"]) == (ada, None)
    assert nobody["assigned_to"] is None
    rows = await desk.rows("assignments")
    assert [(row["assigned_to"], row["is_active"]) for row in rows] == [
        (ada, False),
        (ben.id, False),
    ]
    assert all(row["unassigned_by"] == ada for row in rows)
    assert await desk.told() == ["assigned", "assigned", "unassigned", "unassigned"]
    subscribed = await desk.rows("error_subscriptions", "user_id, reason", "created_at")
    assert [(row["user_id"], row["reason"]) for row in subscribed] == [
        (ada, "assigned"),
        (ben.id, "assigned"),
    ]


async def test_who_has_it_is_told_anew_and_has_it_once(desk):
    error = await desk.happens()
    ada = desk.tenant.user

    await desk.decide(AssignDecision(assignee=ada, notes="One.", clock=desk.clock), error)
    same = await desk.decide(AssignDecision(assignee=ada, notes="One.", clock=desk.clock), error)
    await desk.decide(AssignDecision(assignee=ada, notes="Two.", clock=desk.clock), error)

    assert same.changed == 0
    rows = await desk.rows("assignments")
    assert [(row["assignment_notes"], row["is_active"]) for row in rows] == [
        ("One.", False),
        ("Two.", True),
    ]


async def test_a_team_has_an_error_until_it_is_taken_back_or_goes(desk, database, tenant):
    error = await desk.happens()
    at = desk.now
    team = Team(
        id=TeamId(CLOCK.new_id()),
        organization_id=tenant.organization,
        name="Payments",
        description=None,
        created_at=at,
        updated_at=at,
    )
    async with database.writing(SYSTEM) as db:
        await teams.add(db, team)
    give = AssignDecision(team=team.id, clock=desk.clock)

    await desk.decide(give, error)
    same = await desk.decide(AssignDecision(team=team.id, clock=desk.clock), error)
    given = (await desk.errors())["pay"]
    await desk.decide(UnassignDecision(), error)
    taken = (await desk.errors())["pay"]
    await desk.decide(AssignDecision(team=team.id, clock=desk.clock), error)
    async with database.writing(SYSTEM) as db:
        await teams.remove(db, team)

    assert (given["team_id"], given["assigned_to"], same.changed) == (team.id, None, 0)
    assert taken["team_id"] is None
    assert (await desk.errors())["pay"]["team_id"] is None
    assert await desk.told() == ["assigned", "unassigned", "assigned"]
    with pytest.raises(Invalid, match="no such team"):
        await desk.decide(AssignDecision(team=team.id, clock=desk.clock), error)
    with pytest.raises(Invalid, match="Name a person"):
        AssignDecision(clock=desk.clock)


async def test_a_stranger_is_given_nothing(desk, database):
    error = await desk.happens()
    other = await a_tenant(database, CLOCK)

    with pytest.raises(Invalid, match="no active member"):
        await desk.decide(AssignDecision(assignee=other.user, clock=desk.clock), error)

    assert await desk.rows("assignments") == []
    assert (await desk.errors())["pay"]["first_response_at"] is None


async def test_a_comment_is_said_edited_and_taken_back_by_its_author_only(desk, ben, database):
    error = await desk.happens()
    address = ben.email.partition("@")[0]
    said = await desk.decide(
        CommentDecision(body=f"@{address} and `@ada`: see @nobody", clock=desk.clock), error
    )
    comments, id_ = CommentUseCases(changes=desk.changes), CommentId(said.made[0])
    first = desk.now
    bens = Viewer(user=ben.id, roles={desk.tenant.organization: MembershipRole.SUPPORT})

    with pytest.raises(Forbidden, match="Only its author"):
        await comments.edit(id_, "Mine now", by=bens)
    desk.now += timedelta(minutes=1)
    edited = await comments.edit(id_, "Never mind.", by=desk.tenant.viewer)
    desk.now += timedelta(minutes=1)
    deleted = await comments.delete(id_, by=desk.tenant.viewer)
    with pytest.raises(Conflict, match="was deleted"):
        await comments.edit(id_, "Again", by=desk.tenant.viewer)

    assert (edited.body, edited.mentions) == ("Never mind.", ())
    assert (deleted.body, deleted.deleted_at) == ("", desk.now)
    assert await desk.told() == ["commented", "comment_edited", "comment_deleted"]
    assert (await desk.errors())["pay"]["first_response_at"] == first
    reasons = {
        row["user_id"]: row["reason"]
        for row in await desk.rows("error_subscriptions", "*", "user_id")
    }
    assert reasons == {desk.tenant.user: "commented", ben.id: "mentioned"}


@pytest.mark.parametrize("body", ["", "  \n", "x" * 10_001])
def test_a_comment_says_something_and_not_too_much(desk, body):
    with pytest.raises(Invalid):
        CommentDecision(body=body, clock=desk.clock)


async def test_who_let_go_is_not_brought_back_by_what_they_do(desk):
    error = await desk.happens()
    follow, about = FollowUpUseCases(changes=desk.changes), one(ErrorId(error["id"]))

    await follow.subscribe(about, is_subscribed=False, by=desk.tenant.viewer)
    await desk.decide(CommentDecision(body="Hm.", clock=desk.clock), error)
    silent = await desk.rows("error_subscriptions", "is_subscribed", "user_id")
    await follow.subscribe(about, is_subscribed=True, by=desk.tenant.viewer)
    again = await follow.subscribe(about, is_subscribed=True, by=desk.tenant.viewer)

    assert silent == [{"is_subscribed": False}]
    assert again.changed == 0
    assert (await desk.rows("error_subscriptions", "reason, is_subscribed", "user_id")) == [
        {"reason": "asked", "is_subscribed": True}
    ]


async def test_an_untested_resolution_is_not_closed(desk, database):
    async with database.raw_writing(SYSTEM) as db:
        await db.execute(
            "UPDATE resolution_types SET requires_testing = true"
            " WHERE organization_id = $1 AND name = 'unspecified'",
            desk.tenant.organization,
        )
    error = await desk.happens()
    resolved = await desk.resolve(error)
    follow, id_ = FollowUpUseCases(changes=desk.changes), ResolutionId(resolved.made[0])

    with pytest.raises(IllegalMove, match="untested resolution"):
        await desk.move(error, ErrorStatus.CLOSED)
    await follow.mark_tested(id_, has_passed=False, by=desk.tenant.viewer)
    with pytest.raises(IllegalMove, match="untested resolution"):
        await desk.move(error, ErrorStatus.CLOSED)
    assert (await desk.errors())["pay"]["status"] == "resolved"
    desk.now += timedelta(minutes=1)
    await follow.mark_tested(id_, has_passed=True, by=desk.tenant.viewer)
    await desk.move(error, ErrorStatus.CLOSED)

    assert (await desk.errors())["pay"]["status"] == "closed"
    assert await desk.told() == [
        "resolved",
        "resolution_tested",
        "resolution_tested",
        "status_changed",
    ]


async def test_flags_leave_work_until_it_is_done(desk):
    error = await desk.happens()
    resolved = await desk.resolve(error, requires_code_change=True)
    follow, id_ = FollowUpUseCases(changes=desk.changes), ResolutionId(resolved.made[0])

    desk.now += timedelta(minutes=1)
    done = await follow.complete(id_, by=desk.tenant.viewer)
    with pytest.raises(Conflict, match="Nothing is left"):
        await follow.complete(id_, by=desk.tenant.viewer)

    assert (done.is_follow_up_open, done.followed_up_by) == (False, desk.tenant.user)
    assert await desk.told() == ["resolved", "follow_up_opened", "follow_up_done"]


async def test_every_change_is_audited_and_told_to_who_watches(desk):
    error = await desk.happens()
    await desk.resolve(error)
    await desk.move(error, ErrorStatus.OPEN)

    rows = await desk.rows("audit_log", "action, before::text, after::text, actor_id", "at")
    audited = [row for row in rows if row["actor_id"]]
    assert [row["action"] for row in audited] == ["error.resolved", "error.opened"]
    assert '"status": "new"' in str(audited[0]["before"])
    assert '"status": "open"' in str(audited[1]["after"])
    feed = await desk.rows("feed", "position, kind, payload::text", "position")
    assert [(row["position"], row["kind"]) for row in feed] == [
        (1, "error_new"),
        (2, "error_changed"),
        (3, "error_changed"),
    ]
    [resolution] = await desk.rows("resolutions")
    assert resolution["reverted_at"] == desk.now


async def test_thousands_are_one_transaction_without_gaps_in_the_feed(desk):
    for n in range(12):
        await desk.happens(f"place_{n}")
    ids = tuple(ErrorId(row["id"]) for row in (await desk.errors()).values())

    outcome = await desk.decide(desk.resolving(), Selection(ids=ids))

    assert (outcome.matched, outcome.changed) == (12, 12)
    positions = [row["position"] for row in await desk.rows("feed", "position", "position")]
    assert positions == list(range(1, 25))
    audited = await desk.rows("audit_log", "at, actor_id", "at")
    assert len({row["at"] for row in audited if row["actor_id"]}) == 1
