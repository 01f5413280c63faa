"""Stats and trends through the real schema: sums that equal what happened, with bounds (STA-06)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from domain.viewers import Viewer
from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.application.doubles import HeardBus
from tests.application.triage import a_desk
from tests.conftest import CLOCK
from tests.graph.reading import Reader
from tests.house import a_tenant

# The last of the hours that are asked about is the one of noon.
NOON = datetime(2026, 11, 20, 12, 20, tzinfo=UTC)
STATS = """query ($where: ErrorStatsFilter, $period: StatsPeriod!, $by: ErrorDimension! = LEVEL) {
  errorStats(where: $where, period: $period) {
    since until openReports
    current { ...figures } previous { ...figures }
    shares(by: $by) { key events newErrors eventsBefore service { name } organization { slug } }
    statuses { status count }
    topErrors { events error { title } }
  }
}
fragment figures on ErrorFigures {
  events errors newErrors resolvedErrors regressedErrors affectedUsers crashFreeSessions
}"""
TRENDS = """query ($where: ErrorStatsFilter, $period: StatsPeriod!, $bucket: FrequencyUnit! = HOUR,
    $groupBy: ErrorDimension, $limit: Int! = 8, $timeZone: String) {
  errorTrends(where: $where, period: $period, bucket: $bucket, groupBy: $groupBy, limit: $limit,
      timeZone: $timeZone) {
    bucket steps series { key events newErrors total service { name } }
    releases { release at service { name } }
  }
}"""
PERIOD = {"hours": 24, "until": NOON.isoformat()}


async def asked(door, tenant, query: str, **variables: Any) -> Any:
    answer = (await door.ask(tenant.token, query, **{"period": PERIOD, **variables})).json()
    assert "errors" not in answer, answer
    [data] = answer["data"].values()
    return data


async def refused(door, tenant, query: str, **variables: Any) -> str:
    answer = (await door.ask(tenant.token, query, **{"period": PERIOD, **variables})).json()
    return answer["errors"][0]["extensions"]["field"]


@pytest.fixture(scope="module")
async def seen(database):
    """A tenant with ten hours of failures, some yesterday, beside another's."""
    tenant, other = await a_tenant(database, CLOCK), await a_tenant(database, CLOCK)
    hub = Hub(HeardBus(), FeedLog(database=database))
    policies = Policies(database=database, clock=CLOCK)
    digest = Digest(database=database, hub=hub, clock=CLOCK, policies=policies)
    items = [an_item(other, an_event("theirs"), at=NOON)]
    for n in range(30):
        at = NOON - timedelta(hours=n % 10)
        release = f"shop@1.{n % 2}"
        fields = {"user": {"id": f"u{n % 7}"}, "environment": "production", "release": release}
        what = {"level": "warning", **fields} if n % 3 == 0 else fields
        items.append(an_item(tenant, an_event("odd" if n % 3 == 0 else "pay", **what), at=at))
    for n in range(5):
        at = NOON - timedelta(hours=30)
        items.append(an_item(tenant, an_event("old", user={"id": f"old{n}"}), at=at))
    await accept(database, *items)
    await digest_all(digest)
    return tenant


async def test_the_figures_are_what_happened(door, seen):
    found = await asked(door, seen, STATS)

    assert (found["since"], found["until"]) == (
        "2026-11-19T13:00:00+00:00",
        "2026-11-20T13:00:00+00:00",
    )
    assert found["current"] == {
        "events": 30,
        "errors": 2,
        "newErrors": 2,
        "resolvedErrors": 0,
        "regressedErrors": 0,
        "affectedUsers": 7,
        "crashFreeSessions": None,
    }
    before = found["previous"]
    assert (before["events"], before["errors"], before["affectedUsers"]) == (5, 1, 5)
    assert [(one["key"], one["events"], one["eventsBefore"]) for one in found["shares"]] == [
        ("error", 20, 5),
        ("warning", 10, 0),
    ]
    assert [one["events"] for one in found["topErrors"]] == [20, 10]
    assert {one["status"]: one["count"] for one in found["statuses"] if one["count"]} == {"NEW": 3}
    assert found["openReports"] == 0


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("SEVERITY", ["medium"]),
        ("ENVIRONMENT", ["production", ""]),
        ("ERROR_TYPE", None),
    ],
)
async def test_shares_are_told_apart_by_what_is_asked(door, seen, by, keys):
    shares = (await asked(door, seen, STATS, by=by))["shares"]

    assert sum(one["events"] for one in shares) == 30
    assert keys is None or [one["key"] for one in shares] == keys


async def test_a_share_by_service_leads_to_the_service(door, seen):
    [share] = (await asked(door, seen, STATS, by="SERVICE"))["shares"]

    assert share["key"] == f"svc_{seen.service.id}"
    assert share["service"] == {"name": seen.service.name}
    [whole] = (await asked(door, seen, STATS, by="ORGANIZATION"))["shares"]
    assert (whole["key"], whole["events"]) == (f"org_{seen.organization}", 30)
    assert whole["organization"] == {"slug": seen.slug}


async def test_a_filter_narrows_every_figure_and_leaves_out_what_nobody_knows(door, seen):
    found = await asked(door, seen, STATS, where={"level": ["WARNING"]})

    assert (found["current"]["events"], found["current"]["newErrors"]) == (10, 1)
    assert (found["current"]["errors"], found["current"]["affectedUsers"]) == (None, None)
    assert [one["events"] for one in found["topErrors"]] == [10]
    nowhere = await asked(door, seen, STATS, where={"environment": ["staging"]})
    assert (nowhere["current"]["events"], nowhere["current"]["errors"]) == (0, 0)
    assert (nowhere["shares"], nowhere["topErrors"]) == ([], [])


async def test_resolving_and_coming_back_is_counted(door, database, tenant):
    desk = a_desk(database, tenant)
    error = await desk.happens()
    await desk.resolve(error)
    await desk.happens()

    found = await asked(door, tenant, STATS, period={"hours": 2, "until": desk.now.isoformat()})

    figures = found["current"]
    assert (figures["resolvedErrors"], figures["regressedErrors"], figures["newErrors"]) == (
        1,
        1,
        1,
    )


async def test_a_trend_has_a_figure_for_every_step(door, seen):
    found = await asked(door, seen, TRENDS, groupBy="LEVEL")

    assert len(found["steps"]) == 24
    assert [(one["key"], one["total"]) for one in found["series"]] == [
        ("error", 20),
        ("warning", 10),
    ]
    assert all(len(one["events"]) == len(one["newErrors"]) == 24 for one in found["series"])
    together = [sum(step) for step in zip(*(one["events"] for one in found["series"]), strict=True)]
    assert together == [0] * 14 + [3] * 10
    assert {one["release"] for one in found["releases"]} == {"shop@1.0", "shop@1.1"}
    assert {one["service"]["name"] for one in found["releases"]} == {seen.service.name}


@pytest.mark.parametrize("hours", [1, 12, 13, 31, 60, 100, 500])
async def test_days_and_hours_sum_up_to_the_same(door, seen, hours):
    period = {"hours": hours, "until": NOON.isoformat()}

    stats = await asked(door, seen, STATS, period=period)
    trends = await asked(door, seen, TRENDS, period=period)

    drawn = sum(one["total"] for one in trends["series"])
    assert stats["current"]["events"] == drawn
    assert stats["current"]["events"] + stats["previous"]["events"] == (
        35 if hours >= 31 else sum(3 for n in range(2 * hours) if n < 10) + 5 * (2 * hours > 30)
    )
    assert stats["current"]["affectedUsers"] == len(
        {f"u{n % 7}" for n in range(30) if n % 10 < hours}
    ) + 5 * (hours > 30)


async def test_what_has_no_line_of_its_own_is_one_line(door, seen):
    found = await asked(door, seen, TRENDS, groupBy="LEVEL", limit=1)

    assert [(one["key"], one["total"]) for one in found["series"]] == [("error", 20), (None, 10)]
    [together] = (await asked(door, seen, TRENDS))["series"]
    assert (together["key"], together["total"]) == ("", 30)


async def test_days_are_those_of_a_time_zone_and_whole(door, seen):
    period = {"hours": 48, "until": NOON.isoformat()}

    utc = await asked(door, seen, TRENDS, period=period, bucket="DAY")
    away = await asked(door, seen, TRENDS, period=period, bucket="DAY", timeZone="Pacific/Auckland")

    assert (utc["steps"][0][:10], utc["series"][0]["events"]) == ("2026-11-18", [0, 5, 30])
    assert away["steps"][0] == "2026-11-18T11:00:00+00:00"
    assert sum(away["series"][0]["events"]) == 35


async def test_periods_and_charts_have_bounds(door, seen):
    assert await refused(door, seen, STATS, period={"hours": 0}) == "hours"
    assert await refused(door, seen, STATS, period={"hours": 2161}) == "hours"
    assert await refused(door, seen, TRENDS, period={"hours": 2000}) == "bucket"
    assert await refused(door, seen, TRENDS, timeZone="Mars/Olympus") == "timeZone"
    assert await refused(door, seen, TRENDS, limit=21) == "limit"


async def test_a_system_administrator_sees_all_organizations_together(database, seen):
    admin = replace((await a_tenant(database, CLOCK)).viewer, is_system_admin=True)

    async def events_of(viewer: Viewer, **where: str) -> int:
        found = await Reader(database, viewer).data(STATS, where=where, period=PERIOD)
        return found["errorStats"]["current"]["events"]

    assert await events_of(admin) == 31
    assert await events_of(admin, organization=f"org_{seen.organization}") == 30
    assert await events_of(seen.viewer) == 30
    assert await events_of((await a_tenant(database, CLOCK)).viewer) == 0
