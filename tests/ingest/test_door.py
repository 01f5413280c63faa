"""The machine door over a real database: what hostile clients send, and what is then stored.

The cases are those of a probe against existing servers: what both lost in silence is kept here.
"""

import base64
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import brotli
import pytest
import zstandard

from persistence.database import SYSTEM, Database
from tests.application.doubles import MemorySpool
from tests.house import Tenant, a_tenant
from tests.conftest import CLOCK
from tests.ingest.doors import CLIENT_ADDRESS, Door, a_door, an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


def _raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


# Who is there?


@pytest.mark.parametrize(
    "header",
    [
        "Sentry sentry_version=7, sentry_key={key}, sentry_client=raven/1",
        "sentry sentry_key={key},sentry_version=7",
        "SENTRY sentry_version=7,sentry_key={key}",
        'Sentry sentry_key="{key}"',
    ],
    ids=["as documented", "lower case, no space", "upper case", "quoted"],
)
@pytest.mark.parametrize("name", ["x-sentry-auth", "authorization"])
async def test_a_key_in_a_header_opens_the_door(door: Door, name: str, header: str):
    headers = {name: header.format(key=door.tenant.key.public_key)}

    answer = await door.post(an_envelope(an_item()), headers=headers)

    assert answer.status_code == 200
    assert [(row.service_id, row.ingest_key_id) for row in await door.stored()] == [
        (door.tenant.service.id, door.tenant.key.id)
    ]


async def test_a_key_in_the_query_opens_the_door(door: Door):
    query = f"?sentry_version=7&sentry_key={door.tenant.key.public_key}&sentry_client=js%2F10"

    answer = await door.post(an_envelope(an_item()), path=door.path + query, headers={})

    assert answer.status_code == 200
    assert [row.client for row in await door.stored()] == ["js/10"]


async def test_a_dsn_in_the_envelope_is_enough_for_a_tunnel(door: Door):
    envelope = an_envelope(an_item(), dsn=door.tenant.key.dsn("https://tocsin.example"))

    answer = await door.post(envelope, headers={})

    assert answer.status_code == 200
    assert len(await door.stored()) == 1


async def test_keys_that_agree_in_all_four_places_are_one(door: Door):
    key = door.tenant.key.public_key
    headers = {**door.auth, "authorization": f"Sentry sentry_key={key}"}
    envelope = an_envelope(an_item(), dsn=door.tenant.key.dsn("https://tocsin.example"))

    answer = await door.post(envelope, path=f"{door.path}?sentry_key={key}", headers=headers)

    assert answer.status_code == 200
    assert len(await door.stored()) == 1


@pytest.mark.parametrize("place", ["query", "authorization", "dsn"])
async def test_keys_that_disagree_are_refused_even_if_both_are_good(
    door: Door, database: Database, place: str
):
    other = (await a_tenant(database, CLOCK)).key
    path, headers, envelope = door.path, door.auth, an_envelope(an_item())
    if place == "query":
        path += f"?sentry_key={other.public_key}"
    elif place == "authorization":
        headers["authorization"] = f"Sentry sentry_key={other.public_key}"
    else:
        envelope = an_envelope(an_item(), dsn=other.dsn("https://tocsin.example"))

    answer = await door.post(envelope, path=path, headers=headers)

    assert answer.status_code == 403
    assert answer.json() == {"detail": "Different keys were given in one request.", "causes": []}
    assert await door.stored() == []


async def test_without_a_key_nothing_is_taken(door: Door):
    answer = await door.post(an_envelope(an_item()), headers={})

    assert answer.status_code == 403
    assert answer.headers["x-sentry-error"].startswith("No sentry_key was given")
    assert await door.stored() == []


async def test_a_wrong_key_is_refused_and_locks_out_nobody_else(door: Door):
    wrong = {"x-sentry-auth": f"Sentry sentry_key={uuid4().hex}"}

    refused = [await door.post(an_envelope(an_item()), headers=wrong) for _ in range(3)]
    taken = await door.post(an_envelope(an_item()))

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert taken.status_code == 200
    assert len(await door.stored()) == 1


async def test_a_key_of_another_project_is_refused(door: Door, database: Database):
    other = await a_tenant(database, CLOCK)

    answer = await door.post(
        an_envelope(an_item()), path=f"/api/{other.key.service_number}/envelope/"
    )

    assert answer.status_code == 403
    assert "does not belong to project" in answer.json()["detail"]
    assert await door.stored() == []


async def test_a_key_that_is_no_longer_active_is_refused(door: Door, database: Database):
    async with database.raw_writing(SYSTEM) as db:
        await db.execute(
            "UPDATE ingest_keys SET is_active = false WHERE id = $1", door.tenant.key.id
        )

    answer = await door.post(an_envelope(an_item()))

    assert answer.status_code == 403
    assert await door.stored() == []


# How it is packed


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:40]) + gzip.compress(body[40:])),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("identity", bytes),
    ],
    ids=["gzip", "two members", "zlib", "raw deflate", "br", "zstd", "identity"],
)
async def test_every_encoding_is_stored_as_what_was_meant(door: Door, encoding: str, pack):
    event = an_event(extra={"long": "x" * 500})
    body = pack(an_envelope(an_item(payload=event)))

    answer = await door.post(body, headers={**door.auth, "content-encoding": encoding})

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [event]


async def test_an_unknown_encoding_is_refused_and_not_read_as_plain(door: Door):
    headers = {**door.auth, "content-encoding": "rot13"}

    answer = await door.post(an_envelope(an_item()), headers=headers)

    assert answer.status_code == 415
    assert "'rot13'" in answer.json()["detail"]
    assert await door.stored() == []


@pytest.mark.parametrize("kind", [None, "text/plain;charset=UTF-8", "application/json", "x"])
async def test_a_chunked_body_of_any_content_type_is_an_envelope(door: Door, kind: str | None):
    async def parts() -> AsyncIterator[bytes]:
        envelope = an_envelope(an_item())
        for start in range(0, len(envelope), 7):
            yield envelope[start : start + 7]

    headers = door.auth | ({"content-type": kind} if kind else {})

    answer = await door.post(b"", content=parts(), headers=headers)

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [an_event()]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_cannot_be_unpacked_is_malformed(door: Door, encoding: str):
    headers = {**door.auth, "content-encoding": encoding}

    answer = await door.post(b"this is not compressed at all", headers=headers)

    assert answer.status_code == 400
    assert await door.stored() == []


# How large it is


async def test_an_event_over_the_limit_is_refused_and_counted(door: Door):
    event = an_event(extra={"blob": "x" * 1_200_000})

    answer = await door.post(an_envelope(an_item(payload=event)))

    assert answer.status_code == 413
    assert await door.stored() == []
    assert await door.outcomes() == {("invalid", "error", "too_large"): 1}


async def test_a_bomb_is_refused_by_what_comes_out_of_it(door: Door):
    bomb = gzip.compress(b"\0" * 50_000_000, 1)

    answer = await door.post(bomb, headers={**door.auth, "content-encoding": "gzip"})

    assert answer.status_code == 413
    assert await door.stored() == []


async def test_a_body_that_says_it_is_too_large_is_not_even_read(door: Door):
    answer = await door.post(b"{}", headers={**door.auth, "content-length": "300000000"})

    assert answer.status_code == 413


# What is in it


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
    metrics = ({"type": "trace_metric", "item_count": 12}, b'{"items":\n[]}')

    answer = await door.post(an_envelope(metrics, an_item("brand_new"), an_item()))

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [an_event()]
    assert await door.outcomes() == {
        ("unsupported", "trace_metric", "item_type"): 12,
        ("unsupported", "brand_new", "item_type"): 1,
    }


@pytest.mark.parametrize(
    "kind",
    ["session", "client_report", "check_in", "feedback", "log", "span", "transaction", "statsd"],
)
async def test_what_is_not_supported_is_well_and_counted_by_its_name(door: Door, kind: str):
    answer = await door.post(an_envelope(an_item(kind)))

    assert answer.status_code == 200
    assert await door.stored() == []
    assert await door.outcomes() == {("unsupported", kind, "item_type"): 1}


async def test_items_around_an_event_do_not_hide_it(door: Door):
    attachment = ({"type": "attachment", "filename": "a.bin"}, b"\n\x00\xff{}\n")

    answer = await door.post(an_envelope(attachment, an_item(), an_item("session")))

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [an_event()]
    assert await door.outcomes() == {
        ("unsupported", "attachment", "item_type"): 1,
        ("unsupported", "session", "item_type"): 1,
    }


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
    assert [row.event for row in await door.stored()] == [an_event()]


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


# What it is called


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


@pytest.mark.parametrize("sent_at", ["yesterday", 17, "0001-01-01T00:00:00Z", "2026-11-21T10:00:00"])
async def test_a_time_of_sending_that_says_nothing_is_left_out(door: Door, sent_at: object):
    answer = await door.post(an_envelope(an_item(), sent_at=sent_at))

    assert answer.status_code == 200
    assert [row.sent_at for row in await door.stored()] == [None]


# Where it is sent


@pytest.mark.parametrize("path", ["/api/{}/envelope", "/api/{}/envelope/", "/errors/x/api/{}/envelope/"])
async def test_the_slash_is_optional_and_a_dsn_may_have_a_path(door: Door, path: str):
    answer = await door.post(
        an_envelope(an_item()), path=path.format(door.tenant.key.service_number)
    )

    assert answer.status_code == 200
    assert len(await door.stored()) == 1


@pytest.mark.parametrize(
    "pack",
    [bytes, lambda body: base64.b64encode(zlib.compress(body)), zlib.compress],
    ids=["json", "base64 of zlib", "zlib"],
)
@pytest.mark.parametrize("slash", ["/", ""])
async def test_old_clients_are_understood_at_the_store(door: Door, pack, slash: str):
    event_id = uuid4()
    event = an_event(event_id=event_id.hex)

    answer = await door.post(
        pack(json.dumps(event).encode()), path=door.store_path.rstrip("/") + slash
    )

    assert (answer.status_code, answer.json()) == (200, {"id": event_id.hex})
    assert [(row.event_id, row.event) for row in await door.stored()] == [(event_id, event)]


async def test_the_store_takes_gzip_and_makes_an_id(door: Door):
    headers = {**door.auth, "content-encoding": "gzip"}
    body = gzip.compress(json.dumps(an_event()).encode())

    answer = await door.post(body, path="/api/store/", headers=headers)

    assert answer.status_code == 200
    assert [row.event_id for row in await door.stored()] == [UUID(answer.json()["id"])]


@pytest.mark.parametrize("body", [b"", b"   ", b"%%%", b"xx"])
async def test_what_is_no_event_is_refused_at_the_store(door: Door, body: bytes):
    answer = await door.post(body, path=door.store_path)

    assert answer.status_code == 400
    assert await door.stored() == []
