"""What every handler of telemetry does first: leave out what was counted before."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from application.digest.kinds import outcome_key
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome, OutcomeKey
from persistence.database import RawConnection
from persistence.telemetry import seen

Read = TypeVar("Read")

# By their own id alone; of the others, one sending may hold several under the envelope's id.
_TOLD_BY_ID = frozenset({ItemKind.TRANSACTION})


def identity(item: InboxItem) -> UUID:
    """Return what makes an item the same when it comes twice."""
    parts = [item.kind.value.encode(), item.event_id.bytes]
    if item.kind not in _TOLD_BY_ID:
        parts.append(item.body)
    return UUID(bytes=hashlib.sha256(b"\0".join(parts)).digest()[:16])


async def fresh(
    db: RawConnection, read: Sequence[tuple[InboxItem, Read]]
) -> tuple[list[tuple[InboxItem, Read]], list[InboxItem]]:
    """Return what was not counted before, and the items that were."""
    once: dict[tuple[Any, UUID], tuple[InboxItem, Read]] = {}
    again: list[InboxItem] = []
    for item, what in read:
        key = (item.service_id, identity(item))
        if key in once:
            again.append(item)
        else:
            once[key] = (item, what)
    taken = await seen.remember(
        db,
        [
            (item.organization_id, item.service_id, key[1], item.received_at)
            for key, (item, _) in once.items()
        ],
    )
    again += [item for key, (item, _) in once.items() if key not in taken]
    return [one for key, one in once.items() if key in taken], again


def duplicates(items: Sequence[InboxItem], category: str) -> Counter[OutcomeKey]:
    """Count items that came again."""
    return Counter(outcome_key(item, Outcome.DEDUPLICATED, category) for item in items)


def accepted(items: Sequence[InboxItem], category: str) -> Counter[OutcomeKey]:
    """Count items that were stored."""
    return Counter(outcome_key(item, Outcome.ACCEPTED, category) for item in items)
