"""The feed: numbered rows, written by the transaction that makes the change.

The last statement before the commit takes the positions: it locks the organization's head row until
the commit, so that positions have no gap and stand in commit order.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import orjson
from sqlalchemy import BigInteger, Index, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.feed import Change, FeedEntry, FeedKind
from domain.ids import OrganizationId
from persistence.database import RawConnection, Writing, raw_of
from persistence.tables import (
    Column,
    at_most,
    metadata,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

feed = Table(
    "feed",
    metadata,
    organization_column(),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    text_column("kind"),
    uuid_column("subject_id"),
    time_column("at"),
    Column("payload", JSONB, nullable=False),
    at_most("kind", 50),
    Index("feed_at_idx", "at", postgresql_using="brin"),
)

feed_heads = Table(
    "feed_heads",
    metadata,
    organization_column(),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    Column("trimmed_to", BigInteger, nullable=False, server_default=text("0")),
)

_APPEND = """
WITH head AS (
    INSERT INTO feed_heads AS h (organization_id, position) VALUES ($1, $2)
    ON CONFLICT (organization_id) DO UPDATE SET position = h.position + excluded.position
    RETURNING position
), added AS (
    INSERT INTO feed (organization_id, position, kind, subject_id, at, payload)
    SELECT $1, head.position - $2 + e.n, e.kind, e.subject_id, e.at, e.payload
    FROM head, ROWS FROM (
        unnest($3::text[]), unnest($4::uuid[]), unnest($5::timestamptz[]),
        jsonb_array_elements($6::text::jsonb)
    ) WITH ORDINALITY AS e (kind, subject_id, at, payload, n)
)
SELECT position FROM head
"""


async def append_raw(db: RawConnection, changes: Sequence[Change]) -> list[FeedEntry]:
    """Write changes with their positions; nothing may follow in the transaction but the commit."""
    by_organization: dict[OrganizationId, list[Change]] = defaultdict(list)
    for change in changes:
        by_organization[change.organization_id].append(change)
    entries: list[FeedEntry] = []
    for organization in sorted(by_organization):
        own = by_organization[organization]
        newest = await db.fetchval(
            _APPEND,
            organization,
            len(own),
            [change.kind.value for change in own],
            [change.subject_id for change in own],
            [change.at for change in own],
            orjson.dumps([change.payload for change in own]).decode(),
        )
        first = newest - len(own) + 1
        entries += [_entry(change, first + n) for n, change in enumerate(own)]
    return entries


async def append(db: Writing, changes: Sequence[Change]) -> list[FeedEntry]:
    """Write changes with their positions, at the end of a use case."""
    return await append_raw(await raw_of(db), changes)


def _entry(change: Change, position: int) -> FeedEntry:
    return FeedEntry(
        organization_id=change.organization_id,
        position=position,
        kind=change.kind,
        subject_id=change.subject_id,
        at=change.at,
        payload=change.payload,
    )


async def after(
    db: RawConnection, organization: OrganizationId, position: int, limit: int
) -> list[FeedEntry]:
    """Return what follows a position, in order, at most `limit` entries."""
    rows = await db.fetch(
        "SELECT position, kind, subject_id, at, payload FROM feed"
        " WHERE organization_id = $1 AND position > $2 ORDER BY position LIMIT $3",
        organization,
        position,
        limit,
    )
    return [
        FeedEntry(
            organization_id=organization,
            position=row["position"],
            kind=FeedKind(row["kind"]),
            subject_id=row["subject_id"],
            at=row["at"],
            payload=orjson.loads(row["payload"]),
        )
        for row in rows
    ]


async def heads(
    db: RawConnection, organizations: Collection[OrganizationId]
) -> dict[OrganizationId, tuple[int, int]]:
    """Return each organization's position before its oldest entry, and that of its newest."""
    rows = await db.fetch(
        "SELECT organization_id, trimmed_to, position FROM feed_heads"
        " WHERE organization_id = ANY ($1::uuid[])",
        list(organizations),
    )
    found = {OrganizationId(r["organization_id"]): (r["trimmed_to"], r["position"]) for r in rows}
    return {id_: found.get(id_, (0, 0)) for id_ in organizations}


async def trim(db: RawConnection, before: datetime, limit: int) -> int:
    """Forget the oldest entries, up to the first that is not older than `before`; return how many.

    At most `limit` of each organization. Positions decide, not moments: an entry may tell of
    something that happened long before it, and must not take along what came before it.
    """
    rows = await db.fetch(
        """
        WITH old AS (
            SELECT h.organization_id, (
                SELECT coalesce(min(position) FILTER (WHERE at >= $1) - 1, max(position)) FROM (
                    SELECT f.position, f.at FROM feed f
                    WHERE f.organization_id = h.organization_id AND f.position > h.trimmed_to
                    ORDER BY f.position LIMIT $2
                ) oldest
            ) AS upto
            FROM feed_heads h
        ), moved AS (
            UPDATE feed_heads h SET trimmed_to = old.upto FROM old
            WHERE h.organization_id = old.organization_id AND old.upto > h.trimmed_to
        )
        DELETE FROM feed f USING old
        WHERE f.organization_id = old.organization_id AND f.position <= old.upto
        RETURNING 1
        """,
        before,
        limit,
    )
    return len(rows)
