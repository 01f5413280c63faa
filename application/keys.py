"""The key ring: which ingest key a client names, without asking the database each time.

Refusals are remembered for each key by itself, never for a project: one POST with a wrong key must
not lock out the right ones. While the database is away a known key goes on working.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.clock import Clock
from domain.ids import IngestKeyId
from domain.services import IngestKey
from persistence import services
from persistence.database import SYSTEM, Database, is_away

FRESH = timedelta(seconds=5)
MAX_KEYS = 50_000
MAX_LENGTH = 100


@dataclass(slots=True)
class _Known:
    key: IngestKey | None
    asked_at: datetime


class KeysUnknown(Exception):
    """The database is away and the key was never seen: nobody can say whether it is good."""


@dataclass(slots=True, kw_only=True)
class KeyRing:
    """The ingest keys that this process has met; a revoked key is refused within five seconds."""

    database: Database
    clock: Clock
    _keys: "OrderedDict[str, _Known]" = field(default_factory=OrderedDict)
    _by_id: dict[IngestKeyId, IngestKey] = field(default_factory=dict)
    _asking: "dict[str, asyncio.Task[IngestKey | None]]" = field(default_factory=dict)

    async def find(self, public_key: str) -> IngestKey | None:
        """Return the active key of this name, or None when there is none."""
        # No key of ours looks so, and what is asked for is remembered.
        if len(public_key) > MAX_LENGTH or "\0" in public_key:
            return None
        known = self._keys.get(public_key)
        if known is not None and self.clock.now() - known.asked_at < FRESH:
            return known.key
        try:
            return await self._ask(public_key)
        except Exception as error:
            if not is_away(error):
                raise
            if known is None:
                raise KeysUnknown from error
            return known.key

    def met(self, id_: IngestKeyId) -> IngestKey:
        """Return the key of an id, as it was when it was last found."""
        return self._by_id[id_]

    async def _ask(self, public_key: str) -> IngestKey | None:
        """Ask once, however many requests wait for the answer."""
        task = self._asking.get(public_key)
        if task is None:
            task = asyncio.create_task(self._load(public_key))
            self._asking[public_key] = task
            task.add_done_callback(lambda _: self._asking.pop(public_key, None))
        return await asyncio.shield(task)

    async def _load(self, public_key: str) -> IngestKey | None:
        async with self.database.reading(SYSTEM) as db:
            key = await services.key_named(db, public_key)
        found = key if key is not None and key.is_active else None
        self._keys[public_key] = _Known(found, self.clock.now())
        self._keys.move_to_end(public_key)
        if found is not None:
            self._by_id[found.id] = found
        while len(self._keys) > MAX_KEYS:
            _, oldest = self._keys.popitem(last=False)
            if oldest.key is not None:
                self._by_id.pop(oldest.key.id, None)
        return found
