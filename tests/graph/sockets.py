"""A raw client of graphql-transport-ws: it sends what a test tells it to, right or wrong."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PROTOCOL = "graphql-transport-ws"
SECONDS = 10


class Socket:
    """One connection; every wait in it is bounded."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        """Return the next message; a binary frame would be a broken protocol."""
        async with asyncio.timeout(SECONDS):
            frame = await self.connection.recv()
        assert isinstance(frame, str)
        return json.loads(frame)

    async def init(self, token: str | None) -> "Socket":
        """Sign in."""
        await self.send({"type": "connection_init", "payload": {"token": token}})
        assert await self.receive() == {"type": "connection_ack"}
        return self

    async def subscribe(self, id_: str, query: str, **variables: object) -> None:
        """Start an operation."""
        payload = {"query": query, "variables": variables}
        await self.send({"id": id_, "type": "subscribe", "payload": payload})

    async def next(self, id_: str) -> dict[str, Any]:
        """Return the next result of an operation, which must be what comes next."""
        message = await self.receive()
        assert (message["id"], message["type"]) == (id_, "next"), message
        return message["payload"]

    async def close_code(self) -> tuple[int, str]:
        """Wait for the server to close; return its code and reason."""
        with suppress(ConnectionClosed):
            while True:
                await self.receive()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def a_socket(
    url: str, *, protocols: tuple[str, ...] | None = (PROTOCOL,), **settings: Any
) -> AsyncIterator[Socket]:
    """Open a socket for the length of a block."""
    async with connect(url, subprotocols=protocols, proxy=None, **settings) as connection:
        yield Socket(connection)
