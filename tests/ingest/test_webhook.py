"""Webhooks: what other systems post, in which order and shape ever, and what they are told."""

import gzip
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from persistence.database import Database
from tests.application.telemetry import digested, rows
from tests.domain.test_events_text_stacks import PYTHON
from tests.house import Tenant
from tests.ingest.doors import Door, a_door

pytestmark = pytest.mark.timeout(60)
STACK = "TypeError: no card\n    at payCard (/srv/shop/pay.js:7:3)\n    at /srv/shop/app.js:9:1"


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


async def post(door: Door, body: Any, source: str = "custom", **headers: str):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    keyed = {"x-tocsin-key": door.tenant.key.public_key, **headers}
    return await door.post(sent, path=f"/ingest/webhook/{source}", headers=keyed)


async def events(door: Door) -> list[dict[str, Any]]:
    return [row.event for row in await door.stored()]


def an_error(**fields: Any) -> dict[str, Any]:
    return {"source": "shop", "error": {"message": "no card", **fields}}


async def test_one_error_of_the_contract(door: Door):
    error = an_error(
        stack=STACK, type="TypeError", metadata={"plan": "gold", "items": 3, "cart": {"id": 7}}
    )
    more = {
        "environment": "production",
        "release": "1.2",
        "serverName": "web-1",
        "url": "https://shop.example/pay",
        "userId": 42,
        "level": "fatal",
        "fingerprint": ["pay"],
        "timestamp": "2026-11-21T07:00:00Z",
    }

    answer = await post(door, {**error, **more})

    [row] = await door.stored()
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 1,
        "ignored": 0,
        "refused": 0,
        "items": [{"index": 0, "status": "accepted", "id": row.event_id.hex}],
    }
    assert row.event == {
        "exception": {"values": [{"type": "TypeError", "value": "no card", "stacktrace": STACK}]},
        "tags": {"plan": "gold", "items": "3", "source": "shop"},
        "extra": {"plan": "gold", "items": 3, "cart": {"id": 7}},
        "environment": "production",
        "release": "1.2",
        "server_name": "web-1",
        "request": {"url": "https://shop.example/pay"},
        "user": {"id": 42},
        "level": "fatal",
        "fingerprint": ["pay"],
        "timestamp": "2026-11-21T07:00:00Z",
        "sdk": {"name": "tocsin.webhook.custom", "version": "1"},
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([an_error(), {"error": "closed"}], ["no card", "closed"]),
        ({"environment": "test", "errors": [{"message": "a"}, an_error()]}, ["a", "no card"]),
        (b'{"message": "a"}\n\n{"error": {"message": "b"}}\r\n', ["a", "b"]),
        ({"message": "a"}, ["a"]),
    ],
    ids=["list", "errors", "lines", "bare"],
)
async def test_every_form_of_a_batch(door: Door, body: Any, said: list[str]):
    answer = await post(door, body)

    assert answer.json()["accepted"] == len(said)
    found = await events(door)
    assert [each["message"] for each in found] == said
    assert {each.get("environment") for each in found} == {
        "test" if isinstance(body, dict) and "errors" in body else None
    }


async def test_of_a_batch_what_is_good_is_taken_and_each_part_is_told(door: Door):
    body = b'{"message": "a"}\n{"metadata": 1}\n[1]\n{broken\n{"message": "b"}'

    answer = await post(door, body)

    assert answer.status_code == 200
    ids = [row.event_id.hex for row in await door.stored()]
    assert answer.json()["items"] == [
        {"index": 0, "status": "accepted", "id": ids[0]},
        {
            "index": 1,
            "status": "refused",
            "reason": "An error needs a message, a type or a stack.",
        },
        {"index": 2, "status": "refused", "reason": "An error must be a JSON object."},
        {"index": 3, "status": "refused", "reason": "The line is not JSON."},
        {"index": 4, "status": "accepted", "id": ids[1]},
    ]
    assert await door.outcomes() == {("invalid", "error", "webhook"): 3}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{nothing", 400),
        ([], 200),
        ([1, None, {}], 400),
        ("text", 400),
        ([{"message": "x"}] * 1001, 413),
    ],
)
async def test_where_nothing_can_be_taken_nothing_is_stored(door: Door, body: Any, status: int):
    answer = await post(door, body)

    assert answer.status_code == status
    assert await door.stored() == []


async def test_an_error_over_the_limit_does_not_take_the_others_along(door: Door):
    answer = await post(door, [an_error(stack="x" * 1_200_000), an_error()])

    assert [each["status"] for each in answer.json()["items"]] == ["refused", "accepted"]
    assert len(await door.stored()) == 1


async def test_the_same_error_sent_twice_has_one_id(door: Door):
    given, own = uuid4().hex, "order-7"
    timed = {"message": "m", "timestamp": 1795228662}
    body = [
        {"message": "x", "eventId": given},
        {"message": "y", "id": own},
        timed,
        {"message": "z"},
    ]

    first, again = [(await post(door, body)).json()["items"] for _ in range(2)]

    assert first[0]["id"] == given
    assert [a["id"] == b["id"] for a, b in zip(first, again, strict=True)] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("?key={}", {}),
        ("", {"authorization": "Bearer {}"}),
        ("/", {"authorization": "bearer {}"}),
        ("?sentry_key={}", {}),
    ],
)
async def test_every_place_of_the_key(door: Door, path: str, headers: dict[str, str]):
    key = door.tenant.key.public_key
    said = {name: value.format(key) for name, value in headers.items()}

    answer = await door.post(
        b'{"message": "m"}', path="/ingest/webhook/custom" + path.format(key), headers=said
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("f" * 32, 403)])
async def test_without_a_good_key_nothing_is_taken(door: Door, key: str | None, status: int):
    answer = await door.post(
        b'{"message": "m"}',
        path="/ingest/webhook/custom",
        headers={"x-tocsin-key": key} if key else {},
    )

    assert answer.status_code == status
    assert await door.stored() == []


VERCEL = {
    "id": "1573817187330377061717300000",
    "deploymentId": "dpl_233NRGRjVZX1caZrXWtz5g1TAksD",
    "source": "lambda",
    "host": "shop.vercel.app",
    "timestamp": 1795228662330,
    "projectId": "prj_1",
    "projectName": "shop",
    "level": "error",
    "message": "checkout failed\n" + STACK,
    "entrypoint": "api/pay.js",
    "path": "/api/pay?card=1",
    "statusCode": 500,
    "requestId": "iad1::1",
    "environment": "production",
    "branch": "main",
    "executionRegion": "iad1",
    "traceId": "6f2979b638a419f3e757fd613d1831c5",
    "proxy": {
        "method": "POST",
        "scheme": "https",
        "userAgent": ["Mozilla/5.0"],
        "clientIp": "203.0.113.9",
    },
}


@pytest.mark.parametrize("form", ["json", "ndjson"])
async def test_of_vercels_logs_errors_and_failed_invocations_are_taken(door: Door, form: str):
    quiet = {**VERCEL, "id": "2", "level": "info", "statusCode": 200}
    failed = {**VERCEL, "id": "3", "level": "info", "message": "", "statusCode": -1}
    static = {**failed, "id": "4", "source": "static", "statusCode": 500}
    entries = [VERCEL, quiet, failed, static]
    lines = "\n".join(map(json.dumps, entries)).encode()

    answer = await post(door, entries if form == "json" else lines, "vercel")

    assert {n: answer.json()[n] for n in ("accepted", "ignored", "refused")} == {
        "accepted": 2,
        "ignored": 2,
        "refused": 0,
    }
    logged, ended = await events(door)
    assert ended["message"] == "POST /api/pay?card=1 failed: -1"
    assert logged["request"]["url"] == "https://shop.vercel.app/api/pay?card=1"
    assert (logged["transaction"], logged["level"]) == ("/api/pay", "error")
    assert logged["contexts"]["trace"]["trace_id"] == VERCEL["traceId"]
    assert logged["user"] == {"ip_address": "203.0.113.9"}
    assert logged["tags"]["request_id"] == "iad1::1"


async def test_vercel_asks_whether_the_address_is_ours(door: Door):
    asked = await door.http.get("/ingest/webhook/vercel")
    challenged = await door.post(
        b"[]", path="/ingest/webhook/vercel", headers={"x-vercel-verify": "?"}
    )

    for answer in (asked, challenged):
        assert (answer.status_code, answer.headers["x-vercel-verify"]) == (200, "proof")
    assert "x-vercel-verify" not in (await door.http.get("/ingest/webhook/custom")).headers


async def test_a_signature_must_fit_where_a_secret_is_known(tenant: Tenant, database: Database):
    body = json.dumps([VERCEL]).encode()
    signed = hmac.new(b"second", body, hashlib.sha1).hexdigest()

    async with a_door(tenant, database, vercel_secrets=("first", "second")) as door:
        good = await post(door, body, "vercel", **{"x-vercel-signature": signed})
        bad = [
            await post(door, body + b" ", "vercel", **{"x-vercel-signature": signed}),
            await post(door, body, "vercel"),
        ]

        assert good.status_code == 200
        assert [answer.status_code for answer in bad] == [403, 403]
        assert len(await door.stored()) == 1
        assert await door.outcomes() == {("invalid", "error", "signature"): 2}


TAIL = {
    "scriptName": "shop",
    "outcome": "exception",
    "eventTimestamp": 1795228662330,
    "exceptions": [
        {"name": "TypeError", "message": "no card", "stack": STACK, "timestamp": 1795228662331}
    ],
    "logs": [
        {"level": "log", "message": ["hello"], "timestamp": 1795228662330},
        {"level": "error", "message": ["cart", {"id": 7}], "timestamp": 1795228662332},
    ],
    "event": {
        "request": {"url": "https://shop.example/pay", "method": "POST", "headers": {}},
        "response": {"status": 500},
    },
    "scriptVersion": {"id": "v1"},
}
LOGPUSH = {
    "EventTimestampMs": 1795228662330,
    "EventType": "fetch",
    "Event": {"RayID": "8f", "Request": {"URL": "https://shop.example/", "Method": "GET"}},
    "Outcome": "exceededCpu",
    "Exceptions": [],
    "Logs": [],
    "ScriptName": "shop",
}


async def test_what_a_tail_worker_forwards(door: Door):
    await post(door, [TAIL], "cloudflare")

    raised, logged = await events(door)
    [exception] = raised["exception"]["values"]
    assert (exception["type"], exception["stacktrace"]) == ("TypeError", STACK)
    assert raised["request"] == {"url": "https://shop.example/pay", "method": "POST"}
    assert (raised["timestamp"], raised["release"]) == (1795228662331, "v1")
    assert logged["message"] == 'cart {"id":7}'
    assert logged["tags"] == {
        "outcome": "exception",
        "cloudflare.script": "shop",
        "status_code": "500",
        "source": "cloudflare",
    }


async def test_what_logpush_delivers(door: Door):
    well = {**LOGPUSH, "Outcome": "ok"}
    lines = "\n".join(map(json.dumps, [LOGPUSH, well, {"content": "tests"}])).encode()

    answers = [
        await post(door, gzip.compress(lines), "cloudflare", **{"content-encoding": "gzip"})
        for _ in range(2)
    ]

    assert {n: answers[0].json()[n] for n in ("accepted", "ignored")} == {
        "accepted": 1,
        "ignored": 2,
    }
    found = await door.stored()
    assert found[0].event["message"] == "The worker shop ended with exceededCpu"
    assert found[0].event["tags"]["cloudflare.ray"] == "8f"
    assert found[0].event_id == found[1].event_id


async def test_posted_stacks_are_stored_as_frames_and_group(
    door: Door, database: Database, tenant: Tenant
):
    await post(door, [an_error(stack=PYTHON), an_error(stack=PYTHON, type="Refused")])
    await post(door, [VERCEL], "vercel")
    await digested(database)

    found = await rows(database, tenant, "errors", "number", "title, occurrence_count, file_path")
    assert found == [
        {"title": "Refused: no card", "occurrence_count": 2, "file_path": "/srv/shop/pay.py"},
        {"title": "TypeError: no card", "occurrence_count": 1, "file_path": "/srv/shop/pay.js"},
    ]
