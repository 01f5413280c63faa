"""Undoing a decision: all that it changed is as it was, or nothing is changed (FLW-04)."""

from datetime import timedelta

import pytest

from application.setup import SetupUseCases
from application.triage.changing import Asking
from application.triage.people import AssignDecision
from application.triage.selection import Selection, one
from application.triage.undoing import UndoDecision
from application.triage.weighing import PriorityDecision, SeverityDecision
from domain.errors import ErrorStatus, Priority
from domain.failures import Conflict
from domain.ids import ErrorId
from domain.levels import Severity
from domain.organizations import MembershipRole
from domain.resolutions import FixedIn
from domain.undoing import WINDOW
from domain.viewers import Viewer
from tests.application.triage import a_desk
from tests.conftest import CLOCK

# When it was changed last, and what the last occurrence brought, is not taken back.
ALWAYS_NEW = {"updated_at"}


@pytest.fixture
def desk(database, tenant):
    return a_desk(database, tenant)


async def stands(desk, where: str = "pay") -> dict[str, object]:
    """All that is known of an error, but when it was touched."""
    error = (await desk.errors())[where]
    return {name: value for name, value in error.items() if name not in ALWAYS_NEW}


async def in_status(desk, status: ErrorStatus):
    """Return an error that stands so, by the ways that lead there."""
    error = await desk.happens(release="1.0")
    match status:
        case ErrorStatus.NEW:
            return error
        case ErrorStatus.RECURRING:
            await desk.resolve(error)
            return await desk.happens(release="1.0")
        case ErrorStatus.RESOLVED:
            await desk.resolve(error, FixedIn.NEXT_RELEASE, description="Mended.")
        case ErrorStatus.CLOSED:
            await desk.resolve(error)
            await desk.move(error, ErrorStatus.CLOSED)
        case ErrorStatus.IGNORED:
            until = desk.now + timedelta(days=2)
            await desk.move(error, ErrorStatus.IGNORED, moment=until, occurrences=7)
        case _:
            await desk.move(error, status)
    return (await desk.errors())["pay"]


DECISIONS = [
    (ErrorStatus.NEW, ErrorStatus.RESOLVED),
    (ErrorStatus.NEW, ErrorStatus.OPEN),
    (ErrorStatus.NEW, ErrorStatus.IGNORED),
    (ErrorStatus.RECURRING, ErrorStatus.RESOLVED),
    (ErrorStatus.RECURRING, ErrorStatus.FIXING),
    (ErrorStatus.FIXING, ErrorStatus.IDENTIFIED),
    (ErrorStatus.IGNORED, ErrorStatus.OPEN),
    (ErrorStatus.IGNORED, ErrorStatus.RESOLVED),
    (ErrorStatus.IGNORED, ErrorStatus.IGNORED),
    (ErrorStatus.RESOLVED, ErrorStatus.OPEN),
    (ErrorStatus.RESOLVED, ErrorStatus.CLOSED),
    (ErrorStatus.CLOSED, ErrorStatus.OPEN),
]


@pytest.mark.parametrize(("was", "to"), DECISIONS)
async def test_a_status_goes_back_with_all_that_went_with_it(desk, was, to):
    error = await in_status(desk, was)
    before, resolutions = await stands(desk), await desk.rows("resolutions", "id, reverted_at")
    await desk.move(error, to)
    assert await stands(desk) != before

    outcome = await desk.decide(UndoDecision(), error)

    assert outcome.changed == 1
    assert await stands(desk) == before
    assert (await desk.told())[-1] == "undone"
    after = await desk.rows("resolutions", "id, reverted_at")
    assert after[: len(resolutions)] == resolutions
    # A resolution that was taken back stays in the history, as one that does not hold.
    assert all(row["reverted_at"] is not None for row in after[len(resolutions) :])


async def test_severity_and_priority_go_back_with_what_is_promised(desk):
    error = await desk.happens()
    before = await stands(desk)

    await desk.decide(SeverityDecision(severity=Severity.CRITICAL), error)
    await desk.decide(UndoDecision(), error)
    between = await stands(desk)
    await desk.decide(PriorityDecision(priority=Priority.P0), error)
    await desk.decide(UndoDecision(), error)

    assert between == before == await stands(desk)


async def test_what_was_resolved_and_taken_back_regresses_as_if_it_had_always_stood(desk):
    error = await desk.happens(release="1.0")
    await desk.resolve(error, FixedIn.NEXT_RELEASE)
    await desk.move(error, ErrorStatus.OPEN)
    await desk.decide(UndoDecision(), error)

    same = await desk.happens(release="1.0")
    newer = await desk.happens(release="1.1")

    assert (same["status"], newer["status"]) == ("resolved", "recurring")


async def test_only_the_last_decision_and_only_once(desk):
    error = await desk.happens()
    await desk.move(error, ErrorStatus.OPEN)
    await desk.move(error, ErrorStatus.FIXING)
    await desk.decide(UndoDecision(), error)
    assert (await desk.errors())["pay"]["status"] == "open"

    with pytest.raises(Conflict, match="decided nothing about this error last"):
        await desk.decide(UndoDecision(), error)

    assert (await desk.errors())["pay"]["status"] == "open"


async def test_nothing_is_undone_once_something_else_was_decided(desk):
    error = await desk.happens()
    await desk.move(error, ErrorStatus.FIXING)
    await desk.decide(AssignDecision(assignee=desk.tenant.user, clock=desk.clock), error)
    before = await stands(desk)

    with pytest.raises(Conflict, match="decided nothing about this error last"):
        await desk.decide(UndoDecision(), error)

    assert await stands(desk) == before


async def test_nothing_is_undone_after_a_quarter_of_an_hour(desk):
    error = await desk.happens()
    await desk.resolve(error)
    desk.now += WINDOW
    before = await stands(desk)

    with pytest.raises(Conflict, match="can be undone for 15 minutes"):
        await desk.decide(UndoDecision(), error)

    assert await stands(desk) == before


async def test_nobody_undoes_what_another_decided(desk, database):
    setup = SetupUseCases(database=database, clock=CLOCK)
    slug = desk.tenant.slug
    ben = await setup.add_user(f"ben.{slug}@example.com", "Ben", slug, MembershipRole.SUPPORT)
    error = await desk.happens()
    await desk.resolve(error)
    before = await stands(desk)
    roles = {desk.tenant.organization: MembershipRole.SUPPORT}

    with pytest.raises(Conflict, match="You have decided nothing"):
        await desk.changes.make(
            UndoDecision(),
            one(ErrorId(error["id"])),
            Asking(),
            by=Viewer(user=ben.id, roles=roles),
        )

    assert await stands(desk) == before


async def test_what_came_back_meanwhile_stays_so(desk):
    error = await desk.happens()
    await desk.resolve(error)
    await desk.happens()
    before = await stands(desk)
    assert before["status"] == "recurring"

    with pytest.raises(Conflict, match="has changed since"):
        await desk.decide(UndoDecision(), error)

    assert await stands(desk) == before


async def test_what_happened_while_it_was_open_is_not_put_away_again(desk):
    error = await desk.happens()
    await desk.resolve(error)
    await desk.move(error, ErrorStatus.OPEN)
    await desk.happens()
    before = await stands(desk)

    with pytest.raises(Conflict, match="has happened since"):
        await desk.decide(UndoDecision(), error)

    assert await stands(desk) == before


async def test_many_go_back_each_to_where_it_was(desk):
    await desk.happens("pay")
    await desk.move(await desk.happens("ship"), ErrorStatus.FIXING)
    await desk.happens("pack")
    before = {where: await stands(desk, where) for where in ("pay", "ship", "pack")}
    ids = tuple(ErrorId(error["id"]) for error in (await desk.errors()).values())
    await desk.decide(desk.resolving(), Selection(ids=ids))
    await desk.happens("pack")

    outcome = await desk.decide(UndoDecision(), Selection(ids=ids))

    assert (outcome.changed, outcome.skipped) == (2, 1)
    assert [await stands(desk, where) for where in ("pay", "ship")] == [
        before["pay"],
        before["ship"],
    ]
    assert (await desk.errors())["pack"]["status"] == "recurring"
