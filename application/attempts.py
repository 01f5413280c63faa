"""Use cases of attempts: count before looking, so that guesses at the same time count as well."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from application.clock import Clock
from domain.attempts import FORGET_AFTER, Attempts, Slowed, failed
from domain.failures import TooMany
from persistence import attempts
from persistence.database import SYSTEM, Database, Writing

_FORGET_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptUseCases:
    """Slows down who tries too much."""

    database: Database
    clock: Clock

    async def begin(self, slowed: Sequence[Slowed]) -> Mapping[bytes, Attempts]:
        """Count an attempt as failed under each name, or refuse it while one is to wait."""
        at = self.clock.now()
        async with self.database.writing(SYSTEM) as db:
            await attempts.forget_before(db, at - FORGET_AFTER, _FORGET_AT_ONCE)
            known = await attempts.locked(db, [one.name for one in slowed], at)
            free_at = max(found.free_at for found in known.values())
            if free_at > at:
                raise TooMany(
                    "Too much was tried in vain; wait before you try again.",
                    retry_after_seconds=_seconds(free_at - at),
                )
            counted = {one.name: failed(known[one.name], one, at) for one in slowed}
            await attempts.put(db, counted)
        return counted

    async def succeeded(self, db: Writing, slowed: Sequence[Slowed], *, forget: int) -> None:
        """Forget the first names, and take the failure back that was counted under the others."""
        await attempts.forget(db, [one.name for one in slowed[:forget]])
        if others := slowed[forget:]:
            known = await attempts.locked(db, [one.name for one in others], self.clock.now())
            await attempts.put(db, {name: found.forgiven() for name, found in known.items()})


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
