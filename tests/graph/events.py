"""A raw client of server-sent events, as the HTML standard has it: what an EventSource sees."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.graph.serving import Served

ACCEPT = "text/event-stream"
SECONDS = 10


@dataclass
class Event:
    """One event, and which lines it was made of."""

    name: str = "message"
    data: list[str] = field(default_factory=list)
    id: str | None = None

    @property
    def result(self) -> Any:
        return json.loads("\n".join(self.data))


class Events:
    """One stream; every wait in it is bounded."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        # What an EventSource remembers for when it comes back.
        self.last_id: str | None = None
        self.retry_milliseconds: int | None = None
        self.comments = 0
        self._lines = response.aiter_lines()

    async def next(self) -> Event | None:
        """Return the next event, None when the stream has ended."""
        event, is_any = Event(), False
        async with asyncio.timeout(SECONDS):
            async for line in self._lines:
                name, _, value = line.partition(":")
                match name, value.removeprefix(" "):
                    case "", "" if not line:
                        if is_any:
                            return event
                    case "", _:
                        self.comments += 1
                    case "event", text:
                        event.name, is_any = text, True
                    case "data", text:
                        event.data.append(text)
                        is_any = True
                    case "id", text:
                        event.id = self.last_id = text
                    case "retry", text:
                        self.retry_milliseconds = int(text)
        return None

    async def result(self) -> Any:
        """Return what the next event says, which must be a result."""
        event = await self.next()
        assert event is not None
        assert event.name == "next"
        return event.result

    async def batch(self) -> dict[str, Any]:
        """Return the next batch of `errorFeed`."""
        result = await self.result()
        assert "errors" not in result, result
        batch: dict[str, Any] = result["data"]["errorFeed"]
        return batch

    async def changes(self, count: int) -> list[dict[str, Any]]:
        """Return the next changes, from as many batches as they come in."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            found += (await self.batch())["changes"]
        assert len(found) == count
        return found

    async def is_complete(self) -> bool:
        """Wait for the end, and say whether the server said that it was one."""
        event = await self.next()
        if event is None:
            return False
        assert (event.name, event.data) == ("complete", [""])
        assert await self.next() is None
        return True


@asynccontextmanager
async def streaming(
    door: Served,
    token: str | None,
    query: str,
    *,
    method: str = "POST",
    last_id: str | None = None,
    headers: dict[str, str] | None = None,
    **variables: Any,
) -> AsyncIterator[Events]:
    """Ask for events, and read them for the length of a block."""
    sent = {"Accept": ACCEPT, **(headers or {})}
    if last_id is not None:
        sent["Last-Event-ID"] = last_id
    asked: dict[str, Any] = {"json": {"query": query, "variables": variables}}
    if method == "GET":
        asked = {"params": {"query": query, "variables": json.dumps(variables)}}
    async with door.client(token).stream(method, door.url, headers=sent, **asked) as response:
        yield Events(response)
