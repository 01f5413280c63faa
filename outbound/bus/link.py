"""A backend over a connection that may break at any time: it mends itself and says so.

`broadcaster` has no reconnect in any of its backends, and its maintainer does not want one there.
Two tasks per process: one listens, one sends. Neither ever ends by an error, because a dead task
would be a bell that nobody misses.

What could not be sent is not kept: the database is the log. The channel is remembered instead, and
when the link is back one empty message per channel tells everybody to look. So nobody who publishes
ever waits, whatever the other side does.
"""

import asyncio
import logging
import random
from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress

from outbound.bus.backend import GAP, Backend

logger = logging.getLogger(__name__)

OUTBOX_LIMIT = 1_000
BATCH_LIMIT = 200
FIRST_DELAY_SECONDS = 0.05
LONGEST_DELAY_SECONDS = 1.0

Message = tuple[str, str]


class Link(Backend):
    """Listens and sends over connections that it opens anew whenever they are lost."""

    # What the driver raises when a connection cannot be used; OSError covers TimeoutError.
    broken: tuple[type[Exception], ...]

    def __init__(self, *, patience_seconds: float) -> None:
        super().__init__()
        # How long the other side may stay silent, at each step; a dead link is noticed after two.
        self.patience_seconds = patience_seconds
        self._acknowledged: dict[str, asyncio.Event] = {}
        self._wanted = asyncio.Event()
        self._missed: set[str] = set()
        self._listening_delay = _Delay()
        self._outbox: asyncio.Queue[Message] = asyncio.Queue(OUTBOX_LIMIT)
        self._owed: set[str] = set()
        # Of which channels something did not fit into the outbox, while the link stands.
        self._overflowed: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_up(self) -> bool:
        """Whether every subscription is acknowledged, and nothing is owed to the other side."""
        return not self._owed and all(each.is_set() for each in self._acknowledged.values())

    @abstractmethod
    async def _listen(self) -> None:
        """Connect, subscribe to `_channels`, report what arrives; return only by an exception."""

    @abstractmethod
    async def _join(self, channel: str) -> None:
        """Subscribe to one more channel if the connection stands."""

    @abstractmethod
    async def _send(self, batch: Sequence[Message]) -> None:
        """Send messages in order, over a connection that is opened if there is none."""

    @abstractmethod
    async def _close(self) -> None:
        """Close the connections."""

    async def connect(self) -> None:
        """Start both tasks; an unreachable server is not an error."""
        self._tasks = [
            asyncio.create_task(self._keep_listening(), name="bus listens"),
            asyncio.create_task(self._keep_sending(), name="bus sends"),
        ]

    async def disconnect(self) -> None:
        """Send what still waits, for as long as our patience lasts, then close."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience_seconds):
                await self._outbox.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._close()

    async def subscribe(self, group: str) -> None:
        """Listen to a channel; return when the server has acknowledged, or is plainly away."""
        acknowledged = self._acknowledged.setdefault(group, asyncio.Event())
        self._wanted.set()
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self._join(group)
                await acknowledged.wait()
        except self.broken as error:
            # The listening task goes on trying; whoever listens hears of the gap then.
            self._missed.add(group)
            logger.warning("The bus cannot listen to %r yet: %r.", group, error)

    async def unsubscribe(self, group: str) -> None:
        """Forget a channel; the server forgets it with the connection."""
        self._acknowledged.pop(group, None)

    async def publish(self, channel: str, message: str) -> None:
        """Queue a message; while the link is down or choked only remember that there was one."""
        if self._owed:
            self._give_up(channel)
        elif self._outbox.full():
            self._overflowed.add(channel)
            self.counts.lost += 1
        else:
            self._outbox.put_nowait((channel, message))

    def _channels(self) -> Sequence[str]:
        return list(self._acknowledged)

    def _heard(self, channel: str, message: str) -> None:
        if channel in self._acknowledged:
            self._arrived(channel, message)

    def _subscribed(self, channel: str) -> None:
        if (acknowledged := self._acknowledged.get(channel)) is None:
            return
        # A second acknowledgement means that the driver has reconnected behind our back.
        if channel in self._missed or acknowledged.is_set():
            self._missed.discard(channel)
            self._arrived(channel, GAP)
        acknowledged.set()
        self._listening_delay.reset()

    def _must_be_complete(self) -> None:
        if self._missed:
            raise ConnectionError("a subscription was not acknowledged")

    async def _keep_listening(self) -> None:
        await self._wanted.wait()
        while True:
            try:
                await self._listen()
            except Exception as error:
                self._listening_delay.log("The bus is deaf: %r.", error)
            self.counts.reconnects += any(e.is_set() for e in self._acknowledged.values())
            for channel, acknowledged in self._acknowledged.items():
                acknowledged.clear()
                self._missed.add(channel)
            await self._listening_delay.sleep()

    async def _keep_sending(self) -> None:
        while True:
            batch = [await self._outbox.get()]
            while len(batch) < BATCH_LIMIT and not self._outbox.empty():
                batch.append(self._outbox.get_nowait())
            overflowed, self._overflowed = self._overflowed, set()
            sent = [*batch, *((channel, GAP) for channel in overflowed)]
            # The second time over a new connection: an idle one may have died unnoticed.
            if await self._sent(sent) or await self._sent(sent):
                self.counts.published += len(batch)
            else:
                self._owed |= overflowed
                for channel, _ in batch:
                    self._give_up(channel)
            for _ in batch:
                self._outbox.task_done()
            if self._owed:
                await self._make_good()

    async def _make_good(self) -> None:
        delay = _Delay()
        while self._owed:
            delay.log("The bus is mute; %d messages lost so far.", self.counts.lost)
            while not self._outbox.empty():
                self._give_up(self._outbox.get_nowait()[0])
                self._outbox.task_done()
            await delay.sleep()
            owed = frozenset(self._owed)
            if await self._sent([(channel, GAP) for channel in owed]):
                self._owed -= owed

    async def _sent(self, batch: Sequence[Message]) -> bool:
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self._send(batch)
        except Exception as error:
            logger.debug("The bus could not send %d messages: %r.", len(batch), error)
            return False
        return True

    def _give_up(self, channel: str) -> None:
        self._owed.add(channel)
        self.counts.lost += 1


class _Delay:
    """Grows with each failure, with jitter so that processes do not come back all at once."""

    def __init__(self) -> None:
        self._seconds = FIRST_DELAY_SECONDS

    def reset(self) -> None:
        self._seconds = FIRST_DELAY_SECONDS

    def log(self, message: str, detail: object) -> None:
        # Loud once; an outage of an hour must not fill the log.
        is_first = self._seconds == FIRST_DELAY_SECONDS
        logger.log(logging.WARNING if is_first else logging.DEBUG, message, detail)

    async def sleep(self) -> None:
        await asyncio.sleep(self._seconds * random.uniform(0.5, 1.0))  # noqa: S311  not a secret
        self._seconds = min(self._seconds * 2, LONGEST_DELAY_SECONDS)
