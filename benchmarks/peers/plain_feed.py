"""The live feed as Strawberry's documentation has it: `python plain_feed.py REDIS_URL PORT`.

Each subscriber has an asynchronous generator, and each event is executed for each of them. Events
come finished over Redis, through one subscription of the process. Nobody asks who watches. The
transport is set as ours is: uvicorn with uvloop, websockets-sansio, no compression.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import strawberry
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

REDIS_URL, PORT = sys.argv[1], int(sys.argv[2])
LISTENERS: set[asyncio.Queue[bytes]] = set()


@strawberry.type
class Service:
    """A service."""

    id: strawberry.ID
    name: str


@strawberry.type
class Error:
    """An error."""

    id: strawberry.ID
    title: str
    culprit: str
    status: str
    severity: str
    level: str
    environment: str | None
    occurrence_count: int
    users_affected_count: int
    first_seen_at: str
    last_seen_at: str
    service: Service


@strawberry.type
class Change:
    """One change."""

    kind: str
    cursor: str
    at: str
    count: int
    error: Error | None


@strawberry.type
class Batch:
    """Some changes."""

    kind: str
    cursor: str
    omitted: int
    changes: list[Change]


def batch_of(message: bytes) -> Batch:
    """Return the batch that a message holds."""
    said = json.loads(message)
    return Batch(
        kind=said["kind"],
        cursor=said["cursor"],
        omitted=said["omitted"],
        changes=[_change(change) for change in said["changes"]],
    )


def _change(change: dict[str, object]) -> Change:
    error = change["error"]
    assert isinstance(error, dict)
    return Change(
        kind=str(change["kind"]),
        cursor=str(change["cursor"]),
        at=str(change["at"]),
        count=1,
        error=Error(
            id=error["id"],
            title=error["title"],
            culprit=error["culprit"],
            status=error["status"],
            severity=error["severity"],
            level=error["level"],
            environment=error["environment"],
            occurrence_count=error["occurrenceCount"],
            users_affected_count=error["usersAffectedCount"],
            first_seen_at=error["firstSeenAt"],
            last_seen_at=error["lastSeenAt"],
            service=Service(**error["service"]),
        ),
    )


@strawberry.type
class Query:
    """What can be asked."""

    ok: bool = True


@strawberry.type
class Subscription:
    """What can be watched."""

    @strawberry.subscription
    async def error_feed(self) -> AsyncGenerator[Batch]:
        """Every change."""
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        LISTENERS.add(queue)
        try:
            yield Batch(kind="CHANGES", cursor="", omitted=0, changes=[])
            while True:
                yield batch_of(await queue.get())
        finally:
            LISTENERS.discard(queue)


async def listen() -> None:
    """Hand every message to everybody."""
    async with Redis.from_url(REDIS_URL).pubsub() as subscription:
        await subscription.subscribe("changes")
        async for message in subscription.listen():
            if message["type"] == "message":
                for queue in LISTENERS:
                    queue.put_nowait(message["data"])


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Listen as long as the server runs."""
    listening = asyncio.create_task(listen())
    print("ready", flush=True)
    yield
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening


schema = strawberry.Schema(
    Query, subscription=Subscription, extensions=[ParserCache, ValidationCache]
)
door: GraphQL[None, None] = GraphQL(schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
app = Starlette(routes=[WebSocketRoute("/graphql", door)], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=PORT,
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
