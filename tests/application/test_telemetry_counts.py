"""Release health, monitors and client reports over a real database, in whatever order they come."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.clock import Clock
from application.telemetry.retention import TelemetryRetention
from domain.inbox import ItemKind
from persistence.database import SYSTEM, Database
from tests.application.telemetry import a_recorded_item, an_item, digested, outcomes, rows
from tests.domain.recorded import RECEIVED_AT
from tests.house import Tenant

BROWSER = "sentry-javascript"
PYTHON = "sentry-python"


def a_session(sid: UUID, status: str, **attributes: object) -> dict[str, object]:
    return {
        "sid": sid.hex,
        "started": "2026-11-21T02:10:00Z",
        "status": status,
        "attrs": {"release": "shop@1", "environment": "production"},
        **attributes,
    }


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_session_counts_once_and_at_its_worst_in_whatever_order(
    database: Database, tenant: Tenant, order: tuple[int, ...], at_once: bool
):
    sid, other = uuid4(), uuid4()
    reports = [
        a_session(sid, "ok", init=True),
        a_session(sid, "crashed", errors=1),
        a_session(sid, "exited", errors=1),
    ]
    items = [an_item(tenant, ItemKind.SESSION, reports[n]) for n in order]
    items.append(an_item(tenant, ItemKind.SESSION, a_session(other, "exited", init=True)))

    for batch in [items] if at_once else [[item] for item in items]:
        await digested(database, *batch)

    hours = await rows(database, tenant, "session_hours", "status")
    counted = {row["status"]: row["quantity"] for row in hours if row["quantity"]}
    assert counted == {"crashed": 1, "exited": 1}
    assert {(row["release"], row["environment"]) for row in hours} == {("shop@1", "production")}


async def test_recorded_sessions_of_a_page_add_up(database: Database, tenant: Tenant):
    names = ["error-1", "error-2", "error-3", "error-4", "429-1", "429-2"]

    for name in names:
        await digested(database, a_recorded_item(tenant, f"{BROWSER}-10/{name}", ItemKind.SESSION))

    hours = await rows(database, tenant, "session_hours", "status")
    assert {row["status"]: row["quantity"] for row in hours} == {
        "crashed": 1,
        "errored": 1,
        "exited": 1,
        "ok": 0,
    }


async def test_two_check_ins_with_one_id_are_one_run(database: Database, tenant: Tenant):
    names = [f"{PYTHON}-1/checkin-{n}" for n in (1, 2, 3, 4)]
    items = [a_recorded_item(tenant, name, ItemKind.CHECK_IN) for name in names]

    await digested(database, *items[:1])
    [started] = await rows(database, tenant, "check_ins", "started_at")
    await digested(database, *items[1:])

    assert (started["status"], started["finished_at"]) == ("in_progress", None)
    runs = await rows(database, tenant, "check_ins", "started_at")
    assert [(run["status"], run["duration_ms"], run["environment"]) for run in runs] == [
        ("ok", 51.251, "test"),
        ("error", 4.648, "test"),
    ]
    assert runs[0]["started_at"] == started["started_at"]
    [monitor] = await rows(database, tenant, "monitors", "slug")
    assert (monitor["slug"], monitor["last_status"]) == ("nightly-invoices", "error")
    assert monitor["last_check_in_at"] == runs[1]["finished_at"]
    assert (monitor["schedule_kind"], monitor["schedule_value"]) == ("crontab", "*/5 * * * *")


def a_check_in(status: str, minute: int, **attributes: object) -> dict[str, object]:
    at = f"2026-11-21T02:{minute:02}:00Z"
    return {"monitor_slug": "backup", "status": status, "timestamp": at, **attributes}


async def test_check_ins_in_the_wrong_order_are_one_run(database: Database, tenant: Tenant):
    name = uuid4().hex

    for body in (a_check_in("ok", 5), a_check_in("in_progress", 1)):
        item = an_item(tenant, ItemKind.CHECK_IN, {**body, "check_in_id": name})
        await digested(database, item)

    [run] = await rows(database, tenant, "check_ins", "id")
    assert (run["status"], run["started_at"].minute, run["finished_at"].minute) == ("ok", 1, 5)


async def test_a_check_in_without_an_id_ends_the_run_that_is_under_way(
    database: Database, tenant: Tenant
):
    for body in (a_check_in("in_progress", 1), a_check_in("error", 3), a_check_in("ok", 9)):
        await digested(database, an_item(tenant, ItemKind.CHECK_IN, body))

    runs = await rows(database, tenant, "check_ins", "started_at")
    assert [(run["status"], run["duration_ms"]) for run in runs] == [
        ("error", 120_000),
        ("ok", None),
    ]


async def test_a_monitor_follows_its_jobs_last_word(database: Database, tenant: Tenant):
    first = {"schedule": {"type": "crontab", "value": "0 3 * * *"}, "timezone": "UTC"}
    second = {"schedule": {"type": "interval", "value": 2, "unit": "hour"}, "max_runtime": 30}

    for config in (first, second, {"schedule": "nonsense"}, None):
        body = a_check_in("ok", 1, monitor_config=config)
        await digested(database, an_item(tenant, ItemKind.CHECK_IN, body))

    [monitor] = await rows(database, tenant, "monitors", "slug")
    held = ("schedule_kind", "schedule_value", "schedule_unit", "timezone", "max_runtime_minutes")
    assert tuple(monitor[name] for name in held) == ("interval", "2", "hour", None, 30)


async def test_a_key_cannot_make_monitors_without_end(database: Database, tenant: Tenant):
    items = [
        an_item(tenant, ItemKind.CHECK_IN, {"monitor_slug": f"m-{n}", "status": "ok"})
        for n in range(1_003)
    ]

    dead = await digested(database, *items)

    assert dead == 0
    assert len(await rows(database, tenant, "monitors", "slug")) == 1_000
    counted = await outcomes(database, tenant)
    assert counted["invalid", "monitor", "too_many_monitors"] == 3
    assert counted["accepted", "monitor"] == 1_000


async def test_a_recorded_client_report_is_counted_by_its_reason(
    database: Database, tenant: Tenant
):
    name = f"{BROWSER}-7/client-report-1"

    await digested(database, a_recorded_item(tenant, name, ItemKind.CLIENT_REPORT))

    assert await outcomes(database, tenant) == {
        ("accepted", "internal"): 1,
        ("client_discarded", "error", "ratelimit_backoff"): 2,
    }


async def test_a_plain_request_ends_the_run_that_another_began(database: Database, tenant: Tenant):
    begun = {**a_check_in("in_progress", 1), "check_in_id": uuid4().hex}
    ended = {**a_check_in("ok", 4), "check_in_id": uuid4().hex}

    await digested(database, an_item(tenant, ItemKind.CHECK_IN, begun))
    await digested(
        database, an_item(tenant, ItemKind.CHECK_IN, ended, headers={"ends_latest": True})
    )

    [run] = await rows(database, tenant, "check_ins", "id")
    assert (run["check_in_id"].hex, run["status"]) == (begun["check_in_id"], "ok")


async def test_what_is_past_its_time_is_forgotten_and_nothing_else(
    database: Database, tenant: Tenant
):
    def a_sample(days: int, **attributes: object) -> dict[str, object]:
        at = (RECEIVED_AT - timedelta(days=days)).isoformat()
        return {"name": "queue", "value": days, "at": at, "attributes": attributes}

    samples = [a_sample(2), a_sample(20), a_sample(2, **{"user.id": "u"})]
    samples.append(a_sample(20, **{"user.id": "u"}))
    await digested(
        database,
        an_item(tenant, ItemKind.METRIC, {"samples": samples}),
        an_item(tenant, ItemKind.SESSION, a_session(uuid4(), "ok", init=True)),
        an_item(tenant, ItemKind.CHECK_IN, a_check_in("ok", 1)),
    )

    def retention(after: timedelta) -> TelemetryRetention:
        clock = Clock(now=lambda: RECEIVED_AT + after, randomness=bytes)
        return TelemetryRetention(database=database, clock=clock)

    async def left(table: str) -> int:
        return len(await rows(database, tenant, table, "1"))

    await retention(timedelta(days=15)).forget()

    found = await rows(database, tenant, "metric_samples", "value, is_personal", "value, user_ref")
    assert [tuple(row.values()) for row in found] == [(2, None), (2, "u"), (20, None)]
    assert (await left("sessions"), await left("session_hours")) == (0, 1)
    assert (await left("telemetry_ids"), await left("check_ins")) == (0, 1)

    await retention(timedelta(days=91)).forget()

    assert (await left("metric_samples"), await left("check_ins")) == (0, 0)
    assert (await left("monitors"), await left("metric_rollups")) == (1, 2)

    await retention(timedelta(days=350)).forget()

    assert (await left("metric_rollups"), await left("session_hours")) == (1, 1)

    await retention(timedelta(days=366)).forget()

    assert (await left("metric_rollups"), await left("session_hours")) == (0, 0)


async def test_partitions_are_made_ahead_once(database: Database):
    at = datetime(2034, 5, 5, tzinfo=UTC)
    retention = TelemetryRetention(database=database, clock=Clock(now=lambda: at, randomness=bytes))

    assert await retention.make_partitions(2) == 3 * 4
    assert await retention.make_partitions(2) == 0
    async with database.raw_reading(SYSTEM) as db:
        assert await db.fetchval("SELECT to_regclass('web_vitals_20340507')::text")
