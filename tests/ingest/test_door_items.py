"""The machine door over a real database: items beside events, their limits and their ids."""

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from persistence.database import Database
from tests.house import Tenant
from tests.ingest.doors import Door, a_door, an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)
MIB = 1024 * 1024


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


@pytest.mark.parametrize(
    "kind",
    [
        "transaction",
        "span",
        "session",
        "sessions",
        "check_in",
        "user_report",
        "feedback",
        "client_report",
    ],
)
@pytest.mark.parametrize("says_length", [True, False], ids=["length", "no length"])
async def test_an_item_of_a_supported_kind_is_handed_over_as_it_was_sent(
    door: Door, kind: str, says_length: bool
):
    headers, payload = {"type": kind, "content_type": f"application/vnd.{kind}"}, b'{"a": [1]}'
    if says_length:
        body = an_envelope((headers, payload))
    else:
        body = b"\n".join([b"{}", json.dumps(headers).encode(), payload])

    answer = await door.post(body)

    assert answer.status_code == 200
    [row] = await door.stored()
    assert (row.kind, row.payload) == (kind, payload)
    assert row.headers["content_type"] == f"application/vnd.{kind}"
    assert await door.outcomes() == {}


async def test_an_attachment_knows_the_event_of_its_envelope(door: Door):
    event_id = uuid4()
    headers = {
        "type": "attachment",
        "filename": "log.txt",
        "content_type": "text/plain",
        "attachment_type": "event.attachment",
    }
    attachment = (headers, b"\x00\n\xff")

    answer = await door.post(an_envelope(attachment, an_item(), event_id=event_id.hex))

    assert answer.json() == {"id": event_id.hex}
    stored, event = await door.stored()
    assert stored.payload == b"\x00\n\xff"
    assert stored.headers == {**headers, "length": 3, "event_id": event_id.hex}
    assert event.event_id == event_id


async def test_an_attachment_before_an_event_without_an_id_knows_the_one_that_was_made(door: Door):
    attachment = ({"type": "attachment", "filename": "a", "event_id": "not ours"}, b"x")

    answer = await door.post(an_envelope(attachment, an_item()))

    stored, event = await door.stored()
    assert stored.headers["event_id"] == event.event_id.hex == answer.json()["id"]


async def test_a_screenshot_knows_the_feedback_that_it_was_sent_with(door: Door):
    event_id = uuid4()
    feedback = an_item("feedback", {"event_id": event_id.hex, "contexts": {"feedback": {}}})

    await door.post(an_envelope(feedback, ({"type": "attachment"}, b"png")))

    stored, attachment = await door.stored()
    assert stored.event_id == event_id
    assert attachment.headers["event_id"] == event_id.hex


@pytest.mark.parametrize(
    ("kind", "limit", "category"),
    [
        ("transaction", MIB, "transaction"),
        ("span", MIB, "span"),
        ("check_in", 100 * 1024, "monitor"),
        ("client_report", 4 * 1024, "internal"),
        ("feedback", MIB, "feedback"),
    ],
)
async def test_an_item_over_its_limit_does_not_take_the_event_along(
    door: Door, kind: str, limit: int, category: str
):
    large = ({"type": kind}, b"x" * (limit + 1))

    answer = await door.post(an_envelope(large, an_item()))

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == ["event"]
    assert await door.outcomes() == {("invalid", category, "too_large"): 1}


async def test_an_item_at_its_limit_is_taken(door: Door):
    answer = await door.post(an_envelope(({"type": "check_in"}, b"x" * 100 * 1024)))

    assert answer.status_code == 200
    assert [len(row.payload) for row in await door.stored()] == [100 * 1024]


async def test_an_event_over_its_limit_does_not_take_its_attachment_along(door: Door):
    large = an_item(payload=an_event(extra="x" * MIB))

    answer = await door.post(an_envelope(large, ({"type": "attachment"}, b"x")))

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == ["attachment"]
    assert await door.outcomes() == {("invalid", "error", "too_large"): 1}


async def test_when_nothing_else_was_taken_the_answer_is_413(door: Door):
    answer = await door.post(an_envelope(({"type": "client_report"}, b"x" * 5000), an_item("log")))

    assert answer.status_code == 413
    assert await door.stored() == []
    assert await door.outcomes() == {
        ("invalid", "internal", "too_large"): 1,
        ("unsupported", "log_item", "log"): 1,
    }


async def test_of_many_sessions_the_first_hundred_are_taken(door: Door):
    answer = await door.post(an_envelope(*[an_item("session", {"sid": n}) for n in range(103)]))

    assert answer.status_code == 200
    assert len(await door.stored()) == 100
    assert await door.outcomes() == {("invalid", "session", "too_many"): 3}


async def test_an_empty_item_is_counted_and_the_event_taken(door: Door):
    answer = await door.post(an_envelope(({"type": "feedback"}, b""), an_item()))

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == ["event"]
    assert await door.outcomes() == {("invalid", "feedback", "empty"): 1}


async def test_an_envelope_holds_one_event_or_transaction(door: Door):
    answer = await door.post(an_envelope(an_item("transaction", {"a": 1}), an_item()))

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == ["transaction"]
    assert await door.outcomes() == {("invalid", "error", "second_event"): 1}


@pytest.mark.parametrize(
    ("kind", "is_same"),
    [
        ("transaction", True),
        ("feedback", True),
        ("user_report", True),
        ("attachment", True),
        ("session", True),
        ("span", True),
        ("sessions", False),
        ("client_report", False),
    ],
)
async def test_what_says_one_thing_twice_has_one_id(door: Door, kind: str, is_same: bool):
    envelope = an_envelope(an_item(kind, {"event_id": uuid4().hex, "sid": "a"}))

    for _ in range(2):
        await door.post(envelope)

    one, other = await door.stored()
    assert (one.event_id == other.event_id) is is_same


async def test_item_headers_that_are_too_deep_or_odd_cost_nothing(door: Door):
    deep = b'{"type":"session","x":' + b'{"a":' * 400 + b"1" + b"}" * 400 + b',"y":"z"}'
    body = b"{}\n" + deep + b"\n{}\n"

    answer = await door.post(body)

    assert answer.status_code == 200
    assert [row.headers for row in await door.stored()] == [{"type": "session", "y": "z"}]


@pytest.mark.parametrize("path", ["/tunnel/", "/tunnel", "/monitoring/tunnel/"])
async def test_a_tunnel_asks_for_nothing_but_the_dsn_of_the_envelope(door: Door, path: str):
    envelope = an_envelope(an_item(), dsn=door.tenant.key.dsn("https://tocsin.example"))

    answer = await door.post(envelope, path=f"{path}?sentry_key={uuid4().hex}", headers={})

    assert answer.status_code == 200
    assert [row.event for row in await door.stored()] == [an_event()]


@pytest.mark.parametrize(
    "dsn",
    [None, 7, "", "https://tocsin.example/1", f"https://{uuid4().hex}@tocsin.example/1", "{key}0"],
    ids=["none", "number", "empty", "no key", "unknown key", "another project"],
)
async def test_without_its_dsn_a_tunnel_takes_nothing(door: Door, dsn: object):
    if dsn == "{key}0":
        dsn = door.tenant.key.dsn("https://tocsin.example") + "0"
    envelope = an_envelope(an_item(), dsn=dsn)

    answer = await door.post(envelope, path="/tunnel/", headers=door.auth)

    assert answer.status_code == 403
    assert answer.headers["access-control-allow-origin"] == "*"
    assert await door.stored() == []


async def test_an_id_is_the_same_in_any_writing(door: Door):
    event_id = uuid4()

    await door.post(an_envelope(an_item(), event_id=str(event_id)))
    await door.post(an_envelope(an_item(), event_id=event_id.hex))

    assert {row.event_id for row in await door.stored()} == {UUID(event_id.hex)}
