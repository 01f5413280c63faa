"""Small stand-ins at the edges that are not under test: a bus that remembers, a spool in memory."""

from collections.abc import Awaitable, Callable, Sequence


class HeardBus:
    """Fits the port of the bus: remembers what was published, and tells the listeners at once."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str]] = []
        self._heard: dict[str, list[Callable[[str | None], None]]] = {}

    async def publish(self, channel: str, message: str) -> None:
        """Remember and tell."""
        self.published.append((channel, message))
        for heard in self._heard.get(channel, []):
            heard(message or None)

    @property
    def is_up(self) -> bool:
        """It always is."""
        return True

    def on(self, channel: str, heard: Callable[[str | None], None]) -> None:
        """Add a listener."""
        self._heard.setdefault(channel, []).append(heard)


class MemorySpool:
    """Fits the port of the spool, with a bound in records."""

    def __init__(self, bound: int = 1_000_000) -> None:
        self.kept: list[bytes] = []
        self.aside: list[bytes] = []
        self._bound = bound

    async def append(self, records: Sequence[bytes]) -> bool:
        """Keep, unless full."""
        if len(self.kept) + len(records) > self._bound:
            return False
        self.kept += records
        return True

    async def drain(self, handle: Callable[[Sequence[bytes]], Awaitable[None]], batch: int) -> int:
        """Hand over everything."""
        total = 0
        while taken := self.kept[:batch]:
            await handle(taken)
            del self.kept[: len(taken)]
            total += len(taken)
        return total

    def set_aside(self, record: bytes) -> None:
        """Remember what nobody could take."""
        self.aside.append(record)

    @property
    def records(self) -> int:
        """How many wait."""
        return len(self.kept)
