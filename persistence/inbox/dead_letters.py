"""Dead letters: accepted items that could not be digested, kept whole with the reason."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, RowMapping, bindparam, func, select

from domain.ids import DeadLetterId, OrganizationId, ServiceId
from domain.inbox import DeadLetter, InboxItem
from persistence.bodies import unpack
from persistence.database import RawConnection, Reading
from persistence.inbox import queue
from persistence.inbox.tables import dead_letters
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach

KEYSET = Keyset("dl", "created_at")

_BURY = """
INSERT INTO dead_letters (
    id, organization_id, service_id, ingest_key_id, kind, event_id,
    received_at, sent_at, remote_address, client, body_format, body, reason
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::timestamptz[],
    $8::timestamptz[], $9::inet[], $10::text[], $11::smallint[], $12::bytea[], $13::text[]
)
"""


async def bury(db: RawConnection, letters: Sequence[tuple[UUID, InboxItem, str]]) -> None:
    """Keep items that cannot be digested, each under an id and with its reason."""
    items = [item for _, item, _ in letters]
    await db.execute(
        _BURY,
        [id_ for id_, _, _ in letters],
        [item.organization_id for item in items],
        [item.service_id for item in items],
        [item.ingest_key_id for item in items],
        [item.kind.value for item in items],
        [item.event_id for item in items],
        [item.received_at for item in items],
        [item.sent_at for item in items],
        [item.remote_address for item in items],
        [item.client for item in items],
        [item.body_format for item in items],
        [item.body for item in items],
        [reason[:1000] for _, _, reason in letters],
    )


async def count(db: RawConnection) -> int:
    """Return how many dead letters there are."""
    return int(await db.fetchval("SELECT count(*) FROM dead_letters"))


_LIGHT = (
    dead_letters.c.id,
    dead_letters.c.organization_id,
    dead_letters.c.service_id,
    dead_letters.c.kind,
    dead_letters.c.event_id,
    dead_letters.c.received_at,
    dead_letters.c.client,
    dead_letters.c.reason,
    dead_letters.c.created_at,
    func.octet_length(dead_letters.c.body).label("packed_bytes"),
)


def _letter(row: RowMapping) -> DeadLetter:
    values = {name: row[name] for name in DeadLetter.__dataclass_fields__}
    values.update(
        id=DeadLetterId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        service_id=ServiceId(row["service_id"]),
    )
    return DeadLetter(**values)


async def page_of(
    db: Reading, page: Page, reach: Reach, service: ServiceId | None = None
) -> Found[DeadLetter]:
    """Return a page of the dead letters of a reach, newest first."""
    wanted = select(*_LIGHT).where(
        reach.condition(dead_letters), *page.conditions(KEYSET, dead_letters)
    )
    if service is not None:
        wanted = wanted.where(dead_letters.c.service_id == service)
    rows = await db.execute(
        wanted.order_by(*page.order(KEYSET, dead_letters)).limit(one_more()),
        {**reach.values(), **page.values()},
    )
    placed = [(Place(row["created_at"], row["id"]), _letter(row)) for row in rows.mappings()]
    return found_on(page, placed)


async def count_of(db: Reading, reach: Reach, service: ServiceId | None = None) -> int:
    """Return how many dead letters a reach has."""
    wanted = select(func.count()).select_from(dead_letters).where(reach.condition(dead_letters))
    if service is not None:
        wanted = wanted.where(dead_letters.c.service_id == service)
    return int(await db.scalar(wanted, reach.values()) or 0)


async def by_ids(
    db: Reading, ids: Sequence[DeadLetterId], reach: Reach
) -> dict[DeadLetterId, DeadLetter]:
    """Return the dead letters of these ids that the caller may see."""
    wanted = select(*_LIGHT).where(reach.condition(dead_letters), dead_letters.c.id.in_(ids))
    rows = await db.execute(wanted, reach.values())
    return {(found := _letter(row)).id: found for row in rows.mappings()}


async def oldest_of(db: Reading, reach: Reach, limit: int) -> list[DeadLetterId]:
    """Return the dead letters of a reach that have waited longest."""
    wanted = (
        select(dead_letters.c.id)
        .where(reach.condition(dead_letters))
        .order_by(dead_letters.c.created_at, dead_letters.c.id)
        .limit(bindparam("most", type_=Integer))
    )
    rows = await db.execute(wanted, {**reach.values(), "most": limit})
    return [DeadLetterId(row.id) for row in rows]


async def body_of(db: Reading, id_: DeadLetterId, reach: Reach) -> bytes | None:
    """Return the body of a dead letter as it was handed over; None if it cannot be unpacked."""
    rows = await db.execute(
        select(dead_letters.c.body_format, dead_letters.c.body).where(
            reach.condition(dead_letters), dead_letters.c.id == id_
        ),
        reach.values(),
    )
    row = rows.first()
    if row is None:
        return None
    try:
        return unpack(row.body_format, row.body)
    except Exception:  # a broken body may be why it is here
        return None


_TAKE = """
DELETE FROM dead_letters WHERE organization_id = $1 AND id = ANY ($2::uuid[])
RETURNING organization_id, service_id, ingest_key_id, kind, event_id, received_at, sent_at,
    host(remote_address) AS remote_address, client, body_format, body
"""


async def replay(
    db: RawConnection, organization: OrganizationId, ids: Sequence[DeadLetterId]
) -> int:
    """Put dead letters back at the end of the inbox, and return how many were still there."""
    rows = await db.fetch(_TAKE, organization, list(ids))
    items = [queue.item_of(row) for row in sorted(rows, key=lambda row: row["received_at"])]
    if items:
        await queue.append(db, items)
    return len(items)


async def discard(
    db: RawConnection, organization: OrganizationId, ids: Sequence[DeadLetterId]
) -> int:
    """Remove dead letters for good, and return how many were still there."""
    return len(
        await db.fetch(
            "DELETE FROM dead_letters WHERE organization_id = $1 AND id = ANY ($2::uuid[])"
            " RETURNING id",
            organization,
            list(ids),
        )
    )


async def forget_before(db: RawConnection, before: datetime) -> int:
    """Remove the dead letters that nobody cared for, and return how many there were."""
    rows = await db.fetch("DELETE FROM dead_letters WHERE created_at < $1 RETURNING 1", before)
    return len(rows)
