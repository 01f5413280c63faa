"""The machine door over a real database: what nobody sends on purpose, and what some do."""

import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from application.outcomes import MAX_NAMES
from persistence.database import Database
from tests.house import Tenant
from tests.ingest.doors import Door, a_door, an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


@pytest.mark.parametrize("key", ["%00", "abc%00def", "%ED%A0%80", "a" * 60_000])
async def test_a_key_that_cannot_be_one_is_refused_like_any_other(door: Door, key: str):
    answer = await door.post(
        an_envelope(an_item()), path=f"{door.path}?sentry_key={key}", headers={}
    )

    assert answer.status_code == 403
    assert await door.stored() == []


async def test_half_a_character_in_a_header_loses_no_event(door: Door):
    event_id = uuid4()
    head = b'{"event_id":"%b","trace":{"transaction":"a \\ud83d"}}' % event_id.hex.encode()
    body = b"\n".join(
        [head, b'{"type":"event","x":"\xff","y":NaN}', json.dumps(an_event()).encode()]
    )

    answer = await door.post(body)

    assert (answer.status_code, answer.json()) == (200, {"id": event_id.hex})
    assert [row.event_id for row in await door.stored()] == [event_id]


@pytest.mark.parametrize("kind", ["transaction", "feedback"])
@pytest.mark.parametrize("is_store", [False, True], ids=["envelope", "store"])
async def test_what_comes_as_an_event_and_says_what_it_is_becomes_that(
    door: Door, kind: str, is_store: bool
):
    event_id = uuid4()
    document = {"event_id": event_id.hex, "type": kind, "contexts": {}}

    answer = await (
        door.post(json.dumps(document).encode(), path=door.store_path)
        if is_store
        else door.post(an_envelope(an_item("event", document)))
    )

    assert (answer.status_code, answer.json()) == (200, {"id": event_id.hex})
    [row] = await door.stored()
    assert (row.kind, row.event_id, json.loads(row.payload)) == (kind, event_id, document)
    assert row.headers["event_id"] == event_id.hex


async def test_a_type_deeper_in_an_event_says_nothing(door: Door):
    event = an_event(breadcrumbs=[{"type": "transaction"}], extra={"type": "feedback"})

    await door.post(an_envelope(an_item("event", event)))

    assert [row.kind for row in await door.stored()] == ["event"]


async def test_a_client_that_invents_names_fills_no_table_and_is_counted_whole(door: Door):
    invented = [({"type": f"invented-{n}"}, b"{}") for n in range(MAX_NAMES + 30)]

    answer = await door.post(an_envelope(*invented, an_item()))

    assert answer.status_code == 200
    assert len(await door.stored()) == 1
    outcomes = await door.outcomes()
    assert sum(outcomes.values()) == MAX_NAMES + 30
    # A minute may end in between: then there is room for as many names again.
    assert outcomes.get(("unsupported", "unknown", "other"), 30) == 30
