"""Dead letters: accepted items that could not be digested, kept whole with the reason."""

from collections.abc import Sequence
from uuid import UUID

from domain.inbox import InboxItem
from persistence.database import RawConnection

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
