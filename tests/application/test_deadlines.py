"""Deadlines: told once when near and once when past, and never to who knew at once (RES-02)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from application.triage.deadlines import Deadlines
from application.triage.people import AssignDecision
from domain.errors import ErrorStatus
from tests.application.triage import Desk, a_desk

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(database, tenant) -> Desk:
    desk = a_desk(database, tenant)
    # No deadline of before the organization counts.
    desk.now = datetime.now(UTC)
    return desk


async def an_error_due(desk: Desk, after: timedelta, where: str = "pay"):
    error = await desk.happens(where)
    await give(desk, error, desk.now + after)
    return error


async def give(desk: Desk, error, due: datetime) -> None:
    decision = AssignDecision(assignee=desk.tenant.user, due_date=due, clock=desk.clock)
    await desk.decide(decision, error)


async def tell(desk: Desk, after: timedelta, **settings) -> int:
    desk.now += after
    return await Deadlines(changes=desk.changes, **settings).tell()


async def reminders(desk: Desk) -> list[str]:
    return [kind for kind in await desk.told() if kind in ("due_soon", "overdue")]


async def inbox(desk: Desk) -> list[tuple[str, int]]:
    rows = await desk.rows("notifications", "kind, quantity", "created_at, id")
    return [(row["kind"], row["quantity"]) for row in rows]


async def test_a_deadline_is_told_once_when_it_is_near_and_once_when_it_is_past(desk):
    await an_error_due(desk, 30 * HOUR)

    told = [await tell(desk, step * HOUR) for step in (5, 2, 1, 20, 3, 1, 48)]

    assert told == [0, 1, 0, 0, 1, 0, 0]
    assert await reminders(desk) == ["due_soon", "overdue"]
    assert await inbox(desk) == [("due_soon", 1), ("overdue", 1)]
    dues = [
        row["due"]
        for row in await desk.rows("feed", "payload ->> 'due' AS due", "position")
        if row["due"] is not None
    ]
    assert dues == ["soon", "over"]


async def test_who_is_given_something_that_is_due_soon_hears_only_when_it_is_overdue(desk):
    await an_error_due(desk, 2 * HOUR)
    await an_error_due(desk, -HOUR, "ship")

    assert [await tell(desk, HOUR), await tell(desk, 2 * HOUR)] == [0, 1]
    assert await reminders(desk) == ["overdue"]


async def test_what_was_missed_while_nobody_looked_is_told_as_what_it_is_now(desk):
    await an_error_due(desk, 30 * HOUR)

    assert await tell(desk, 48 * HOUR) == 1
    assert await reminders(desk) == ["overdue"]


async def test_another_day_is_another_deadline(desk):
    error = await an_error_due(desk, 30 * HOUR)
    await tell(desk, 31 * HOUR)
    await give(desk, error, desk.now + 30 * HOUR)

    assert [await tell(desk, 10 * HOUR), await tell(desk, 48 * HOUR)] == [1, 1]
    assert await reminders(desk) == ["overdue", "due_soon", "overdue"]


async def test_what_is_done_or_nobodys_is_not_told(desk):
    done = await an_error_due(desk, 30 * HOUR)
    await desk.resolve(done)
    ignored = await an_error_due(desk, 30 * HOUR, "ship")
    await desk.move(ignored, ErrorStatus.IGNORED)

    assert await tell(desk, 48 * HOUR) == 0


async def test_many_are_told_in_pieces_and_one_notice_stands_for_each_piece(desk):
    due = desk.now + 30 * HOUR
    for where in ("a", "b", "c", "d", "e"):
        error = await desk.happens(where)
        await give(desk, error, due)

    assert await tell(desk, 31 * HOUR, at_once=2) == 5
    assert await reminders(desk) == ["overdue"] * 5
    assert await inbox(desk) == [("overdue", 2), ("overdue", 2), ("overdue", 1)]


async def test_two_who_look_at_once_tell_everything_once(desk):
    for where in ("a", "b", "c"):
        await an_error_due(desk, 30 * HOUR, where)
    desk.now += 31 * HOUR
    ways = [Deadlines(changes=desk.changes, at_once=1) for _ in range(3)]

    told = await asyncio.gather(*(each.tell() for each in ways))

    assert sum(told) == 3
    assert await reminders(desk) == ["overdue"] * 3
