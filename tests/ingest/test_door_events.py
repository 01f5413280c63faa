"""The machine door over a real database: what is in an envelope, and what is stored of it.

The cases are those of a probe against existing servers: what both lost in silence is kept here.
"""

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from persistence.database import Database
from tests.house import Tenant
from tests.ingest.doors import CLIENT_ADDRESS, Door, a_door, an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


@pytest.mark.parametrize("body", [b"", b"\n", b"{}", b"{}\n", b'{"sent_at":null}\n\n\n'])
async def test_an_empty_envelope_is_well_and_stores_nothing(door: Door, body: bytes):
    answer = await door.post(body)

    assert (answer.status_code, answer.json()) == (200, {})
    assert await door.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        b"not json\n",
        b"[]\n",
        b"{}\nnot json\n{}",
        b'{}\n{"type":"event","length":999}\n{}',
        b'{}\n{"type":"event","length":1}\n{}',
        b'{}\n{"type":"event","length":-1}\n{}',
        b'{}\n{"type":"event","length":"2"}\n{}',
        b'{}\n{"type":"event","length":0}\n\n',
    ],
    ids=[
        "no json",
        "a list",
        "item header",
        "too long",
        "too short",
        "negative",
        "text",
        "empty event",
    ],
)
async def test_a_malformed_envelope_is_refused_with_the_reason(door: Door, body: bytes):
    answer = await door.post(body)

    assert answer.status_code == 400
    assert answer.json()["detail"] == answer.headers["x-sentry-error"]
    assert await door.stored() == []


async def test_an_unknown_item_before_the_event_costs_nothing_and_is_counted(door: Door):
    logs = ({"type": "log", "item_count": 12}, b'{"items":\n[]}')

    answer = await door.post(an_envelope(logs, an_item("brand_new"), an_item()))

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [an_event()]
    assert await door.outcomes() == {
        ("unsupported", "log_item", "log"): 12,
        ("unsupported", "unknown", "brand_new"): 1,
    }


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("log", "log_item"),
        ("otel_log", "log_item"),
        ("statsd", "metric_bucket"),
        ("profile", "profile"),
        ("profile_chunk", "profile_chunk"),
        ("replay_event", "replay"),
        ("replay_recording", "replay"),
    ],
)
async def test_what_is_not_supported_is_well_and_counted_by_its_name(
    door: Door, kind: str, category: str
):
    answer = await door.post(an_envelope(an_item(kind)))

    assert answer.status_code == 200
    assert await door.stored() == []
    assert await door.outcomes() == {("unsupported", category, kind): 1}


async def test_items_around_an_event_do_not_hide_it(door: Door):
    attachment = ({"type": "attachment", "filename": "a.bin"}, b"\n\x00\xff{}\n")

    answer = await door.post(an_envelope(attachment, an_item(), an_item("session")))

    assert answer.status_code == 200
    assert [(row.kind, row.payload) for row in await door.stored()] == [
        ("attachment", b"\n\x00\xff{}\n"),
        ("event", an_item()[1]),
        ("session", an_item()[1]),
    ]


async def test_a_second_event_in_one_envelope_is_counted_as_invalid(door: Door):
    second = an_item(payload=an_event(message="second"))

    answer = await door.post(an_envelope(an_item(), second))

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [an_event()]
    assert await door.outcomes() == {("invalid", "error", "second_event"): 1}


async def test_javascript_items_without_a_length_end_at_their_line(door: Door):
    body = b'{}\n{"type":"event"}\n' + json.dumps(an_event()).encode() + b'\n{"type":"session"}\n{}'

    answer = await door.post(body)

    assert answer.status_code == 200
    event, session = await door.stored()
    assert (event.event, session.kind, session.payload) == (an_event(), "session", b"{}")


@pytest.mark.parametrize(
    "payload",
    [
        b'{"message":"a\\u0000b"}',
        b'{"message":"\\ud800"}',
        b'{"message":"\xff\xfe"}',
        b'{"extra":' + b"[" * 2000 + b"]" * 2000 + b"}",
        b'{"extra":{"much":NaN,"more":1e999}}',
        b'{"message":"cut off',
    ],
    ids=["nul", "lone surrogate", "not utf-8", "2000 deep", "nan", "cut off"],
)
async def test_a_broken_event_is_kept_byte_for_byte_for_the_digest_to_repair(
    door: Door, payload: bytes
):
    event_id = uuid4()
    payload = b'{"event_id":"%b",' % event_id.hex.encode() + payload[1:]

    answer = await door.post(an_envelope(({"type": "event"}, payload)))

    assert answer.json() == {"id": event_id.hex}
    assert [(row.event_id, row.body) for row in await door.stored()] == [(event_id, payload)]


async def test_the_id_of_the_envelope_wins_over_that_of_the_payload(door: Door):
    outer, inner = uuid4(), uuid4()
    event = an_item(payload=an_event(event_id=inner.hex))

    answer = await door.post(an_envelope(event, event_id=outer.hex))

    assert answer.json() == {"id": outer.hex}
    assert [row.event_id for row in await door.stored()] == [outer]


@pytest.mark.parametrize("write", [lambda id_: id_.hex, str], ids=["plain", "dashes"])
async def test_the_id_of_the_payload_is_taken_where_the_envelope_has_none(door: Door, write):
    event_id = uuid4()

    answer = await door.post(an_envelope(an_item(payload=an_event(event_id=write(event_id)))))

    assert answer.json() == {"id": event_id.hex}
    assert [row.event_id for row in await door.stored()] == [event_id]


@pytest.mark.parametrize("given", [None, "", "short", 7, "x" * 32])
async def test_an_id_is_made_where_none_can_be_used(door: Door, given: object):
    answer = await door.post(an_envelope(an_item(payload=an_event(event_id=given)), event_id=given))

    assert answer.status_code == 200
    assert list(answer.json()) == ["id"]
    assert len(answer.json()["id"]) == 32
    assert [row.event_id for row in await door.stored()] == [UUID(answer.json()["id"])]


async def test_what_is_known_of_the_sending_is_stored_beside_the_event(door: Door):
    headers = {"x-sentry-auth": door.auth["x-sentry-auth"] + ", sentry_client=sentry.python/2.75"}
    envelope = an_envelope(an_item(), sent_at="2026-11-21T10:00:00.5Z")

    answer = await door.post(envelope, headers=headers)

    assert answer.status_code == 200
    [row] = await door.stored()
    assert row.client == "sentry.python/2.75"
    assert row.remote_address == CLIENT_ADDRESS
    assert row.sent_at == "2026-11-21 10:00:00.5+00"


@pytest.mark.parametrize(
    "sent_at", ["yesterday", 17, "0001-01-01T00:00:00Z", "2026-11-21T10:00:00"]
)
async def test_a_time_of_sending_that_says_nothing_is_left_out(door: Door, sent_at: object):
    answer = await door.post(an_envelope(an_item(), sent_at=sent_at))

    assert answer.status_code == 200
    assert [row.sent_at for row in await door.stored()] == [None]
