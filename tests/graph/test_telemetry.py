"""Telemetry through the real schema: sums over windows, tenant-safe and within bounds."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.inbox import ItemKind
from persistence.database import SYSTEM
from tests.application.telemetry import a_recorded_item, an_item, digested
from tests.conftest import CLOCK
from tests.domain.recorded import RECEIVED_AT
from tests.house import Tenant, a_tenant

SINCE = "2026-11-20T00:00:00Z"
UNTIL = "2026-11-22T00:00:00Z"
WINDOW = "$service: ID!, $since: DateTime!, $until: DateTime"
PASSED = "service: $service, since: $since, until: $until"

HEALTH = f"""query ({WINDOW}, $environment: String) {{
  releaseHealth({PASSED}, environment: $environment) {{
    release crashFreeRate errorFreeRate adoption
    sessions {{ total ok exited errored unhandled abnormal crashed }}
  }}
}}"""
VITALS = f"""query ({WINDOW}, $by: WebVitalsGrouping! = PAGE, $where: WebVitalFilter) {{
  webVitals({PASSED}, by: $by, where: $where) {{
    name views vitals {{ vital count p75 rating good needsImprovement poor }}
  }}
}}"""
SERIES = f"""query ({WINDOW}, $name: String!, $bucket: MetricBucket!, $where: MetricFilter) {{
  metricSeries({PASSED}, name: $name, bucket: $bucket, where: $where) {{
    name unit points {{ at count avg min max p50 p90 p95 p99 }}
  }}
}}"""
METRICS = f"""query ({WINDOW}) {{ metrics({PASSED}) {{ name metricType unit values lastHour }} }}"""
ENDPOINTS = f"""query ({WINDOW}) {{
  endpointPerformance({PASSED}) {{ path method requests failures p50 max }}
}}"""
MONITORS = """query ($service: ID, $first: Int, $after: String, $status: [CheckInStatus!]) {
  monitors(service: $service, first: $first, after: $after, status: $status) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      id slug lastStatus
      schedule { kind value timezone checkinMarginMinutes maxRuntimeMinutes }
      service { name }
      lastCheckIn { status durationMs environment monitor { slug } }
      checkIns(first: 1) { totalCount edges { node { status startedAt } } }
    } }
  }
}"""


async def asked(door, tenant: Tenant, query: str, **variables: Any) -> Any:
    window = {"service": f"svc_{tenant.service.id}", "since": SINCE, "until": UNTIL}
    used = {name: value for name, value in window.items() if f"${name}" in query}
    answer = (await door.ask(tenant.token, query, **{**used, **variables})).json()
    assert "errors" not in answer, answer
    [data] = answer["data"].values()
    return data


async def refusal(door, tenant: Tenant, query: str, **variables: Any) -> tuple[str, str]:
    window = {"service": f"svc_{tenant.service.id}", "since": SINCE, "until": UNTIL}
    used = {name: value for name, value in window.items() if f"${name}" in query}
    [error] = (await door.ask(tenant.token, query, **{**used, **variables})).json()["errors"]
    return error["extensions"].get("field", ""), error["message"]


def a_session(status: str, release: str = "shop@1") -> dict[str, object]:
    attrs = {"release": release, "environment": "production"}
    started = "2026-11-21T02:10:00Z"
    return {"sid": uuid4().hex, "init": True, "started": started, "status": status, "attrs": attrs}


async def test_release_health_is_counted_by_release(door, database, tenant):
    sessions = [a_session("exited"), a_session("crashed"), a_session("ok"), a_session("exited")]
    sessions.append(a_session("unhandled", release="shop@2"))
    counted = {"aggregates": [{"started": "2026-11-21T02:00:00Z", "exited": 3, "abnormal": 2}]}
    await digested(
        database,
        *(an_item(tenant, ItemKind.SESSION, session) for session in sessions),
        an_item(tenant, ItemKind.SESSIONS, counted),
    )

    nameless, first, second = await asked(door, tenant, HEALTH)

    assert (nameless["release"], nameless["crashFreeRate"], nameless["adoption"]) == (None, 1, 0.5)
    assert nameless["errorFreeRate"] == 0.6
    assert first == {
        "release": "shop@1",
        "crashFreeRate": 0.75,
        "errorFreeRate": 0.75,
        "adoption": 0.4,
        "sessions": {
            "total": 4,
            "ok": 1,
            "exited": 2,
            "errored": 0,
            "unhandled": 0,
            "abnormal": 0,
            "crashed": 1,
        },
    }
    assert (second["release"], second["sessions"]["unhandled"]) == ("shop@2", 1)
    of_one = await asked(door, tenant, HEALTH, environment="production")
    assert [(one["release"], one["adoption"]) for one in of_one] == [
        ("shop@1", 0.8),
        ("shop@2", 0.2),
    ]


def a_page_view(lcp: float, page: str = "/pay", release: str = "shop@1") -> dict[str, object]:
    return {
        "start_timestamp": "2026-11-21T02:00:00Z",
        "timestamp": "2026-11-21T02:00:01Z",
        "transaction": page,
        "release": release,
        "contexts": {"trace": {"trace_id": uuid4().hex, "op": "pageload"}},
        "measurements": {"lcp": {"value": lcp, "unit": "millisecond"}, "cls": {"value": 0.05}},
        "request": {"headers": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}},
    }


async def test_web_vitals_are_rated_at_the_75th_percentile(door, database, tenant):
    views = [a_page_view(lcp) for lcp in (1000, 2000, 3000, 4000, 5000)]
    views.append(a_page_view(100, page="/", release="shop@2"))
    await digested(database, *(an_item(tenant, ItemKind.TRANSACTION, view) for view in views))

    pay, home = await asked(door, tenant, VITALS)

    assert (pay["name"], pay["views"], home["name"], home["views"]) == ("/pay", 5, "/", 1)
    assert pay["vitals"] == [
        {
            "vital": "LCP",
            "count": 5,
            "p75": 4000,
            "rating": "NEEDS_IMPROVEMENT",
            "good": 2,
            "needsImprovement": 2,
            "poor": 1,
        },
        {
            "vital": "CLS",
            "count": 5,
            "p75": 0.05,
            "rating": "GOOD",
            "good": 5,
            "needsImprovement": 0,
            "poor": 0,
        },
    ]
    by_release = await asked(door, tenant, VITALS, by="RELEASE", where={"device": "DESKTOP"})
    assert [(one["name"], one["views"]) for one in by_release] == [("shop@1", 5), ("shop@2", 1)]
    assert await asked(door, tenant, VITALS, where={"device": "TABLET"}) == []
    [only] = await asked(door, tenant, VITALS, where={"page": "/", "release": "shop@2"})
    assert only["views"] == 1


async def test_both_forms_of_recorded_vitals_give_one_picture(door, database, tenant):
    for major in (7, 10):
        name = f"sentry-javascript-{major}/tracing-pageload-2"
        await digested(database, a_recorded_item(tenant, name, ItemKind.TRANSACTION))
    for name in ("10/tracing-pagehide-1", "11/tracing-pageload-2", "11/tracing-pagehide-1"):
        await digested(
            database, a_recorded_item(tenant, f"sentry-javascript-{name}", ItemKind.SPAN)
        )

    found = {
        page["name"]: {vital["vital"]: vital["p75"] for vital in page["vitals"]}
        for page in await asked(door, tenant, VITALS)
    }

    shared = {"CLS": 0.0036}
    assert found["/www/page10.html"] == {
        **shared,
        "LCP": 52,
        "FCP": 52,
        "FP": 52,
        "TTFB": 4.5,
        "INP": 8,
    }
    assert found["/www/page.html"] == {
        **shared,
        "LCP": 120,
        "FCP": 120,
        "FP": 120,
        "TTFB": 5.8,
        "INP": 16,
    }
    assert found["/www/page7.html"] == {
        **shared,
        "LCP": 116,
        "FCP": 116,
        "FP": 116,
        "TTFB": 12.5,
        "FID": 2.6,
    }


def samples(*values: dict[str, object]) -> dict[str, object]:
    defaults = {"name": "queue", "at": "2026-11-21T02:00:00Z", "attributes": {"http.route": "/a"}}
    return {"samples": [{**defaults, **value} for value in values]}


async def test_a_series_weighs_what_was_summed_up(door, database, tenant):
    payload = samples(
        {"value": 1},
        {"value": 3, "at": "2026-11-21T02:00:59Z"},
        {"value": 10, "count": 8, "sum": 80, "min": 2, "max": 50, "at": "2026-11-21T01:10:00Z"},
        {"value": 20, "at": "2026-11-21T01:20:00Z", "attributes": {"http.route": "/b"}},
        {"value": 7, "unit": "By"},
    )
    await digested(database, an_item(tenant, ItemKind.METRIC, payload))

    series = await asked(door, tenant, SERIES, name="queue", bucket="HOUR")

    assert (series["name"], series["unit"]) == ("queue", "count")
    first, second = series["points"]
    assert first == {
        "at": "2026-11-21T01:00:00+00:00",
        "count": 9,
        "avg": pytest.approx(100 / 9),
        "min": 2,
        "max": 50,
        "p50": pytest.approx(10, rel=0.02),
        "p90": pytest.approx(10, rel=0.02),
        "p95": pytest.approx(10, rel=0.02),
        "p99": pytest.approx(10, rel=0.02),
    }
    assert (second["count"], second["avg"], second["min"], second["max"]) == (2, 2, 1, 3)
    [day] = (await asked(door, tenant, SERIES, name="queue", bucket="DAY"))["points"]
    assert (day["count"], day["avg"], day["min"]) == (11, pytest.approx(104 / 11), 1)
    of_b = await asked(door, tenant, SERIES, name="queue", bucket="DAY", where={"endpoint": "/b"})
    assert [(point["avg"], point["p99"]) for point in of_b["points"]] == [(20, 20)]
    in_bytes = await asked(
        door,
        tenant,
        SERIES,
        name="queue",
        bucket="MINUTE",
        where={"unit": "bytes"},
        since="2026-11-21T00:00:00Z",
        until="2026-11-21T08:00:00Z",
    )
    assert [point["max"] for point in in_bytes["points"]] == [7]
    nothing = await asked(door, tenant, SERIES, name="nothing", bucket="DAY")
    assert nothing == {"name": "nothing", "unit": None, "points": []}


async def test_hours_outlive_their_samples(door, database, tenant):
    at = RECEIVED_AT - timedelta(days=3)
    values = [{"value": n, "at": (at + timedelta(seconds=n)).isoformat()} for n in range(1, 1001)]
    for part in (values[:400], values[400:]):
        await digested(database, an_item(tenant, ItemKind.METRIC, samples(*part)))
    async with database.raw_writing(SYSTEM) as db:
        await db.execute(
            "DELETE FROM metric_samples WHERE organization_id = $1", tenant.organization
        )

    found = await asked(
        door,
        tenant,
        SERIES,
        name="queue",
        bucket="HOUR",
        since="2026-01-01T00:00:00Z",
        until="2026-01-02T00:00:00Z",
    )
    series = await asked(
        door, tenant, SERIES, name="queue", bucket="DAY", since="2026-01-01T00:00:00Z"
    )

    [point] = series["points"]
    assert found["points"] == []
    assert (point["at"], point["count"], point["avg"]) == ("2026-11-18T00:00:00+00:00", 1000, 500.5)
    assert (point["min"], point["max"]) == (1, 1000)
    percentiles = {"p50": 500, "p90": 900, "p95": 950, "p99": 990}
    assert {name: point[name] for name in percentiles} == {
        name: pytest.approx(value, rel=0.021) for name, value in percentiles.items()
    }


async def test_metrics_and_endpoints_are_listed(door, database, tenant):
    for name in ("starlette-transaction-1", "starlette-transaction-3", "transaction-1"):
        await digested(
            database, a_recorded_item(tenant, f"sentry-python-2/{name}", ItemKind.TRANSACTION)
        )

    metrics = await asked(door, tenant, METRICS)
    endpoints = await asked(door, tenant, ENDPOINTS)

    assert [(m["name"], m["metricType"], m["unit"], m["values"]) for m in metrics] == [
        ("response_time", "RESPONSE_TIME", "ms", 3),
        ("database_query_time", "DATABASE_QUERY_TIME", "ms", 2),
        ("rows", "CUSTOM", "count", 1),
    ]
    assert [tuple(endpoint.values()) for endpoint in endpoints] == [
        ("/ok", "GET", 1, 0, 21.705, 21.705),
        ("/orders/{id}", "GET", 1, 1, 76.893, 76.893),
        ("invoice.send", None, 1, 0, 23.497, 23.497),
    ]


async def test_monitors_are_listed_with_their_runs(door, database, tenant):
    names = [f"sentry-python-2/checkin-{n}" for n in (1, 2, 3, 4)]
    other = {"monitor_slug": "backup", "status": "in_progress"}
    for item in (
        *(a_recorded_item(tenant, name, ItemKind.CHECK_IN) for name in names),
        an_item(tenant, ItemKind.CHECK_IN, other, at=RECEIVED_AT + timedelta(minutes=1)),
    ):
        await digested(database, item)

    found = await asked(door, tenant, MONITORS, first=10)
    backup, nightly = [edge["node"] for edge in found["edges"]]

    assert (found["totalCount"], backup["slug"], backup["schedule"]) == (2, "backup", None)
    assert backup["lastCheckIn"]["status"] == "IN_PROGRESS"
    assert nightly["schedule"] == {
        "kind": "CRONTAB",
        "value": "*/5 * * * *",
        "timezone": "Europe/Berlin",
        "checkinMarginMinutes": 2,
        "maxRuntimeMinutes": 10,
    }
    assert nightly["service"]["name"] == tenant.service.name
    assert nightly["lastCheckIn"] == {
        "status": "ERROR",
        "durationMs": 0.236,
        "environment": "test",
        "monitor": {"slug": "nightly-invoices"},
    }
    assert nightly["checkIns"]["totalCount"] == 2
    assert [edge["node"]["status"] for edge in nightly["checkIns"]["edges"]] == ["ERROR"]

    page = await asked(door, tenant, MONITORS, first=1)
    rest = await asked(door, tenant, MONITORS, first=1, after=page["pageInfo"]["endCursor"])
    slugs = [edge["node"]["slug"] for edge in (*page["edges"], *rest["edges"])]
    assert (slugs, rest["pageInfo"]["hasNextPage"]) == (["backup", "nightly-invoices"], False)
    failed = await asked(door, tenant, MONITORS, status=["ERROR"])
    assert [edge["node"]["slug"] for edge in failed["edges"]] == ["nightly-invoices"]
    node = "query ($id: ID!) { node(id: $id) { ... on Monitor { slug } } }"
    assert await asked(door, tenant, node, id=backup["id"]) == {"slug": "backup"}


async def test_nobody_sees_the_telemetry_of_another_tenant(door, database, tenant):
    stranger = await a_tenant(database, CLOCK, name="bank")
    await digested(
        database,
        an_item(tenant, ItemKind.SESSION, a_session("exited")),
        an_item(tenant, ItemKind.TRANSACTION, a_page_view(100)),
        an_item(tenant, ItemKind.CHECK_IN, {"monitor_slug": "backup", "status": "ok"}),
    )
    [edge] = (await asked(door, tenant, MONITORS))["edges"]
    theirs = f"svc_{tenant.service.id}"

    seen = [
        await asked(door, stranger, query, service=theirs)
        for query in (HEALTH, VITALS, METRICS, ENDPOINTS)
    ]
    series = await asked(door, stranger, SERIES, service=theirs, name="response_time", bucket="DAY")
    monitors = await asked(door, stranger, MONITORS, service=theirs)
    node = "query ($id: ID!) { node(id: $id) { id } }"

    assert seen == [[], [], [], []]
    assert (series["points"], monitors["totalCount"], monitors["edges"]) == ([], 0, [])
    assert await asked(door, stranger, node, id=edge["node"]["id"]) is None


@pytest.mark.parametrize(
    ("query", "variables", "field"),
    [
        (HEALTH, {"since": "2026-01-01T00:00:00Z"}, "since"),
        (METRICS, {"since": UNTIL}, "until"),
        (METRICS, {"since": "2025-11-01T00:00:00Z"}, "since"),
        (VITALS, {"service": "svc_1"}, "service"),
        (VITALS, {"where": {"page": "x" * 300}}, "page"),
        (SERIES, {"name": "a", "bucket": "MINUTE"}, "bucket"),
        (SERIES, {"name": "a" * 300, "bucket": "DAY"}, "name"),
        (MONITORS, {"service": "org_1"}, "service"),
        (MONITORS, {"first": 101}, ""),
    ],
)
async def test_a_question_without_bounds_is_refused(door, tenant, query, variables, field):
    found, message = await refusal(door, tenant, query, **variables)

    assert found == field
    assert message
