"""Clients that are at home nowhere: when their connection ends, they go on at the next process."""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

import httpx
import websockets

from tests.flows.clients import CHANGES, Watcher, position_of, watching

REST_SECONDS = 0.02


class Nomad(ABC):
    """Goes on after the last place that it saw, at the next of several processes."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        self.batches: list[dict[str, object]] = []
        self.moves = 0
        # How its connections ended.
        self.ends: list[object] = []
        self._urls = cycle(urls)
        self._token = token
        self._task: asyncio.Task[None] | None = None

    @property
    def positions(self) -> list[int]:
        """The place of every change that it was sent, in the order in which they came."""
        changes = [change for batch in self.batches for change in batch["changes"]]
        return [position_of(change["cursor"]) for change in changes]

    @property
    def kinds(self) -> set[object]:
        """What its batches asked of it."""
        return {batch["kind"] for batch in self.batches}

    @property
    def cursor(self) -> str | None:
        """Where it goes on."""
        return self.batches[-1]["cursor"] if self.batches else None

    async def until(self, is_so: Callable[["Nomad"], object], seconds: float = 20.0) -> None:
        """Wait until it is so, or the time has run out."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not is_so(self):
                    await asyncio.sleep(REST_SECONDS)

    @abstractmethod
    async def watch(self, url: str) -> object:
        """Watch at one process until its connection ends; return how it did."""

    async def _wander(self) -> None:
        for url in self._urls:
            with contextlib.suppress(OSError, httpx.HTTPError, websockets.WebSocketException):
                self.moves += 1
                self.ends.append(await self.watch(url))
            await asyncio.sleep(REST_SECONDS)

    @asynccontextmanager
    async def wandering(self) -> AsyncIterator["Nomad"]:
        """Watch for the length of a block; it has begun when the block does."""
        self._task = asyncio.create_task(self._wander(), name="nomad")
        try:
            await self.until(lambda nomad: nomad.batches)
            yield self
        finally:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class SocketNomad(Nomad):
    """Goes on over WebSocket, by the argument `after`."""

    async def watch(self, url: str) -> object:
        """Watch until the socket ends; return its code."""
        watcher = await watching(url, self._token, after=self.cursor)
        taken = 0

        def take(own: Watcher) -> bool:
            nonlocal taken
            self.batches += own.batches[taken:]
            taken = len(own.batches)
            return False

        await watcher.until(take, seconds=600)
        take(watcher)
        return watcher.close_code


class EventNomad(Nomad):
    """Goes on over server-sent events, as an EventSource does: by `Last-Event-ID`."""

    async def watch(self, url: str) -> object:
        """Watch until the stream ends; return the last word on when to come back."""
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self._token}"}
        if self.cursor is not None:
            headers["Last-Event-ID"] = self.cursor
        query = f"subscription {{ errorFeed {{ {CHANGES} }} }}"
        retry = None
        async with (
            httpx.AsyncClient(timeout=600, trust_env=False) as http,
            http.stream(
                "POST", f"{url}/graphql", headers=headers, json={"query": query}
            ) as response,
        ):
            assert response.status_code == 200
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "data" and value:
                    self.batches.append(json.loads(value)["data"]["errorFeed"])
                elif name == "retry":
                    retry = int(value)
        return retry
