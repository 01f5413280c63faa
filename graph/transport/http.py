"""GraphQL over HTTP, as the specification of that name says it (all 61 of its audits pass).

The same application speaks WebSocket and server-sent events; the page to try it on is in `page.py`.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.websocket_origin import normalize_origin
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from application.rates import Rate
from application.sign_ins import Browser
from domain.tokens import PREFIX as TOKEN_PREFIX
from domain.viewers import NOBODY, Viewer
from graph.bound import text_to_run
from graph.context import Context, House, Reply
from graph.failures import UNAUTHENTICATED, UNAVAILABLE, signed_out
from graph.live.frames import LiveRequest
from graph.live.live import Live
from graph.masking import MaskedSchema, masked
from graph.persisted import PersistedDocuments
from graph.public import is_public
from graph.schema import schema as the_schema
from graph.transport import sse
from graph.transport.answering import answer_to, response_to
from graph.transport.asking import (
    Asked,
    Refused,
    asked_in_body,
    asked_in_url,
    bounded,
    is_json,
)
from graph.transport.cookies import SignInCookie
from graph.transport.doorkeeper import Doorkeeper, secret_in
from graph.transport.origins import Origins
from graph.transport.page import Page
from graph.transport.rates import RATE_LIMITED, rate_headers, sentence_of, told
from graph.transport.watch import Watch
from graph.transport.websocket import Connection, NoRoom, SocketAdapter, SocketHandler
from graph.transport.wire import Wire
from graph.transport_limits import (
    INIT_SECONDS,
    MAXIMUM_BODY_BYTES,
    MAXIMUM_OPERATIONS_OF_A_SOCKET,
    MAXIMUM_STRANGERS_BYTES,
)

LONGEST_REQUEST_ID = 64
# The server's way to end a socket that nobody reads, where it offers one.
CUT = "tocsin.cut"
# Its way to send a frame that is finished already.
OFFER = "tocsin.offer"
PACKED_FROM_BYTES = 4096

_ALLOWED = {
    "GET": frozenset({OperationType.QUERY}),
    "POST": frozenset({OperationType.QUERY, OperationType.MUTATION}),
}


class GraphQLApp(GraphQL[Any, None]):
    """The GraphQL door: queries and mutations over HTTP, live feeds over WebSocket or events."""

    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = SocketAdapter

    def __init__(
        self,
        house: House,
        *,
        allowed_origins: Sequence[str] = (),
        schema: MaskedSchema = the_schema,
        doorkeeper: Doorkeeper | None = None,
        live: Live | None = None,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS),
            max_subscriptions_per_connection=MAXIMUM_OPERATIONS_OF_A_SOCKET,
            allowed_origins=(*allowed_origins, *_origins_of(house.public_url)),
        )
        self.house = house
        self.doorkeeper = doorkeeper or Doorkeeper(house.access)
        self._page = Page()
        self._persisted = PersistedDocuments()
        self.keep_alive_seconds = sse.KEEP_ALIVE_SECONDS
        self.origins = Origins(house.public_url, allowed_origins)
        self.cookie = SignInCookie(is_secure=house.public_url.startswith("https://"))
        self.watch = Watch(self.doorkeeper)
        house.access_bell.on(lambda: self.watch.ring())
        self._allowed = tuple(allowed_origins)
        self._built = schema._schema  # noqa: SLF001  strawberry has no public name for it
        self.live = live or Live(house, self._built)

    def routes(self, path: str = "/graphql") -> list[BaseRoute]:
        """Return where the door stands: at the path for both protocols, its page's files below."""
        # A page of a hundred errors is 120 kB of much the same: packed it is 4 kB, in 0.3 ms.
        door: ASGIApp = GZipMiddleware(self, minimum_size=PACKED_FROM_BYTES, compresslevel=1)
        if self._allowed:
            door = CORSMiddleware(
                door,
                allow_origins=self._allowed,
                # With a star in the list any page would be let in with cookies.
                allow_credentials="*" not in self._allowed,
                allow_methods=("GET", "POST"),
                allow_headers=("Authorization", "Content-Type", "Last-Event-ID"),
                expose_headers=("X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"),
                max_age=3600,
            )
        return [Route(path, door), WebSocketRoute(path, self), *self._page.routes(path)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or serve one socket."""
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            extensions = scope.get("extensions", {})
            connection = Connection(
                header=socket.headers.get("authorization"),
                cookie=self._cookie_of(socket.headers),
                browser=browser_of(socket),
                wire=Wire(send, extensions.get(CUT), extensions.get(OFFER)),
            )
            await self.run(socket, context=connection, root_value=None)
            return
        request = Request(scope, receive)
        response = await self._answered(request)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        request_id = request.scope.get("request_id") or uuid4().hex
        try:
            if self._page.is_wanted(request):
                return self._page.response(request)
            return await self._executed(request, request_id)
        except Refused as refused:
            error = GraphQLError(refused.message, extensions={"code": refused.code})
            answer = {"errors": [error.formatted]}
            return response_to(request, answer, refused.status, refused.headers)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # whatever it is, the caller gets an answer and the log the rest
            told = masked(error, request_id)
            status = 503 if (told.extensions or {}).get("code") == UNAVAILABLE else 500
            return response_to(request, {"errors": [told.formatted]}, status)

    async def _executed(self, request: Request, request_id: str) -> Response:
        sse.refuse_single_connection(request.method, request.headers, request.query_params)
        if request.method not in _ALLOWED:
            message = "GraphQL is asked by POST, queries also by GET."
            raise Refused(405, "BAD_REQUEST", message, {"Allow": "GET, POST"})
        caller = await self._caller(request)
        asked = await _asked(request, is_known=caller is not None)
        text = self._text(caller, asked)
        if caller is None and not is_public(self._built, text, asked.operation_name):
            raise _unauthenticated()
        rate = None if caller is None else await self._rate(caller)
        if caller is not None and self._is_to_be_streamed(request, text, asked.operation_name):
            return self._stream(request, request_id, caller, text, asked, rate)
        reply = Reply()
        browser = browser_of(request, request_id)
        context = Context(
            house=self.house,
            viewer=replace(
                caller or NOBODY, request_id=browser.request_id, address=browser.address
            ),
            request_id=request_id,
            browser=browser,
            reply=reply,
            rate=rate,
        )
        try:
            result = await self.schema.execute(
                text,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.operation_name,
                operation_extensions=asked.extensions,
                allowed_operation_types=_ALLOWED[request.method],
            )
        except InvalidOperationTypeError as error:
            raise _wrong_door(error.operation_type) from error
        except CannotGetOperationTypeError as error:
            raise Refused(400, "BAD_REQUEST", error.as_http_error_reason()) from error
        if rate is not None:
            result.extensions = {**(result.extensions or {}), "rateLimit": told(rate)}
        response = answer_to(request, result)
        if rate is not None:
            response.headers.update(rate_headers(rate))
        self._reply(request, response, reply)
        return response

    def _is_to_be_streamed(self, request: Request, text: str, name: str | None) -> bool:
        return sse.takes_events(request.headers.get("accept")) and self.live.watches(text, name)

    def _stream(
        self,
        request: Request,
        request_id: str,
        caller: Viewer,
        text: str,
        asked: Asked,
        rate: Rate | None,
    ) -> Response:
        """Answer a subscription by events, for as long as the caller may see them."""
        browser = browser_of(request, request_id)
        after = sse.place_in(request.headers)
        own = replace(caller, request_id=browser.request_id, address=browser.address)
        if (sentence := self.live.connections.take(own)) is not None:
            self.live.counts.refused += 1
            raise Refused(429, "TOO_MANY_CONNECTIONS", sentence, {"Retry-After": "5"})
        wanted = LiveRequest(
            text=text,
            variables=asked.variables,
            operation_name=asked.operation_name,
            request_id=request_id,
            browser=browser,
        )
        return sse.EventStream(
            self.live,
            self.watch,
            sse.Subscription(
                request=wanted,
                viewer=own,
                secret=secret_in(request.headers.get("authorization"))
                or self.cookie.secret_in(request.headers),
                after=after,
                headers={} if rate is None else rate_headers(rate),
            ),
            self.keep_alive_seconds,
        )

    async def _caller(self, request: Request) -> Viewer | None:
        """Return who asks; None when nobody has signed in, and an error for a token of no use."""
        authorization = request.headers.get("authorization")
        if authorization is not None:
            secret = secret_in(authorization)
            if secret is None or not secret.startswith(TOKEN_PREFIX):
                raise _unauthenticated()
            viewer = await self.doorkeeper.viewer_of(secret)
            if viewer is None:
                raise _unauthenticated()
            return viewer
        cookie = self.cookie.secret_in(request.headers)
        if self.origins.are_foreign(request.headers) and (cookie or request.method == "POST"):
            raise _foreign()
        if cookie is None:
            return None
        if not self.origins.are_ours(request.headers):
            raise _foreign()
        return await self.doorkeeper.viewer_of(cookie)

    def _text(self, caller: Viewer | None, asked: Asked) -> str:
        """Return the text of what is asked, by its hash if that is how it is asked."""
        text = asked.query
        try:
            if caller is not None and caller.bound is None and asked.sha256 is not None:
                text = self._persisted.text_of(text, asked.sha256)
            return text_to_run(caller or NOBODY, text, asked.sha256)
        except GraphQLError as error:
            code = str((error.extensions or {})["code"])
            status = 403 if code == "FORBIDDEN" else 400
            raise Refused(status, code, error.message) from error

    async def _rate(self, caller: Viewer) -> Rate:
        rate = await self.house.rates.take(caller)
        if rate.wait_seconds:
            raise Refused(429, RATE_LIMITED, sentence_of(rate), rate_headers(rate))
        return rate

    def _cookie_of(self, headers: Headers) -> str | None:
        """Return the secret of a socket's cookie, when a page of ours opened it."""
        return self.cookie.secret_in(headers) if self.origins.are_ours(headers) else None

    def _reply(self, request: Request, response: Response, reply: Reply) -> None:
        """Let the browser keep the secret of a sign-in, or forget it."""
        before = self.cookie.secret_in(request.headers)
        if before is not None and (reply.signed_in or reply.is_signed_out or reply.is_changed):
            self.doorkeeper.forget(before)
        if reply.signed_in is not None:
            response.headers.append("Set-Cookie", self.cookie.setting(reply.signed_in.secret))
        elif reply.is_signed_out:
            response.headers.append("Set-Cookie", self.cookie.clearing())

    def encode_json(self, data: object) -> str:
        """Return the text of a WebSocket frame: bytes would be sent as a binary one."""
        return orjson.dumps(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        """Return what a WebSocket frame says."""
        found: object = orjson.loads(data)
        return found

    async def on_ws_connect(self, context: Connection) -> UnsetType:
        """Let a socket in by its token; 4403 when it opens nothing."""
        secret = context.offered()
        viewer = await self.doorkeeper.viewer_of(secret)
        if viewer is None:
            raise ConnectionRejectionError
        if (sentence := self.live.connections.take(viewer)) is not None:
            raise NoRoom(sentence)
        context.secret, context.viewer, context.came_as = secret, viewer, viewer
        nothing_more: UnsetType = UNSET
        return nothing_more

    async def create_websocket_response(
        self, request: WebSocket, subprotocol: str | None
    ) -> WebSocket:
        """Accept the socket; in a protocol that we do not speak, only to say so with 4406."""
        offered: list[str] = request.scope["subprotocols"]
        await request.accept(subprotocol=subprotocol or next(iter(offered), None))
        return request


def _origins_of(address: str) -> tuple[str, ...]:
    """Return the origin of our own pages, of which the address may say more than that."""
    origin = normalize_origin(address)
    return () if origin is None else (origin,)


def browser_of(connection: HTTPConnection, request_id: str | None = None) -> Browser:
    """Return from where somebody asks, as far as it can be kept."""
    client = connection.client
    try:
        address = None if client is None else str(ipaddress.ip_address(client.host))
    except ValueError:
        address = None
    return Browser(
        user_agent=connection.headers.get("user-agent"),
        address=address,
        request_id=None if request_id is None else request_id[:LONGEST_REQUEST_ID],
    )


def _unauthenticated() -> Refused:
    error = signed_out()
    return Refused(401, UNAUTHENTICATED, error.message, {"WWW-Authenticate": "Bearer"})


def _foreign() -> Refused:
    message = (
        "A page of another origin may not ask here: TOCSIN_ALLOWED_ORIGINS names those that may."
    )
    return Refused(403, "FOREIGN_ORIGIN", message)


async def _asked(request: Request, *, is_known: bool) -> Asked:
    if request.method == "GET":
        if not is_known:
            raise _unauthenticated()
        return asked_in_url(request.query_params)
    if not is_json(request.headers.get("content-type")):
        raise Refused(415, "BAD_REQUEST", "The body must be declared as application/json.")
    announced = request.headers.get("content-length")
    limit = MAXIMUM_BODY_BYTES if is_known else MAXIMUM_STRANGERS_BYTES
    return asked_in_body(await bounded(request.stream(), announced, limit))


def _wrong_door(operation_type: OperationType) -> Refused:
    if operation_type is OperationType.MUTATION:
        return Refused(405, "BAD_REQUEST", "A mutation is sent by POST.", {"Allow": "POST"})
    message = (
        "Subscriptions are served over WebSocket, by graphql-transport-ws, and as events to who"
        " accepts text/event-stream."
    )
    return Refused(400, "BAD_REQUEST", message)
