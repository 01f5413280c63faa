"""The bodies of occurrences, by occurrence: all that was sent, in shape and scrubbed."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from strawberry.dataloader import DataLoader

from domain.ids import OccurrenceId
from graph.loaders.batch import batched
from persistence.database import Database, Reading, Scope
from persistence.occurrence_rows import bodies_of
from persistence.reach import Reach, reach_of

Body = Mapping[str, Any]


def loader_of(database: Database, scope: Scope) -> DataLoader[OccurrenceId, Body]:
    """Return the loader of bodies as JSON objects; an occurrence without one has an empty one."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: _read(db, ids, reach), {})


async def _read(
    db: Reading, ids: Sequence[OccurrenceId], reach: Reach
) -> Mapping[OccurrenceId, Body]:
    found = await bodies_of(db, ids, reach)
    return {id_: _object(orjson.loads(body)) for id_, body in found.items()}


def _object(body: Any) -> Body:
    return body if isinstance(body, dict) else {}
