"""Token buckets in Redis, shared by all processes: one script, one round trip for many requests.

While a call is on its way, what others want is collected and goes with the next: nobody waits for
a timer, and however many requests there are, Redis sees one call at a time. While Redis is away
each process limits by itself.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.limits import Granted, Want
from outbound.limits.memory import MemoryLimiter

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.25
RETRY_SECONDS = 1.0
MAX_WANTS = 1_000
# A bucket that was not used for so long is full; there is no need to remember it.
EXPIRE_SECONDS = 120

# The same arithmetic as domain.limits.take, in doubles as in Python.
_SCRIPT = """
local ask = cjson.decode(ARGV[1])
local kept, changed, answer = {}, {}, {}
for w, want in ipairs(ask) do
  local at, amount, given = want[1], want[2], {}
  for n, limit in ipairs(want[3]) do
    local key, capacity, rate = KEYS[limit[1]], limit[2], limit[3]
    local bucket = kept[key]
    if bucket == nil then
      local stored = redis.call('HMGET', key, 'tokens', 'at')
      bucket = stored[1] and {tonumber(stored[1]), tonumber(stored[2])} or {capacity, at}
      kept[key] = bucket
    end
    local since, now = at - bucket[2], at
    if since <= 0 then since, now = 0, bucket[2] end
    local tokens = math.min(capacity, bucket[1] + since * rate / 60)
    amount = math.min(amount, math.floor(tokens))
    tokens = tokens - amount
    bucket[1], bucket[2] = tokens, now
    local wait = 0
    if tokens < 1 then wait = (1 - tokens) * 60 / rate end
    given[n] = {amount, wait, tokens}
  end
  answer[w] = given
end
for key, bucket in pairs(kept) do
  redis.call('HSET', key, 'tokens', string.format('%.17g', bucket[1]),
    'at', string.format('%.17g', bucket[2]))
  redis.call('EXPIRE', key, tonumber(ARGV[2]))
end
return cjson.encode(answer)
"""


@dataclass(slots=True)
class _Request:
    wants: Sequence[Want]
    at: float
    granted: "asyncio.Future[list[Granted]]"


class RedisLimiter:
    """Asks Redis, and its own memory while Redis is away."""

    def __init__(
        self, url: str, *, prefix: str, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._prefix = f"{prefix}:limit:"
        self._client = Redis.from_url(
            url,
            socket_keepalive=True,
            socket_connect_timeout=patience_seconds,
            socket_timeout=patience_seconds,
            retry=Retry(NoBackoff(), 0),
            # There is one call at a time; a pool would cost a fifth of each (measured).
            single_connection_client=True,
        )
        self._script = self._client.register_script(_SCRIPT)
        self._own = MemoryLimiter()
        self._waiting: list[_Request] = []
        self._asking: asyncio.Task[None] | None = None
        self._try_again_at = 0.0
        self._is_away = False
        self.calls = 0

    async def take(self, wants: Sequence[Want], at: float) -> list[Granted]:
        """Take what is wanted, in one call with what others want meanwhile."""
        if time.monotonic() < self._try_again_at:
            return self._own.take_now(wants, at)
        request = _Request(wants, at, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_while_waiting(), name="limiter")
        # A client that hangs up takes nothing from those who share its call.
        return await asyncio.shield(request.granted)

    def try_again(self) -> None:
        """Ask Redis at the next want, however short it has been away."""
        self._try_again_at = 0.0

    async def close(self) -> None:
        """Close the connections."""
        if self._asking is not None:
            await asyncio.gather(self._asking, return_exceptions=True)
        await self._client.aclose()

    async def _ask_while_waiting(self) -> None:
        try:
            while batch := self._next_batch():
                await self._answer(batch)
        finally:
            self._asking = None

    def _next_batch(self) -> list[_Request]:
        wants = taken = 0
        for request in self._waiting:
            wants += len(request.wants)
            if taken and wants > MAX_WANTS:
                break
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return batch

    async def _answer(self, batch: Sequence[_Request]) -> None:
        try:
            granted = await self._ask(batch)
            self._note_there()
        except Exception as error:  # whatever is wrong with Redis: a limit must not stop ingest
            self._note_away(error)
            granted = [self._own.take_now(request.wants, request.at) for request in batch]
        for request, own in zip(batch, granted, strict=True):
            if not request.granted.done():
                request.granted.set_result(own)

    async def _ask(self, batch: Sequence[_Request]) -> list[list[Granted]]:
        numbers: dict[str, int] = {}
        asked = [
            (
                request.at,
                want.amount,
                [
                    (numbers.setdefault(bucket, len(numbers) + 1), capacity, per_minute)
                    for bucket, capacity, per_minute in want.limits
                ],
            )
            for request in batch
            for want in request.wants
        ]
        self.calls += 1
        told = await self._script(
            keys=[self._prefix + bucket for bucket in numbers],
            args=[orjson.dumps(asked), EXPIRE_SECONDS],
        )
        answers = iter(orjson.loads(told)) if asked else iter(())
        return [[_granted(next(answers)) for _ in request.wants] for request in batch]

    def _note_away(self, error: Exception) -> None:
        self._try_again_at = time.monotonic() + RETRY_SECONDS
        if not self._is_away:
            is_known = isinstance(error, RedisError | OSError)
            log.warning(
                "Redis is away: each process limits by itself",
                extra={"why": str(error)},
                exc_info=None if is_known else error,
            )
        self._is_away = True

    def _note_there(self) -> None:
        if self._is_away:
            log.info("Redis is back: the limits are shared again")
        self._is_away = False
        self.try_again()


def _granted(told: Sequence[tuple[float, float, float]]) -> Granted:
    amounts, waits, left = zip(*told, strict=True)
    return Granted(tuple(int(amount) for amount in amounts), waits, left)
