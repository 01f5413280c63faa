"""Outcomes: counters of what became of everything that clients sent."""

from collections.abc import Mapping

from domain.outcomes import OutcomeKey
from persistence.database import RawConnection

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
