"""The bell over Redis pub/sub, for installations of several machines.

Pub/sub is not bound to a Redis database number, so the prefix keeps installations apart.
"""

import asyncio
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from outbound.bus.link import Link, Message

IDLE_CHECK_SECONDS = 15


class RedisBackend(Link):
    """Listens over one connection and publishes over another, in pipelines."""

    broken = (RedisError, OSError)

    def __init__(self, url: str, *, prefix: str, patience_seconds: float) -> None:
        super().__init__(patience_seconds=patience_seconds)
        self._prefix = f"{prefix}:"
        # No retry inside the driver: it would reconnect without telling that messages were lost.
        self._client = Redis.from_url(
            url,
            decode_responses=True,
            health_check_interval=IDLE_CHECK_SECONDS,
            socket_keepalive=True,
            socket_connect_timeout=patience_seconds,
            retry=Retry(NoBackoff(), 0),
        )
        self._pubsub: PubSub | None = None
        self._subscribing = asyncio.Lock()

    async def _listen(self) -> None:
        async with self._client.pubsub() as pubsub:
            try:
                async with self._subscribing:
                    await pubsub.subscribe(*map(self._wire, self._channels()))
                    self._pubsub = pubsub
                await self._hear(pubsub)
            finally:
                self._pubsub = None

    async def _hear(self, pubsub: PubSub) -> None:
        is_pinged = False
        while True:
            message = await pubsub.get_message(timeout=self.patience_seconds)
            if message is None:
                self._must_be_complete()
                if is_pinged:
                    raise ConnectionError("the server does not answer")
                await pubsub.ping()
                is_pinged = True
                continue
            is_pinged = False
            if message["type"] == "message":
                self._heard(self._unwire(message["channel"]), message["data"])
            elif message["type"] == "subscribe":
                self._subscribed(self._unwire(message["channel"]))

    async def _join(self, channel: str) -> None:
        async with self._subscribing:
            if self._pubsub is not None:
                await self._pubsub.subscribe(self._wire(channel))

    async def _send(self, batch: Sequence[Message]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for channel, message in batch:
                pipeline.publish(self._wire(channel), message)
            await pipeline.execute()

    async def _close(self) -> None:
        await self._client.aclose()

    def _wire(self, channel: str) -> str:
        return self._prefix + channel

    def _unwire(self, name: str) -> str:
        return name.removeprefix(self._prefix)
