"""The bell over PostgreSQL LISTEN and NOTIFY: what an installation without Redis uses.

Not through a pooler in transaction mode: LISTEN belongs to a session. Equal messages of one batch
arrive once (PostgreSQL folds them), which is what a bell wants.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import asyncpg

from outbound.bus.link import Link, Message

# PostgreSQL refuses 8,000: "payload string too long".
LARGEST_PAYLOAD_BYTES = 7_999

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class PostgresBackend(Link):
    """Listens over one connection and notifies over another, many messages in one statement."""

    largest_bytes = LARGEST_PAYLOAD_BYTES
    broken = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

    def __init__(
        self,
        dsn: str,
        *,
        prefix: str,
        patience_seconds: float,
        server_settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(patience_seconds=patience_seconds)
        self._dsn = dsn
        self._prefix = f"{prefix}_"
        self._settings = {"application_name": f"{prefix} bus", **(server_settings or {})}
        self._listening: Connection | None = None
        self._sending: Connection | None = None
        self._talking = asyncio.Lock()

    async def _listen(self) -> None:
        connection = await self._connected()
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        try:
            async with self._talking:
                self._listening = connection
                for channel in self._channels():
                    await self._listen_on(connection, channel)
            while True:
                await self._must_stand(connection, gone)
        finally:
            self._listening = None
            connection.terminate()

    async def _must_stand(self, connection: Connection, gone: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(self.patience_seconds):
                await gone.wait()
        except TimeoutError:
            self._must_be_complete()
            # A peer that vanished without a word does not close the socket; only asking tells.
            async with self._talking:
                await connection.execute("SELECT 1", timeout=self.patience_seconds)
        else:
            raise ConnectionError("the server closed the connection")

    async def _join(self, channel: str) -> None:
        async with self._talking:
            if self._listening is not None and not self._acknowledged[channel].is_set():
                await self._listen_on(self._listening, channel)

    async def _listen_on(self, connection: Connection, channel: str) -> None:
        await connection.add_listener(self._wire(channel), self._notified)
        self._subscribed(channel)

    def _notified(self, _: object, _pid: int, name: str, payload: object) -> None:
        self._heard(name.removeprefix(self._prefix), str(payload))

    async def _send(self, batch: Sequence[Message]) -> None:
        if self._sending is None:
            self._sending = await self._connected()
        try:
            await self._sending.execute(
                "SELECT pg_notify(channel, payload)"
                " FROM unnest($1::text[], $2::text[]) AS message (channel, payload)",
                [self._wire(channel) for channel, _ in batch],
                [message for _, message in batch],
            )
        except BaseException:  # also when our patience ends: what state it is in is not known
            self._sending.terminate()
            self._sending = None
            raise

    async def _close(self) -> None:
        if self._sending is not None:
            self._sending.terminate()
            self._sending = None

    async def _connected(self) -> Connection:
        return await asyncpg.connect(
            self._dsn,
            server_settings=self._settings,
            timeout=self.patience_seconds,
        )

    def _wire(self, channel: str) -> str:
        return self._prefix + channel
