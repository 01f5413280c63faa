"""User reports as they are found and watched: filters, counts, and the live queue."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import CLOCK
from tests.graph.reporting import act, fails, queue, report
from tests.graph.sockets import a_socket
from tests.house import a_tenant

COUNTS = """query ($where: UserReportFilter) { userReportCounts(where: $where) {
  total unfinished overdue byStatus { status count }
} }"""
WATCH = """subscription ($where: UserReportQueueFilter, $after: Cursor) {
  userReportQueue(where: $where, after: $after) {
    kind cursor omitted changes { kind cursor reportId report { title status } }
  }
}"""


async def _titles(door, tenant, **where) -> list[str]:
    return sorted(found["title"] for found in await queue(door, tenant.token, **where))


async def test_reports_are_found_by_everything_that_people_ask_for(door, house, tenant):
    now = datetime.now(UTC)
    event = CLOCK.new_id()
    await fails(house, tenant, event)
    await report(house, tenant, "old", at=now - timedelta(days=8))
    await report(house, tenant, "linked", associated_event_id=event.hex)
    _, _, mine = await report(house, tenant, "Pay 100%_off", "pay later", "mine")
    user = f"usr_{tenant.user}"
    await act(
        door,
        tenant.token,
        "assignReport",
        "report { id }",
        id=("ID!", mine),
        assignee=("ID", user),
        dueAt=("DateTime", (now - timedelta(hours=1)).isoformat()),
    )
    await act(
        door,
        tenant.token,
        "setReportPriority",
        "report { id }",
        id=("ID!", mine),
        priority=("ReportPriority!", "HIGH"),
    )

    everything = ["Pay 100%_off", "linked", "mine", "old", "pay later"]
    others = [title for title in everything if title != "mine"]
    expected = [
        ({}, everything),
        ({"isMine": True}, ["mine"]),
        ({"assignee": [user]}, ["mine"]),
        ({"assignee": []}, []),
        ({"isAssigned": False}, others),
        ({"isLinked": True}, ["linked"]),
        ({"isLinked": False}, [title for title in everything if title != "linked"]),
        ({"isOverdue": True}, ["mine", "old"]),
        ({"isOverdue": False}, ["Pay 100%_off", "linked", "pay later"]),
        ({"priority": ["HIGH", "CRITICAL"]}, ["mine"]),
        ({"reportType": ["BUG"]}, ["linked"]),
        ({"reporterType": ["STAFF"]}, []),
        ({"search": "PAY later"}, ["pay later"]),
        ({"search": "100%_"}, ["Pay 100%_off"]),
        ({"search": "%"}, ["Pay 100%_off"]),
        ({"receivedUntil": (now - timedelta(days=1)).isoformat()}, ["old"]),
        ({"receivedSince": (now - timedelta(days=1)).isoformat(), "isMine": True}, ["mine"]),
        ({"service": [f"svc_{tenant.service.id}"], "status": ["CLOSED"]}, []),
    ]
    for where, titles in expected:
        assert await _titles(door, tenant, **where) == sorted(titles), where
    counted = (await door.ask(tenant.token, COUNTS, where={"isAssigned": False})).json()["data"]
    assert counted["userReportCounts"] == {
        "total": 4,
        "unfinished": 4,
        "overdue": 1,
        "byStatus": [
            {"status": status, "count": 4 if status == "OPEN" else 0}
            for status in (
                "OPEN",
                "IN_PROGRESS",
                "PENDING_INFO",
                "RESOLVED",
                "CLOSED",
                "DUPLICATE",
            )
        ],
    }
    stranger = await a_tenant(house.database, CLOCK)
    counted = (await door.ask(stranger.token, COUNTS)).json()["data"]["userReportCounts"]
    assert (counted["total"], counted["overdue"]) == (0, 0)


@pytest.mark.parametrize(
    "where", [{"search": "a " * 11}, {"search": "x" * 201}, {"search": "\0"}, {"assignee": ["me"]}]
)
async def test_a_filter_that_cannot_be_meant_is_refused(door, tenant, where):
    answer = (await door.ask(tenant.token, COUNTS, where=where)).json()

    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


@asynccontextmanager
async def _watching(door, token, **variables):
    async with a_socket(door.socket_url) as socket:
        await socket.init(token)
        await socket.subscribe("queue", WATCH, **variables)

        async def changes(count: int) -> list[dict]:
            found: list[dict] = []
            while len(found) < count:
                found += (await socket.next("queue"))["data"]["userReportQueue"]["changes"]
            assert len(found) == count
            return found

        if "after" not in variables:
            assert (await socket.next("queue"))["data"]["userReportQueue"]["changes"] == []
        yield changes


async def test_a_watcher_sees_new_and_changed_reports_and_goes_on_after_a_break(
    door, house, tenant
):
    async with _watching(door, tenant.token) as changes:
        await fails(house, tenant, CLOCK.new_id())
        [id_] = await report(house, tenant, "Blank page")
        [new] = await changes(1)
        await act(
            door,
            tenant.token,
            "commentOnReport",
            "report { id }",
            id=("ID!", id_),
            body=("String!", "hm"),
        )
        [noted] = await changes(1)

    assert (new["kind"], new["reportId"]) == ("NEW", id_)
    assert new["report"] == {"title": "Blank page", "status": "OPEN"}
    assert (noted["kind"], noted["reportId"]) == ("CHANGED", id_)
    async with _watching(door, tenant.token, after=new["cursor"]) as changes:
        [again] = await changes(1)
    assert again == noted


async def test_a_watcher_sees_only_what_was_asked_for_and_nothing_of_others(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    async with _watching(door, tenant.token, where={"status": ["CLOSED"]}) as changes:
        [theirs] = await report(house, other, "theirs")
        await act(
            door,
            other.token,
            "setReportStatus",
            "report { id }",
            id=("ID!", theirs),
            status=("ReportStatus!", "CLOSED"),
        )
        [mine] = await report(house, tenant, "mine")
        await act(
            door,
            tenant.token,
            "setReportStatus",
            "report { id }",
            id=("ID!", mine),
            status=("ReportStatus!", "CLOSED"),
        )
        [closed] = await changes(1)

    assert closed["report"] == {"title": "mine", "status": "CLOSED"}


async def test_a_report_that_leaves_a_filtered_queue_is_told_once(door, house, tenant):
    me = f"usr_{tenant.user}"
    async with _watching(door, tenant.token, where={"isMine": True}) as changes:
        [id_] = await report(house, tenant, "Blank page")
        for assignee in (me, None, None, me):
            given = {"id": ("ID!", id_), "assignee": ("ID", assignee)}
            await act(door, tenant.token, "assignReport", "report { id }", **given)
        found = await changes(3)
    async with _watching(
        door, tenant.token, where={"isAssigned": False}, after=found[0]["cursor"]
    ) as changes:
        unassigned = await changes(2)

    assert [each["kind"] for each in found] == ["CHANGED", "LEFT", "CHANGED"]
    assert {each["reportId"] for each in found} == {id_}
    assert [each["kind"] for each in unassigned] == ["CHANGED", "LEFT"]
