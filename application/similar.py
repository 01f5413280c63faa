"""Use case: which errors are like one, and why."""

from typing import NamedTuple

from domain.errors import Error
from domain.likeness import Likeness, buckets_of, ranked
from persistence.database import Database, Scope
from persistence.errors import rows as errors
from persistence.merges import likenesses


class Similar(NamedTuple):
    """An error that is like another."""

    error: Error
    likeness: Likeness


async def similar_to(
    database: Database, scope: Scope, error: Error, *, first: int
) -> list[Similar]:
    """Return the errors that are most like one, best first; those merged into others are not."""
    async with database.raw_reading(scope) as raw:
        own = await likenesses.traits_of(raw, error.organization_id, error.id)
        if own is None:
            return []
        near = await likenesses.alike(raw, error.organization_id, error.id, buckets_of(own))
    best = ranked(own, near, first)
    async with database.reading(scope) as db:
        found = await errors.by_ids(db, [key for key, _ in best])
    return [Similar(found[key], like) for key, like in best if key in found]
