"""The machine door over a real database: what hostile clients send, and what is then stored.

The cases are those of a probe against existing servers: what both lost in silence is kept here.
"""

import base64
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import brotli
import pytest
import zstandard

from persistence.database import SYSTEM, Database
from tests.application.doubles import MemorySpool
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant
from tests.ingest.doors import Door, a_door, an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


def _raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


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


@pytest.mark.parametrize(
    "path", ["/api/{}/envelope", "/api/{}/envelope/", "/errors/x/api/{}/envelope/"]
)
async def test_the_slash_is_optional_and_a_dsn_may_have_a_path(door: Door, path: str):
    answer = await door.post(
        an_envelope(an_item()), path=path.format(door.tenant.key.service_number)
    )

    assert answer.status_code == 200
    assert len(await door.stored()) == 1


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (b"no envelope", "", "malformed"),
        (b"not gzip", "gzip", "malformed"),
        (gzip.compress(b" " * 45_000_000), "gzip", "too_large"),
        (b"{}", "rot13", "encoding"),
    ],
    ids=["malformed", "broken", "bomb", "encoding"],
)
async def test_a_body_that_nothing_can_be_made_of_is_counted(
    door: Door, body: bytes, encoding: str, reason: str
):
    headers = {**door.auth, "content-encoding": encoding}

    await door.post(body, headers=headers)
    await door.post(body, headers=headers, path=door.store_path)

    counted = await door.outcomes()
    assert counted[("invalid", "unknown", reason)] == 1
    assert counted[("invalid", "error", reason)] == 1


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


async def test_a_browser_may_ask_first_and_is_told_what_it_may_send(door: Door):
    headers = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-sentry-auth,content-encoding,sentry-trace,baggage",
    }

    answer = await door.http.options(door.path, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = set(answer.headers["access-control-allow-headers"].split(","))
    assert allowed >= {
        *("x-sentry-auth", "content-type", "authorization", "content-encoding"),
        *("sentry-trace", "baggage"),
    }
    assert answer.headers["access-control-max-age"] == "3600"
    assert await door.stored() == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"headers": {}}, 403),
        ({"body": b"no envelope"}, 400),
        ({"encoding": "rot13"}, 415),
        ({"length": "300000000"}, 413),
        ({}, 200),
    ],
    ids=["403", "400", "415", "413", "200"],
)
async def test_a_browser_may_read_every_answer(door: Door, wrong: dict[str, object], status: int):
    headers = wrong.get("headers", door.auth) | {"origin": "https://shop.example"}
    headers |= {"content-encoding": wrong["encoding"]} if "encoding" in wrong else {}
    headers |= {"content-length": wrong["length"]} if "length" in wrong else {}

    answer = await door.post(wrong.get("body", an_envelope(an_item())), headers=headers)

    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    exposed = set(answer.headers["access-control-expose-headers"].split(","))
    assert exposed == {"x-sentry-error", "x-sentry-rate-limits", "retry-after"}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_events_are_only_posted(door: Door, method: str):
    answer = await door.http.request(method, door.path, headers=door.auth)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_while_the_database_is_away_the_disk_takes_what_comes(
    tenant: Tenant, database: Database
):
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=2)
    spool = MemorySpool()

    async with a_door(tenant, database, inbox_database=nowhere, spool=spool) as door:
        answer = await door.post(an_envelope(an_item()))

    assert answer.status_code == 200
    assert spool.records == 1


async def test_when_the_disk_is_full_too_the_client_is_told_to_come_back(
    tenant: Tenant, database: Database
):
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=2)

    async with a_door(tenant, database, inbox_database=nowhere, spool=MemorySpool(0)) as door:
        answer = await door.post(an_envelope(an_item()))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["access-control-allow-origin"] == "*"


class BrokenSpool(MemorySpool):
    """A disk that fails."""

    async def append(self, records: Sequence[bytes]) -> bool:
        raise OSError(28, "No space left on device")


async def test_a_disk_that_fails_leaves_nobody_without_an_answer(
    tenant: Tenant, database: Database
):
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=2)

    async with a_door(tenant, database, inbox_database=nowhere, spool=BrokenSpool()) as door:
        answers = [await door.post(an_envelope(an_item())) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 503]
