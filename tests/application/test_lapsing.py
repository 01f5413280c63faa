"""Lapsing: errors that are ignored until something, and errors that went quiet (FLW-04)."""

from datetime import timedelta

import pytest

from application.triage.configuring import TriageConfiguration
from application.triage.lapsing import Lapsing
from domain.errors import ErrorStatus
from domain.failures import Invalid
from domain.ignoring import IgnoreCondition, ignore_ended
from tests.application.triage import a_desk


@pytest.fixture
def desk(database, tenant):
    return a_desk(database, tenant)


async def test_what_was_ignored_until_a_moment_is_open_then(desk):
    error = await desk.happens()
    await desk.move(error, ErrorStatus.IGNORED, moment=desk.now + timedelta(hours=2))
    lapsing = Lapsing(changes=desk.changes)

    early = await lapsing.end_ignoring()
    desk.now += timedelta(hours=2)
    due = await lapsing.end_ignoring()
    again = await lapsing.end_ignoring()

    assert (early, due, again) == (0, 1, 0)
    now = (await desk.errors())["pay"]
    assert (now["status"], now["ignored_until"]) == ("open", None)
    assert await desk.told() == ["ignored", "ignore_ended"]
    audited = await desk.rows("audit_log", "action, actor_kind", "at")
    assert audited[-1] == {"action": "error.ignore_ended", "actor_kind": "system"}


async def test_what_was_ignored_for_so_many_occurrences_is_open_after_them(desk):
    error = await desk.happens()
    await desk.move(error, ErrorStatus.IGNORED, occurrences=3)

    two_more = await desk.happens(times=2)
    third = await desk.happens()

    assert (two_more["status"], third["status"]) == ("ignored", "open")
    assert (third["ignore_condition"], third["occurrence_count"]) == (None, 4)
    assert await desk.told() == ["ignored", "ignore_ended"]
    assert (await desk.rows("feed", "kind, payload::text", "position"))[-1]["kind"] == (
        "error_changed"
    )


async def test_what_was_ignored_for_so_many_users_is_open_after_them(desk):
    error = await desk.happens(user={"id": "1"})
    await desk.move(error, ErrorStatus.IGNORED, users=1)

    same = await desk.happens(user={"id": "1"})
    other = await desk.happens(user={"id": "2"})

    assert (same["status"], other["status"]) == ("ignored", "open")


async def test_it_can_be_ignored_on_other_terms_and_for_good(desk):
    error = await desk.happens()
    await desk.move(error, ErrorStatus.IGNORED, occurrences=1)
    await desk.move(error, ErrorStatus.IGNORED)

    assert (await desk.happens())["status"] == "ignored"
    with pytest.raises(Invalid, match="past"):
        await desk.move(error, ErrorStatus.IGNORED, moment=desk.now)
    with pytest.raises(Invalid, match="1 to"):
        await desk.move(error, ErrorStatus.IGNORED, occurrences=0)


@pytest.mark.parametrize(
    ("condition", "has_ended"),
    [
        (IgnoreCondition(), False),
        (IgnoreCondition(occurrences=5), True),
        (IgnoreCondition(occurrences=6), False),
        (IgnoreCondition(occurrences=6, users=2), True),
        (IgnoreCondition(users=3), False),
    ],
)
def test_either_count_ends_it(condition, has_ended):
    assert ignore_ended(condition, occurrences=5, users=2) is has_ended
    assert IgnoreCondition.of_json(condition.as_json()) == condition


async def test_what_is_quiet_for_long_enough_counts_as_resolved(desk):
    await desk.happens("pay")
    busy = await desk.happens("ship")
    await desk.move(busy, ErrorStatus.INVESTIGATING)
    lapsing = Lapsing(changes=desk.changes)
    configuration = TriageConfiguration(database=desk.database, clock=desk.clock)
    desk.now += timedelta(days=8)

    off = await lapsing.resolve_quiet()
    await configuration.set_quiet_period(
        desk.tenant.organization, timedelta(days=7), by=desk.tenant.viewer
    )
    await desk.happens("print")
    quiet = await lapsing.resolve_quiet()

    now = await desk.errors()
    assert (off, quiet) == (0, 1)
    assert {name: error["status"] for name, error in now.items()} == {
        "pay": "auto_resolved",
        "ship": "investigating",
        "print": "new",
    }
    assert now["pay"]["resolution_kind"] == "auto"
    [resolution] = await desk.rows("resolutions")
    assert (resolution["resolved_by"], resolution["error_id"]) == (None, now["pay"]["id"])
    assert (await desk.happens("pay"))["status"] == "recurring"
