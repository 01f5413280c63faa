"""Hostile events, from the door to the database: what two other servers answer 200 and then lose.

Each case says what is stored in the end, not only what was answered.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from persistence.database import Database
from tests.desks import Desk, a_desk
from tests.house import Tenant
from tests.ingest.doors import an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)
EVENT = """
{ errors { totalCount edges { node { title occurrenceCount level latestOccurrence {
  message level release userRef occurredAt tags { key value } exceptions { type value } rawBody
} } } } }
"""


@pytest.fixture
async def desk(tenant: Tenant, database: Database) -> AsyncIterator[Desk]:
    async with a_desk(tenant, database) as opened:
        yield opened


async def _stored(desk: Desk, payload: bytes) -> dict:
    """Send an event, digest it, and return its only occurrence as the API shows it."""
    await desk.take(an_envelope(({"type": "event"}, payload)))
    assert await desk.rows("SELECT reason FROM dead_letters WHERE organization_id = $1") == []
    [edge] = (await desk.ask(EVENT))["errors"]["edges"]
    assert edge["node"]["occurrenceCount"] == 1
    return edge["node"]["latestOccurrence"]


def _repairs(occurrence: dict) -> set[str]:
    return {error["type"] for error in occurrence["rawBody"].get("errors", [])}


@pytest.mark.parametrize(
    ("payload", "message", "is_told"),
    [
        (b'{"message":"a\\u0000b"}', "ab", True),
        (b'{"message":"a\\ud800b"}', "a\N{REPLACEMENT CHARACTER}b", True),
        (b'{"message":"a\xffb"}', "a\N{REPLACEMENT CHARACTER}b", True),
        (b'{"message":"deep","extra":' + b"[" * 2000 + b"]" * 2000 + b"}", "deep", True),
        (b'{"message":"nan","extra":{"x":NaN,"y":Infinity}}', "nan", True),
        (b'{"message":"big","extra":{"x":1208925819614629174706176}}', "big", False),
    ],
    ids=["nul", "half a character", "not utf-8", "2,000 deep", "nan", "2^80"],
)
async def test_a_broken_text_is_mended_and_kept(
    desk: Desk, payload: bytes, message: str, is_told: bool
):
    occurrence = await _stored(desk, payload)

    assert occurrence["message"] == message
    assert bool(_repairs(occurrence)) is is_told


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"level": "catastrophic"}, {"level": "ERROR"}),
        ({"level": {"a": 1}}, {"level": "ERROR"}),
        ({"release": "r" * 300}, {"release": "r" * 255}),
        ({"tags": {"a": 1, "b": True}}, {"tags": [("a", "1"), ("b", "true")]}),
        ({"tags": [["a", "x"], ["b", "y"]]}, {"tags": [("a", "x"), ("b", "y")]}),
        ({"user": {"id": 17}}, {"userRef": "17"}),
        ({"user": "ana"}, {}),
        ({"user": ["ana", None]}, {}),
        ({"exception": [{"type": "A", "value": "b"}]}, {"exceptions": [("A", "b")]}),
        (
            {
                "exception": {
                    "values": [
                        None,
                        {"type": "A", "value": "b", "stacktrace": {"frames": [None, {}]}},
                    ]
                }
            },
            {"exceptions": [("A", "b")]},
        ),
        ({"exception": "nonsense", "threads": 7, "breadcrumbs": "x", "request": []}, {}),
        ({"fingerprint": {"a": 1}, "contexts": [1], "sdk": "x", "debug_meta": []}, {}),
    ],
    ids=lambda value: ",".join(value)[:40],
)
async def test_an_event_of_an_odd_shape_is_kept(desk: Desk, fields: dict, expected: dict):
    occurrence = await _stored(desk, json.dumps(an_event(**fields)).encode())

    shown = {
        **occurrence,
        "tags": [(tag["key"], tag["value"]) for tag in occurrence["tags"]],
        "exceptions": [(one["type"], one["value"]) for one in occurrence["exceptions"]],
    }
    assert shown | expected == shown
    assert occurrence["message"] in ("the shop is closed", "b")


@pytest.mark.parametrize(
    "timestamp",
    [None, "yesterday", 10**20, -1, "2999-01-01T00:00:00Z", {"a": 1}, float(2**62)],
    ids=str,
)
async def test_a_time_that_cannot_be_is_that_of_the_arrival(desk: Desk, timestamp: object):
    before = datetime.now(UTC)

    occurrence = await _stored(desk, json.dumps(an_event(timestamp=timestamp)).encode())

    at = datetime.fromisoformat(occurrence["occurredAt"])
    assert before - timedelta(minutes=1) < at < before + timedelta(minutes=5)


async def test_one_hostile_event_takes_none_of_its_batch_along(desk: Desk):
    """One long release lost a whole batch of another server: 19 good events around it."""
    hostile = [
        b'{"message":"cut off',
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        json.dumps(an_event(message="long", release="r" * 300)).encode(),
    ]
    good = [an_event(message=f"good {n} of the batch") for n in range(19)]
    envelopes = [an_envelope(an_item(payload=event)) for event in good]
    for n, payload in enumerate(hostile):
        envelopes.insert(n * 4, an_envelope(({"type": "event"}, payload)))

    await desk.take(*envelopes)

    kept = await desk.rows("SELECT message FROM occurrences WHERE organization_id = $1")
    messages = {row["message"] for row in kept}
    assert messages >= {event["message"] for event in good} | {"long"}
    dead = await desk.rows("SELECT count(*)::int AS n FROM dead_letters WHERE organization_id = $1")
    assert len(kept) + dead[0]["n"] == 19 + len(hostile)


async def test_the_same_event_twice_is_stored_once(desk: Desk):
    envelope = an_envelope(an_item(payload=an_event(event_id=uuid4().hex)))

    await desk.take(envelope, envelope)
    await desk.take(envelope)

    [edge] = (await desk.ask(EVENT))["errors"]["edges"]
    assert edge["node"]["occurrenceCount"] == 1


async def test_a_policy_report_and_a_network_error_are_errors_like_others(desk: Desk):
    key = desk.door.tenant.key.public_key
    path = desk.door.path_of(f"security/?sentry_key={key}")
    where = {"documentURL": "https://shop.example/a", "effectiveDirective": "script-src-elem"}
    evil = {**where, "blockedURL": "https://evil.example/1.js"}
    other = {**where, "blockedURL": "https://evil.example/2.js", "effectiveDirective": "img-src"}
    network = {"type": "tcp.timed_out", "phase": "connection"}
    reports = [
        {"type": "csp-violation", "body": evil},
        {"type": "csp-violation", "body": {**evil, "blockedURL": "https://evil.example/3.js"}},
        {"type": "csp-violation", "body": other},
        {"type": "network-error", "url": "https://shop.example/", "body": network},
    ]

    await desk.take(json.dumps(reports).encode(), path=path)

    found = (await desk.ask(EVENT))["errors"]["edges"]
    assert {edge["node"]["title"]: edge["node"]["occurrenceCount"] for edge in found} == {
        "Blocked 'script' from 'evil.example'": 2,
        "Blocked 'img' from 'evil.example'": 1,
        "Network error tcp.timed_out in the connection phase of shop.example": 1,
    }
