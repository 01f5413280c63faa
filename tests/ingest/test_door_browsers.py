"""The doors of browsers over a real database: policy reports, network errors, scheduled jobs."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import pytest

from persistence.database import Database
from tests.domain.recorded import ENVELOPES
from tests.house import Tenant
from tests.ingest.doors import Door, a_door

pytestmark = pytest.mark.timeout(60)
CHECK_IN_ID = "129287a59a4c4e9d88b506778aa36bcc"


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


async def _report(
    door: Door, said: object, path: str = "security/", kind: str = "application/json"
):
    query = f"?sentry_key={door.tenant.key.public_key}&sentry_environment=test&sentry_release=a%401"
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"content-type": kind, "user-agent": "Chrome/156"}
    return await door.post(body, path=door.path_of(path) + query, headers=headers)


@pytest.mark.parametrize(
    ("file", "message", "fingerprint"),
    [
        (1, "Blocked inline 'style'", ["csp", "style-src-elem", "inline"]),
        (2, "Blocked inline 'script'", ["csp", "script-src-elem", "inline"]),
        (3, "Blocked 'img' from '127.0.0.1:8200'", ["csp", "img-src", "127.0.0.1:8200"]),
    ],
)
async def test_a_recorded_policy_report_becomes_an_event(
    door: Door, file: int, message: str, fingerprint: list[str]
):
    body = (ENVELOPES / f"csp/csp-report-uri-{file}.json").read_bytes()

    answer = await _report(door, body, kind="application/csp-report")

    assert answer.status_code == 200
    [row] = await door.stored()
    event = row.event
    assert event["logentry"] == {"formatted": message}
    assert event["fingerprint"] == fingerprint
    assert event["tags"]["effective-directive"] == fingerprint[1]
    assert event["logger"] == "csp"
    assert event["level"] == "warning"  # only reported
    assert (event["environment"], event["release"]) == ("test", "a@1")
    assert event["request"]["url"].startswith("http://localhost:8200/www/")
    assert event["request"]["headers"]["User-Agent"] == "Chrome/156"
    assert event["contexts"]["csp"]["effective_directive"] == fingerprint[1]


@pytest.mark.parametrize("path", ["security/", "security", "csp-report/", "nel/"])
async def test_the_reporting_api_sends_lists(door: Door, path: str):
    violation = {
        "type": "csp-violation",
        "age": 60_000,
        "url": "https://shop.example/cart",
        "user_agent": "Firefox/150",
        "body": {
            "documentURL": "https://shop.example/cart",
            "blockedURL": "https://evil.example/x.js?secret",
            "effectiveDirective": "script-src-elem",
            "disposition": "enforce",
        },
    }
    network = {
        "type": "network-error",
        "age": 0,
        "url": "https://shop.example/api",
        "body": {"type": "tcp.timed_out", "phase": "connection", "status_code": 0},
    }
    well = {**network, "body": {"type": "ok", "phase": "application"}}
    other = {"type": "deprecation", "body": {"id": "x"}}

    answer = await _report(
        door, [violation, network, well, other], path, "application/reports+json"
    )

    assert answer.status_code == 200
    csp, nel = await door.stored()
    assert csp.event["logentry"]["formatted"] == "Blocked 'script' from 'evil.example'"
    assert csp.event["level"] == "error"
    assert csp.event["request"]["headers"]["User-Agent"] == "Firefox/150"
    assert datetime.fromisoformat(csp.event["timestamp"]) < datetime.fromisoformat(
        nel.event["timestamp"]
    )
    assert nel.event["logentry"]["formatted"] == (
        "Network error tcp.timed_out in the connection phase of shop.example"
    )
    assert nel.event["fingerprint"] == ["nel", "tcp.timed_out", "shop.example"]
    assert await door.outcomes() == {
        ("unsupported", "security", "nel_ok"): 1,
        ("unsupported", "security", "deprecation"): 1,
    }


@pytest.mark.parametrize(
    ("blocked", "source"),
    [
        ("", "self"),
        ("self", "self"),
        ("https://shop.example/x.js", "self"),
        ("data:text/html;base64,AAAA", "data"),
        ("blob:https://shop.example/1", "blob"),
        ("eval", "eval"),
        ("https://user:pass@cdn.example:8443/x", "cdn.example:8443"),
        ("wss://live.example/x", "live.example"),
        ("evil.example", "evil.example"),
        ("https://[::1", "https"),
    ],
)
async def test_what_was_blocked_is_told_in_a_word(door: Door, blocked: str, source: str):
    said = {"document-uri": "https://shop.example/", "effective-directive": "img-src"}

    await _report(door, {"csp-report": {**said, "blocked-uri": blocked}})

    assert [row.event["tags"]["blocked-uri"] for row in await door.stored()] == [source]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"expect-ct-report": {"hostname": "a"}}, "expect_ct"),
        ({"expect-staple-report": {"hostname": "a"}}, "expect_staple"),
        ({"date-time": "x", "hostname": "a", "known-pins": []}, "hpkp"),
        ({"what": "ever"}, "unknown"),
        ({"csp-report": "no object"}, "unknown"),
    ],
)
async def test_reports_that_are_not_stored_are_counted(door: Door, said: object, reason: str):
    answer = await _report(door, said)

    assert answer.status_code == 200
    assert await door.stored() == []
    assert await door.outcomes() == {("unsupported", "security", reason): 1}


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        (b"not json", 400, "not_json"),
        (b"", 400, "not_json"),
        (b"[]", 400, "not_a_report"),
        (b"[1]", 400, "not_a_report"),
        (b'"x"', 400, "not_a_report"),
        (b'{"csp-report":{}}', 200, "no_directive"),
        (b'{"csp-report":{"effective-directive":{"a":1}}}', 200, "no_directive"),
    ],
)
async def test_what_is_no_report_is_counted_as_invalid(
    door: Door, said: bytes, status: int, reason: str
):
    answer = await _report(door, said)

    assert answer.status_code == status
    assert await door.stored() == []
    assert await door.outcomes() == {("invalid", "security", reason): 1}


async def test_of_an_endless_list_a_hundred_are_taken(door: Door):
    report = {"type": "csp-violation", "body": {"effectiveDirective": "img-src"}}

    answer = await _report(door, [report] * 105)

    assert answer.status_code == 200
    assert len(await door.stored()) == 100
    assert await door.outcomes() == {("invalid", "security", "too_many"): 5}


def _cron(door: Door, query: str, slug: str = "nightly-invoices") -> str:
    return door.path_of(f"cron/{slug}/{door.tenant.key.public_key}/{query}")


async def test_a_job_checks_in_by_a_plain_request(door: Door):
    query = f"?status=ok&check_in_id={CHECK_IN_ID}&duration=3.5&environment=production"

    answer = await door.http.get(_cron(door, query))

    assert (answer.status_code, answer.json()) == (200, {"id": CHECK_IN_ID})
    [row] = await door.stored()
    assert row.kind == "check_in"
    assert row.headers == {"type": "check_in", "ends_latest": False}
    assert json.loads(row.payload) == {
        "check_in_id": CHECK_IN_ID,
        "monitor_slug": "nightly-invoices",
        "status": "ok",
        "duration": 3.5,
        "environment": "production",
    }


async def test_a_check_in_may_bring_its_monitor_along(door: Door):
    config = {"schedule": {"type": "crontab", "value": "0 * * * *"}, "max_runtime": 10}
    body = json.dumps({"status": "in_progress", "monitor_config": config}).encode()

    answer = await door.post(body, path=_cron(door, ""), headers={})

    assert answer.status_code == 200
    [row] = await door.stored()
    said = json.loads(row.payload)
    assert (said["status"], said["monitor_config"]) == ("in_progress", config)
    assert UUID(said["check_in_id"]).hex == answer.json()["id"]
    assert row.headers["ends_latest"] is False


async def test_an_end_that_names_no_check_in_is_that_of_the_latest(door: Door):
    await door.http.get(_cron(door, "?status=error"))

    assert [row.headers["ends_latest"] for row in await door.stored()] == [True]


@pytest.mark.parametrize(
    ("query", "slug", "body"),
    [
        ("", "nightly", b""),
        ("?status=sleeping", "nightly", b""),
        ("?status=ok&duration=soon", "nightly", b""),
        ("?status=ok&duration=nan", "nightly", b""),
        ("?status=ok&check_in_id=1", "nightly", b""),
        ("?status=ok", "night%20ly", b""),
        ("?status=ok", "n" * 51, b""),
        ("?status=ok", "nightly", b"[]"),
        ("?status=ok", "nightly", b"{"),
        ("?status=ok", "nightly", b'{"monitor_config":' + b'{"a":' * 300 + b"1" + b"}" * 301),
    ],
)
async def test_a_check_in_that_says_nothing_is_refused_and_counted(
    door: Door, query: str, slug: str, body: bytes
):
    answer = await door.post(body, path=_cron(door, query, slug), headers={})

    assert answer.status_code == 400
    assert await door.stored() == []
    assert await door.outcomes() == {("invalid", "monitor", "invalid"): 1}


@pytest.mark.parametrize("path", ["cron/nightly/0123/?status=ok", "cron/nightly/?status=ok"])
async def test_a_check_in_needs_a_good_key(door: Door, path: str):
    answer = await door.http.get(door.path_of(path))

    assert answer.status_code == 403
    assert await door.stored() == []
