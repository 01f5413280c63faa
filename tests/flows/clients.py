"""The clients of an installation: programs under the real SDK, and watchers of the live feed."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import websockets
from websockets.asyncio.client import ClientConnection, connect

from graph.cursors import cursor_of

PROGRAMS = Path(__file__).parent / "programs"
CHANGES = "kind cursor changes { kind cursor errorId count }"
RESTARTED = 1012


class Program:
    """A program of a user's, under the real SDK, that fails when it is told to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def fails(self, how: str) -> str:
        """Let it fail, and return the event's id once the SDK has sent it."""
        self._process.stdin.write(f"{how}\n".encode())
        return (await self._process.stdout.readline()).decode().strip()


@asynccontextmanager
async def a_program(name: str, dsn: str) -> AsyncIterator[Program]:
    """Run a program of `programs/` for the length of a block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAMS / f"{name}.py"),
        dsn,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        process.stdin.close()
        await process.wait()


class Watcher:
    """Watches `errorFeed` over graphql-transport-ws, and remembers what it was sent."""

    def __init__(self, socket: ClientConnection) -> None:
        self.batches: list[dict[str, object]] = []
        self.refusal: object = None
        self.close_code: int | None = None
        self._socket = socket
        self._more = asyncio.Event()
        self._reader = asyncio.create_task(self._read(), name="watcher reads")

    @property
    def changes(self) -> list[dict[str, object]]:
        """Every change that came, in the order in which it came."""
        return [change for batch in self.batches for change in batch["changes"]]

    @property
    def positions(self) -> list[int]:
        """The place of every change in the feed."""
        return [position_of(change["cursor"]) for change in self.changes]

    @property
    def cursor(self) -> str | None:
        """Where to go on after a break."""
        return self.batches[-1]["cursor"] if self.batches else None

    async def until(self, is_so: Callable[["Watcher"], object], seconds: float = 20.0) -> None:
        """Wait until it is so, or the time has run out, or the socket is closed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not is_so(self) and not self._reader.done():
                    self._more.clear()
                    await self._more.wait()

    async def closed(self, seconds: float = 20.0) -> int | None:
        """Wait for the end of the socket, and return its code."""
        await asyncio.wait([self._reader], timeout=seconds)
        return self.close_code

    async def stop(self) -> None:
        """Go away."""
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                self._take(json.loads(text))
        except websockets.ConnectionClosed:
            pass
        finally:
            self.close_code = self._socket.close_code
            self._more.set()

    def _take(self, message: dict[str, object]) -> None:
        match message["type"]:
            case "next" if message["payload"].get("data"):
                self.batches.append(message["payload"]["data"]["errorFeed"])
            case "next" | "error":
                self.refusal = message["payload"]
        self._more.set()


async def watching(
    url: str,
    token: str,
    *,
    selection: str = CHANGES,
    after: str | None = None,
    organization: str | None = None,
) -> Watcher:
    """Open a socket and subscribe; a new watch is in place when this returns."""
    socket = await connect(
        f"{url.replace('http', 'ws', 1)}/graphql", subprotocols=["graphql-transport-ws"]
    )
    init = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
    await socket.send(json.dumps(init))
    assert json.loads(await socket.recv())["type"] == "connection_ack"
    document = (
        "subscription ($after: Cursor, $organization: ID) {"
        f" errorFeed(after: $after, organization: $organization) {{ {selection} }} }}"
    )
    variables = {"after": after, "organization": organization}
    payload = {"query": document, "variables": variables}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    watcher = Watcher(socket)
    if after is None:
        await watcher.until(lambda w: w.batches or w.refusal)
    return watcher


class Follower:
    """A watcher as a dashboard is one: when its socket ends, it comes back and goes on."""

    def __init__(self, url: str, token: str) -> None:
        self.watchers: list[Watcher] = []
        self._url = url
        self._token = token
        self._task: asyncio.Task[None] | None = None

    @property
    def positions(self) -> list[int]:
        """The places of all changes that it was sent, over all of its sockets."""
        return [position for watcher in self.watchers for position in watcher.positions]

    @property
    def close_codes(self) -> list[int | None]:
        """How its sockets ended, except the last."""
        return [watcher.close_code for watcher in self.watchers[:-1]]

    @property
    def kinds(self) -> set[object]:
        """What its batches asked of it."""
        return {batch["kind"] for watcher in self.watchers for batch in watcher.batches}

    async def start(self) -> None:
        """Watch, from now on."""
        self.watchers.append(await watching(self._url, self._token))
        self._task = asyncio.create_task(self._follow(), name="follower")

    async def until(self, is_so: Callable[["Follower"], object], seconds: float = 20.0) -> None:
        """Wait until it is so, or the time has run out."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not is_so(self):
                    await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Go away for good."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.watchers[-1].stop()

    async def _follow(self) -> None:
        cursor = self.watchers[-1].cursor
        while True:
            await self.watchers[-1].closed(seconds=600)
            cursor = self.watchers[-1].cursor or cursor
            with contextlib.suppress(OSError, websockets.WebSocketException):
                self.watchers.append(await watching(self._url, self._token, after=cursor))
            await asyncio.sleep(0.05)


@asynccontextmanager
async def followed(url: str, token: str) -> AsyncIterator[Follower]:
    """Lend a follower for the length of a block."""
    follower = Follower(url, token)
    await follower.start()
    try:
        yield follower
    finally:
        await follower.stop()


def position_of(cursor: object) -> int:
    """Return the place that a cursor stands for; clients need not and cannot know it."""
    return cursor_of(cursor).position
