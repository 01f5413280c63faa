"""Telemetry over a real database: what recorded items leave behind, and that they count once."""

import json
from datetime import timedelta

from domain.inbox import InboxItem, ItemKind
from persistence.database import Database
from tests.application.telemetry import a_recorded_item, an_item, digested, outcomes, rows
from tests.domain.recorded import RECEIVED_AT
from tests.house import Tenant

BROWSER = "sentry-javascript"
PYTHON = "sentry-python"
SAMPLE_COLUMNS = "name, value, unit, sample_count, endpoint_path, op, status, is_personal, user_ref"


async def test_a_transaction_becomes_samples(database: Database, tenant: Tenant):
    await digested(
        database,
        a_recorded_item(tenant, f"{PYTHON}-2/starlette-transaction-1", ItemKind.TRANSACTION),
        a_recorded_item(tenant, f"{PYTHON}-2/starlette-transaction-3", ItemKind.TRANSACTION),
    )

    found = await rows(database, tenant, "metric_samples", "name, value", SAMPLE_COLUMNS)
    assert [tuple(row.values()) for row in found] == [
        ("database_query_time", 20.432, "ms", 1, "/ok", "http.server", None, False, None),
        ("response_time", 21.705, "ms", None, "/ok", "http.server", "ok", False, None),
        (
            "response_time",
            76.893,
            "ms",
            None,
            "/orders/{id}",
            "http.server",
            "internal_error",
            True,
            "u42",
        ),
    ]
    assert await outcomes(database, tenant) == {
        ("accepted", "transaction"): 2,
        ("accepted", "span"): 1,
    }


async def test_samples_of_users_and_of_services_lie_apart(database: Database, tenant: Tenant):
    await digested(
        database,
        a_recorded_item(tenant, f"{PYTHON}-2/starlette-transaction-1", ItemKind.TRANSACTION),
        a_recorded_item(tenant, f"{PYTHON}-2/starlette-transaction-3", ItemKind.TRANSACTION),
    )

    where = "DISTINCT is_personal, tableoid::regclass::text AS day"
    assert await rows(database, tenant, "metric_samples", "is_personal", where) == [
        {"is_personal": False, "day": "metric_samples_of_services_20261121"},
        {"is_personal": True, "day": "metric_samples_of_users_20261121"},
    ]


async def test_vitals_of_a_page_view_that_ends_learn_its_page(database: Database, tenant: Tenant):
    load = a_recorded_item(tenant, f"{BROWSER}-11/tracing-pageload-2", ItemKind.SPAN)
    left = a_recorded_item(tenant, f"{BROWSER}-11/tracing-pagehide-1", ItemKind.SPAN)

    await digested(database, load)
    await digested(database, left)

    columns = (
        "page, page_url, session_id, lcp_value::float, cls_value::float, fcp_value::float,"
        " ttfb_value::float, inp_value::float, fp_value::float, performance_rating, device_type"
    )
    found = await rows(database, tenant, "web_vitals", "measured_at", columns)
    page = ("/www/page.html", "http://localhost:8200/www/page.html", "94cdd26535f7e802")
    assert {tuple(row.values()) for row in found} == {
        (*page, 120, None, 120, 5.8, None, 120, "good", "bot"),
        (*page, None, 0.0036, None, None, 16, None, "good", "bot"),
    }
    assert (await outcomes(database, tenant))["accepted", "span"] == 18


async def test_older_browsers_send_the_same_in_transactions(database: Database, tenant: Tenant):
    await digested(
        database,
        a_recorded_item(tenant, f"{BROWSER}-7/tracing-pageload-2", ItemKind.TRANSACTION),
        a_recorded_item(tenant, f"{BROWSER}-10/tracing-pageload-2", ItemKind.TRANSACTION),
        a_recorded_item(tenant, f"{BROWSER}-10/tracing-pagehide-1", ItemKind.SPAN),
    )

    columns = "page, lcp_value::float, fid_value::float, inp_value::float, user_ref"
    found = await rows(database, tenant, "web_vitals", "page, lcp_value", columns)
    assert [tuple(row.values()) for row in found] == [
        ("/www/page10.html", 52, None, None, "u42"),
        ("/www/page10.html", None, None, 8, None),
        ("/www/page7.html", 116, 2.6, None, "u42"),
    ]


async def test_secrets_in_what_a_sender_names_are_taken_out(database: Database, tenant: Tenant):
    secret = "password=hunter2horse"
    body: dict[str, object] = {
        "start_timestamp": "2026-11-21T02:00:00Z",
        "timestamp": "2026-11-21T02:00:01Z",
        "transaction": f"/login {secret}",
        "request": {"url": f"https://ana:hunter2horse@shop.example/x?{secret}", "method": secret},
        "measurements": {"lcp": {"value": 10}},
    }

    attributes = {"password": "hunter2horse", "note": f"said {secret}", "plan": "pro"}
    metric = {"samples": [{"name": "own", "value": 1, "attributes": attributes}]}

    await digested(
        database,
        an_item(tenant, ItemKind.TRANSACTION, body),
        an_item(tenant, ItemKind.METRIC, metric),
    )

    own, sample = await rows(database, tenant, "metric_samples", "name")
    [vitals] = await rows(database, tenant, "web_vitals", "page")
    assert sample["page_url"] == vitals["page_url"] == "https://shop.example/x"
    assert sample["endpoint_path"].startswith("/login password=")
    assert "hunter2horse" not in str(sample) + str(vitals) + str(own)
    assert json.loads(own["metadata"])["plan"] == "pro"


def everything(tenant: Tenant) -> list[InboxItem]:
    metric = {"samples": [{"name": "queue", "value": 3, "at": "2026-11-21T02:00:00Z"}]}
    return [
        a_recorded_item(tenant, f"{PYTHON}-2/django-unhandled-2", ItemKind.TRANSACTION),
        a_recorded_item(tenant, f"{BROWSER}-11/tracing-pageload-2", ItemKind.SPAN),
        a_recorded_item(tenant, f"{BROWSER}-11/error-2", ItemKind.SESSION),
        a_recorded_item(tenant, f"{PYTHON}-2/sessions-1", ItemKind.SESSIONS),
        a_recorded_item(tenant, f"{PYTHON}-2/checkin-2", ItemKind.CHECK_IN),
        a_recorded_item(tenant, f"{PYTHON}-2/clientreport-1", ItemKind.CLIENT_REPORT),
        an_item(tenant, ItemKind.METRIC, metric),
    ]


async def test_everything_that_comes_twice_counts_once(database: Database, tenant: Tenant):
    items = everything(tenant)

    await digested(database, *items, *items)
    once = await outcomes(database, tenant)
    await digested(database, *items)
    thrice = await outcomes(database, tenant)

    tables = {"metric_samples": 4, "web_vitals": 1, "monitors": 1, "check_ins": 1, "sessions": 1}
    for table, expected in tables.items():
        assert (table, len(await rows(database, tenant, table, "1"))) == (table, expected)
    hours = await rows(database, tenant, "session_hours", "status", "status, quantity")
    assert [tuple(row.values()) for row in hours] == [("exited", 3), ("unhandled", 1)]
    stored = {key: n for key, n in thrice.items() if key[0] != "deduplicated"}
    assert stored == {key: n for key, n in once.items() if key[0] != "deduplicated"}
    assert stored["client_discarded", "error", "before_send"] == 3
    assert sum(n for key, n in thrice.items() if key[0] == "deduplicated") == 2 * len(items)


async def test_a_span_that_is_sent_in_two_items_is_measured_once(
    database: Database, tenant: Tenant
):
    name = f"{PYTHON}-2/streamed-1"

    await digested(database, *(a_recorded_item(tenant, name, ItemKind.SPAN) for _ in range(2)))

    assert len(await rows(database, tenant, "metric_samples", "id")) == 1
    [hour] = await rows(database, tenant, "metric_rollups", "hour")
    assert (hour["sample_count"], hour["sample_sum"]) == (1, 21.513)


async def test_what_cannot_be_read_costs_only_itself(database: Database, tenant: Tenant):
    broken = [an_item(tenant, kind, b"]]] no JSON") for kind in ItemKind if kind != "event"]

    dead = await digested(database, *broken, *everything(tenant))

    assert dead == len(broken)
    assert len(await rows(database, tenant, "metric_samples", "id")) == 4
    assert len(await rows(database, tenant, "dead_letters", "id")) == len(broken)


async def test_what_nothing_can_be_made_of_is_counted_beside_the_rest(
    database: Database, tenant: Tenant
):
    said = [{"name": "queue", "value": 3}, {"name": "queue", "value": "NaN"}, {"value": 1}, 7]

    await digested(database, an_item(tenant, ItemKind.METRIC, {"samples": said}))

    assert await outcomes(database, tenant) == {
        ("accepted", "trace_metric"): 1,
        ("invalid", "trace_metric", "unreadable"): 3,
    }


async def test_what_was_measured_long_ago_gets_a_partition_of_its_day(
    database: Database, tenant: Tenant
):
    at = RECEIVED_AT - timedelta(days=12)
    sample = {"name": "queue", "value": 3, "at": at.isoformat()}

    await digested(database, an_item(tenant, ItemKind.METRIC, {"samples": [sample]}))

    where = "tableoid::regclass::text AS day, value, unit, metric_type"
    assert await rows(database, tenant, "metric_samples", "id", where) == [
        {
            "day": "metric_samples_of_services_20261109",
            "value": 3,
            "unit": "count",
            "metric_type": "custom",
        }
    ]


async def test_hostile_payloads_lose_nothing_and_break_nothing(database: Database, tenant: Tenant):
    deep: object = 1
    for _ in range(300):
        deep = {"a": deep}
    odd = [None, True, -1, 1e300, "", "\0\ud800", [], {}, [[]], deep]
    names = ("items", "spans", "measurements", "contexts", "tags", "user", "request", "attrs")
    names += ("aggregates", "discarded_events", "monitor_config", "sid", "samples", "duration")
    items = [
        an_item(
            tenant, kind, json.dumps({"monitor_slug": "a", **dict.fromkeys(names, value)}).encode()
        )
        for kind in (
            ItemKind.TRANSACTION,
            ItemKind.SPAN,
            ItemKind.SESSION,
            ItemKind.SESSIONS,
            ItemKind.CHECK_IN,
            ItemKind.CLIENT_REPORT,
            ItemKind.METRIC,
        )
        for value in odd
    ]

    await digested(database, *items)

    letters = await rows(database, tenant, "dead_letters", "id", "kind, reason")
    assert {row["reason"] for row in letters if "Error:" in row["reason"]} == set()
    assert {row["kind"] for row in letters} == {
        "check_in",
        "metric",
        "sessions",
        "span",
        "transaction",
    }
