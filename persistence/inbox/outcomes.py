"""Outcomes: counters of what became of everything that clients sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.ids import IngestKeyId, OrganizationId
from domain.outcomes import Outcome, OutcomeKey
from persistence.database import RawConnection, Reading
from persistence.inbox.tables import ingest_outcomes
from persistence.reach import Reach

_ADD = """
INSERT INTO ingest_outcomes AS o
    (organization_id, ingest_key_id, minute, outcome, category, reason, quantity)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bigint[]
)
ON CONFLICT (organization_id, ingest_key_id, minute, outcome, category, reason)
DO UPDATE SET quantity = o.quantity + excluded.quantity
"""


async def add(db: RawConnection, counts: Mapping[OutcomeKey, int]) -> None:
    """Add to the counters, in one order so that two writers cannot lock each other out."""
    keys = sorted(
        counts,
        key=lambda k: (
            k.organization_id,
            k.ingest_key_id,
            k.minute,
            k.outcome,
            k.category,
            k.reason,
        ),
    )
    await db.execute(
        _ADD,
        [key.organization_id for key in keys],
        [key.ingest_key_id for key in keys],
        [key.minute for key in keys],
        [key.outcome.value for key in keys],
        [key.category for key in keys],
        [key.reason for key in keys],
        [counts[key] for key in keys],
    )


async def forget_before(db: RawConnection, minute: datetime) -> int:
    """Forget older counters, at most a hundred thousand at a time; return how many."""
    done = await db.execute(
        "DELETE FROM ingest_outcomes WHERE ctid = ANY (ARRAY("
        "SELECT ctid FROM ingest_outcomes WHERE minute < $1 LIMIT 100000))",
        minute,
    )
    return int(done.rpartition(" ")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which counters are wanted; what is None does not matter."""

    reach: Reach
    key: IngestKeyId | None
    outcomes: tuple[Outcome, ...] | None
    since: datetime
    until: datetime
    limit: int


async def counted(db: Reading, asked: Asked) -> list[tuple[OutcomeKey, int]]:
    """Return counters by key and minute, newest first."""
    c = ingest_outcomes.c
    wanted = select(ingest_outcomes).where(
        asked.reach.condition(ingest_outcomes), c.minute >= asked.since, c.minute < asked.until
    )
    if asked.key is not None:
        wanted = wanted.where(c.ingest_key_id == asked.key)
    if asked.outcomes is not None:
        wanted = wanted.where(c.outcome.in_(asked.outcomes))
    wanted = wanted.order_by(c.minute.desc(), c.ingest_key_id, c.outcome, c.category, c.reason)
    rows = await db.execute(wanted.limit(asked.limit), asked.reach.values())
    return [
        (
            OutcomeKey(
                organization_id=OrganizationId(row.organization_id),
                ingest_key_id=IngestKeyId(row.ingest_key_id),
                minute=row.minute,
                outcome=Outcome(row.outcome),
                category=row.category,
                reason=row.reason,
            ),
            row.quantity,
        )
        for row in rows
    ]
