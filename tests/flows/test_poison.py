"""Events that nothing can be made of: each is kept aside with its reason, and takes none along."""

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from persistence.bodies import RAW, ZSTD
from persistence.inbox.queue import shard_of
from tests.flows.load import books_of, settled
from tests.flows.running import Installation, an_installation, eventually
from tests.house import Tenant

GOOD = json.dumps({"message": "the shop is closed"}).encode()
UNPACKED = "The stored body cannot be unpacked"
POISON = {
    (ZSTD, b"no zstd frame"): f"{UNPACKED}: error determining content size from frame header",
    (99, GOOD): f"{UNPACKED}: No body format 99 is known to this version.",
    (RAW, b"[1, 2, 3]"): "The event must be a JSON object.",
    (RAW, b"\x00\xff\xfe"): "The event is not JSON: Expecting value: line 1 column 1 (char 0).",
}
_INSERT = """
INSERT INTO inbox (shard, organization_id, service_id, ingest_key_id, kind, event_id, received_at,
    body_format, body)
VALUES ($1, $2, $3, $4, $5, $6, now(), $7, $8)
"""


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    async with an_installation(flow_database) as running:
        yield running


async def _put(
    house: Installation,
    tenant: Tenant,
    bodies: list[tuple[UUID, tuple[int, bytes]]],
    kind: str = "event",
) -> None:
    """Put bodies into the inbox together, as if the door had let them in."""
    connection = await asyncpg.connect(
        house.database_url, server_settings={"tocsin.scope": "system"}
    )
    key = tenant.key
    where = (shard_of(key.service_id), key.organization_id, key.service_id, key.id, kind)
    rows = [(*where, id_, body_format, body) for id_, (body_format, body) in bodies]
    await connection.executemany(_INSERT, rows)
    await connection.close()


async def test_poison_is_kept_aside_with_its_reason_and_its_neighbours_are_digested(
    house: Installation,
):
    tenant = await house.tenant()
    good = [(uuid4(), (RAW, GOOD)) for _ in range(20)]
    bad = [(uuid4(), body) for body in POISON]

    await _put(house, tenant, [*good[:10], *bad, *good[10:]])
    await settled(house, tenant, {id_ for id_, _ in good})
    letters = await eventually(
        lambda: house.sql(
            "SELECT event_id, body, reason FROM dead_letters WHERE organization_id = $1",
            tenant.organization,
        ),
        lambda found: len(found) == len(bad),
    )
    books = await books_of(house, tenant)

    assert {row["event_id"]: (row["body"], row["reason"]) for row in letters} == {
        id_: (body[1], POISON[body]) for id_, body in bad
    }
    assert set(books.occurrences) == {id_ for id_, _ in good}
    assert books.dead == len(bad)
    assert books.outcomes == {("accepted", ""): 20, ("invalid", "undigestible"): len(bad)}


async def test_what_a_newer_version_accepted_waits_for_it_and_holds_up_nobody(house: Installation):
    tenant = await house.tenant()
    newer, own = uuid4(), uuid4()

    await _put(house, tenant, [(newer, (RAW, GOOD))], kind="hologram")
    await _put(house, tenant, [(own, (RAW, GOOD))])
    books = await eventually(lambda: books_of(house, tenant), lambda books: books.occurrences)

    assert set(books.occurrences) == {own}
    assert (books.waiting, books.dead) == (1, 0)
