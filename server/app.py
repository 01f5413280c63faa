"""The ASGI application: the machine doors in front, Starlette behind them for everything else."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.health import Health, HealthUseCases
from graph.transport import GraphQLApp
from server import metrics
from server.auth import AuthPages
from server.dashboard import Dashboard
from server.downloads import Downloads
from server.heartbeat import beat
from server.logs import request_id
from server.memory import settle
from server.oidc import OidcPages
from server.settings import Settings
from server.widget import Widget
from server.wiring.base import CLOCK
from server.wiring.serving import Serving, serving

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# For so long at most, of the time to drain, those who watch are sent away one after the other.
LONGEST_LEAVING_SECONDS = 5.0
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class _Looks:
    """The last look at the installation: a scrape must not become a load."""

    health: HealthUseCases
    at: float = 0.0
    found: Health | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def latest(self) -> Health | None:
        async with self.lock:
            if time.monotonic() - self.at > LOOK_SECONDS:
                try:
                    self.found = await self.health.look()
                except Exception as error:  # the database is away: that is the finding
                    log.debug("no look at the database", extra={"why": str(error)})
                    self.found = None
                self.at = time.monotonic()
            return self.found


class App:
    """One `serve` process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._serving: Serving | None = None
        self._looks: _Looks | None = None
        self._graphql: GraphQLApp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._is_leaving = False
        self._starlette = Starlette(lifespan=self._lifespan)

    def leave(self, then: Callable[[], None]) -> bool:
        """Send away who watches, and then do something; False when that is begun or idle already.

        It may be called from a signal's handler.
        """
        if self._is_leaving or self._loop is None or self._graphql is None:
            return False
        self._is_leaving = True
        self._loop.call_soon_threadsafe(self._begin_to_leave, self._graphql, then)
        return True

    def _begin_to_leave(self, graphql: GraphQLApp, then: Callable[[], None]) -> None:
        longest = min(LONGEST_LEAVING_SECONDS, self._settings.drain_seconds / 2)

        async def drain() -> None:
            try:
                await graphql.live.drain(longest)
            finally:
                then()

        self._leaving = asyncio.create_task(drain(), name="those who watch are sent away")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a machine door's request to it, and any other to Starlette."""
        if (
            scope["type"] == "http"
            and self._serving is not None
            and self._serving.ingest.handles(scope["path"])
        ):
            await self._serving.ingest(scope, receive, send)
        else:
            await _with_request_id(self._starlette, scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            own = await stack.enter_async_context(serving(self._settings))
            self._looks = _Looks(HealthUseCases(database=own.base.database, clock=CLOCK))
            stop = asyncio.Event()
            beating = asyncio.create_task(beat(own.base.upkeep, own.base.heartbeat, stop))
            self._starlette.router.routes[:] = self._routes(own)
            self._serving = own
            self._loop = asyncio.get_running_loop()
            settle()
            log.info("serving", extra={"at": self._settings.public_url})
            yield
            log.info("stopping: the inbox is emptied first")
            stop.set()
            await beating

    def _routes(self, own: Serving) -> list[BaseRoute]:
        graphql = GraphQLApp(own.house, allowed_origins=self._settings.allowed_origins)
        self._graphql = graphql
        return [
            Route("/healthz", _alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
            *graphql.routes("/graphql"),
            *_auth_routes(own, graphql),
            *Downloads(links=own.house.links).routes(),
            *Widget().routes(),
            *Dashboard().routes(),
        ]

    async def _ready(self, _request: Request) -> Response:
        """Say whether this process can do its work: the database answers and fits the code."""
        if self._is_leaving:
            return JSONResponse({"ready": False, "detail": "The process is stopping."}, 503)
        health = await self._looks.latest() if self._looks else None
        if health is None:
            return JSONResponse({"ready": False, "detail": "The database is away."}, 503)
        if health.schema_version != health.needed_version:
            detail = f"The schema is at {health.schema_version}, not {health.needed_version}."
            return JSONResponse({"ready": False, "detail": detail}, 503)
        return JSONResponse({"ready": True})

    async def _metrics(self, _request: Request) -> Response:
        health = await self._looks.latest() if self._looks else None
        assert self._serving is not None  # noqa: S101 routes exist only while serving
        text = metrics.exposition(self._serving, health)
        return Response(text, media_type=metrics.CONTENT_TYPE)


def _auth_routes(own: Serving, graphql: GraphQLApp) -> list[BaseRoute]:
    pages = AuthPages(house=own.house, cookie=graphql.cookie, origins=graphql.origins)
    if own.oidc is None:
        return pages.routes()
    provider = OidcPages(oidc=own.oidc, pages=pages, cipher=own.cipher)
    return [*pages.routes(), *provider.routes()]


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _with_request_id(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Give a request its id, taken from a proxy where it sends a sane one, and answer with it."""
    if scope["type"] != "http":
        await app(scope, receive, send)
        return
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    current = given if _SAFE_ID.fullmatch(given) else CLOCK.new_id().hex
    scope["request_id"] = current
    token = request_id.set(current)

    async def send_with_id(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-request-id", current.encode())]
        await send(message)

    try:
        await app(scope, receive, send_with_id)
    finally:
        request_id.reset(token)
