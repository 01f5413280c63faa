"""Rates: how much each token and each person may ask of the API in a minute (API-06)."""

import math
from dataclasses import dataclass

from application.clock import Clock
from application.ports import Limiter
from domain.limits import Limit, Want
from domain.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Rate:
    """What is left of a minute's requests; `wait_seconds` is not 0 when this one is refused."""

    limit: int
    remaining: int
    reset_seconds: int
    wait_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRates:
    """Takes one request from the bucket of who asks."""

    limiter: Limiter
    clock: Clock
    per_minute: int

    async def take(self, viewer: Viewer) -> Rate:
        """Count a request; a program is counted by its token, a person wherever they sign in."""
        who = f"token:{viewer.token}" if viewer.token else f"user:{viewer.user}"
        limit = Limit(f"api:{who}", self.per_minute, self.per_minute)
        at = self.clock.now().timestamp()
        [granted] = await self.limiter.take([Want(1, (limit,))], at)
        left = granted.left[0]
        return Rate(
            limit=self.per_minute,
            remaining=max(0, int(left)),
            reset_seconds=math.ceil((self.per_minute - left) * 60 / self.per_minute),
            wait_seconds=0 if granted.amounts[0] else max(1, math.ceil(granted.waits[0])),
        )
