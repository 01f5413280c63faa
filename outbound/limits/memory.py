"""Token buckets in the memory of one process; it never waits for anything."""

from collections.abc import Sequence

from domain.limits import Bucket, Granted, Want, take

MAX_BUCKETS = 100_000


class MemoryLimiter:
    """Keeps the buckets that were used last: one that was not used for a minute is full anyway."""

    def __init__(self, max_buckets: int = MAX_BUCKETS) -> None:
        self._buckets: dict[str, Bucket] = {}
        self._max_buckets = max_buckets

    def __len__(self) -> int:
        """Return how many buckets are kept."""
        return len(self._buckets)

    async def take(self, wants: Sequence[Want], at: float) -> list[Granted]:
        """Take what is wanted; the answer is there at once."""
        return self.take_now(wants, at)

    def take_now(self, wants: Sequence[Want], at: float) -> list[Granted]:
        """Take what is wanted."""
        buckets = self._buckets
        granted = []
        for amount, limits in wants:
            amounts, waits, left = [], [], []
            for limit in limits:
                name = limit[0]
                buckets[name], amount, wait = take(buckets.get(name), limit, amount, at)
                amounts.append(amount)
                waits.append(wait)
                left.append(buckets[name][0])
            granted.append(Granted(amounts, waits, left))
        if len(buckets) > self._max_buckets:
            self._forget()
        return granted

    def _forget(self) -> None:
        """Forget the half that was not used for the longest time."""
        latest = sorted(self._buckets.items(), key=lambda named: named[1][1], reverse=True)
        self._buckets = dict(latest[: self._max_buckets // 2])

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""
