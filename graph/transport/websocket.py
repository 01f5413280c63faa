"""GraphQL over WebSocket: the graphql-transport-ws protocol, with a token at its start.

Strawberry's handler keeps the protocol. Ours looks closer at what clients send, gives each
operation its own viewer and loaders, and never closes a socket for the mistake of one operation.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast
from uuid import uuid4

from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.utils.aio import aclosing

from application.sign_ins import Browser
from domain.tokens import PREFIX
from domain.viewers import Viewer
from graph.bound import text_to_run
from graph.context import Context, House
from graph.failures import RESTARTING, refusal, signed_out
from graph.live.frames import End, Ending, LiveRequest, Refused
from graph.live.live import Live
from graph.live.solo import Solo
from graph.live.subscribers import Subscriber
from graph.masking import masked
from graph.transport.doorkeeper import Doorkeeper, secret_in
from graph.transport.rates import rate_limited
from graph.transport.socket_sink import SocketSink
from graph.transport.watch import Watch
from graph.transport.wire import Wire
from persistence.database import is_away

LONGEST_REASON_BYTES = 123
LONGEST_ID = 128

# What clients must take as "come back soon", not as their own fault.
SERVICE_RESTART = 1012
TRY_AGAIN_LATER = 1013
# Of ours: who does not read what they asked for.
TOO_SLOW = 4008
# Of ours: a token or an organization has as many sockets as it may.
TOO_MANY_CONNECTIONS = 4430

_TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})


class NoRoom(Exception):
    """Somebody has as many connections as they may."""


@dataclass(slots=True, kw_only=True)
class Connection:
    """What is known of one socket: what it was opened with, and by whose token."""

    header: str | None = None
    # Only of a socket that a page of ours opened.
    cookie: str | None = None
    browser: Browser = field(default_factory=Browser)
    connection_params: Mapping[str, object] | None = None
    secret: str | None = None
    wire: Wire
    # Who came in, and with which rights: what is lost of them ends the socket.
    viewer: Viewer | None = None
    # As whom its place was counted.
    came_as: Viewer | None = None

    def offered(self) -> str | None:
        """Return the secret that the client sent: at the start, or with the upgrade itself.

        Messages and headers are for tokens of programs; a sign-in is only in its cookie.
        """
        sent = self.connection_params or {}
        listed = (
            sent.get("token"),
            secret_in(sent.get("Authorization")),
            secret_in(sent.get("authorization")),
            secret_in(self.header),
        )
        for secret in listed:
            if isinstance(secret, str) and secret:
                return secret if secret.startswith(PREFIX) else None
        return self.cookie


class Door(Protocol):
    """What a socket needs of the application that it came in by."""

    house: House
    live: Live
    doorkeeper: Doorkeeper
    watch: Watch


class SocketAdapter(ASGIWebSocketAdapter):
    """A socket that takes a reason of any length, and bears being closed twice."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one frame of text."""
        if self.ws.application_state is WebSocketState.DISCONNECTED:
            raise WebSocketDisconnected
        await super().send_json(message)

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, if nobody has yet."""
        if self.ws.application_state is WebSocketState.DISCONNECTED:
            return
        short = reason.encode(errors="replace")[:LONGEST_REASON_BYTES].decode(errors="ignore")
        try:
            await super().close(code, short)
        except WebSocketDisconnect as gone:
            raise WebSocketDisconnected from gone


class SocketHandler(BaseGraphQLTransportWSHandler[Connection, None]):
    """Serves one socket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._live: dict[str, tuple[Subscriber | Solo, SocketSink]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewed = 0

    @property
    def door(self) -> Door:
        """The application that the socket came in by."""
        return cast("Door", self.view)

    async def handle(self) -> None:
        """Serve the socket from its first message to its last."""
        counts = self.door.live.counts
        counts.sockets += 1
        try:
            await super().handle()
        finally:
            counts.sockets -= 1
            self.door.watch.leave(self)
            if self.context.came_as is not None:
                self.door.live.connections.give_back(self.context.came_as)

    @property
    def secret(self) -> str | None:
        """By whose secret the socket is open."""
        return self.context.secret

    @property
    def viewer(self) -> Viewer | None:
        """Who came in."""
        return self.context.viewer

    async def end(self, code: int, reason: str, error: GraphQLError) -> None:
        """Close the socket: what let it in lets it in no more."""
        for subscriber, _ in tuple(self._live.values()):
            subscriber.finish(Ending(why=End.REFUSED, errors=(error,)))
        with suppress(WebSocketDisconnected):
            await self.websocket.close(code, reason)

    def renew(self, viewer: Viewer) -> None:
        """Go on with the rights that whoever came in has now."""
        self.context.viewer = viewer
        self._renewed += 1
        for subscriber, _ in tuple(self._live.values()):
            request_id = subscriber.viewer.request_id or "-"
            subscriber.renew(self._of_request(viewer, request_id))

    async def handle_message(self, message: Message) -> None:
        """Take a message that is as the protocol has it; close on any other."""
        if problem := problem_with(message):
            await self.handle_invalid_message(problem)
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Let the client in, if its token opens the door."""
        if message.get("payload", {}) is None:
            message = {"type": "connection_init"}
        try:
            await super().handle_connection_init(message)
        except NoRoom as full:
            self.door.live.counts.refused += 1
            await self.websocket.close(TOO_MANY_CONNECTIONS, str(full))
        except Exception as error:
            if not is_away(error):
                raise
            await self.websocket.close(TRY_AGAIN_LATER, "The database does not answer")
        if self.connection_acknowledged:
            self.door.watch.enter(self)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Start an operation, unless the socket carries as many as it may."""
        limit = self.max_subscriptions_per_connection
        is_new = message["id"] not in self.operations
        if self.connection_acknowledged and limit and len(self.operations) >= limit and is_new:
            message_text = f"A socket may carry {limit} operations at once."
            error = refusal("TOO_MANY_OPERATIONS", message_text)
            await self.send_message(
                {"id": message["id"], "type": "error", "payload": [error.formatted]}
            )
            return
        await super().handle_subscribe(message)

    async def run_operation(self, operation: Operation[Connection, None]) -> None:
        """Run one operation from its first message to its last."""
        request_id = uuid4().hex
        try:
            await self._run(operation, request_id)
        except WebSocketDisconnected:
            return
        except Exception as error:  # the outermost line of this operation's task
            await self._end_with(operation, masked(error, request_id))

    async def _run(self, operation: Operation[Connection, None], request_id: str) -> None:
        secret, doorkeeper, renewed = self.context.secret, self.door.doorkeeper, self._renewed
        viewer = await doorkeeper.viewer_of(secret)
        if viewer is None:
            await operation.send_initial_errors([signed_out()])
            return
        rate = await self.door.house.rates.take(viewer)
        if rate.wait_seconds:
            await operation.send_initial_errors([rate_limited(rate)])
            return
        try:
            text = text_to_run(viewer, operation.query, None)
        except GraphQLError as error:
            await operation.send_initial_errors([error])
            return

        own = self._of_request(viewer, request_id)
        if self.door.live.watches(text, operation.operation_name):
            await self._watch(operation, text, own, renewed)
            return
        results = await self.schema.stream(
            text,
            variable_values=operation.variables,
            context_value=Context(
                house=self.door.house,
                viewer=own,
                request_id=request_id,
                browser=self.context.browser,
                rate=rate,
            ),
            operation_name=operation.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, PreExecutionError):
                    await operation.send_initial_errors(result.errors or [])
                    return
                await operation.send_next(cast("ExecutionResult", result))
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def _watch(
        self, operation: Operation[Connection, None], text: str, own: Viewer, renewed: int
    ) -> None:
        """Begin a subscription; the task of the operation ends, and costs nothing from here on."""
        request = LiveRequest(
            text=text,
            variables=operation.variables,
            operation_name=operation.operation_name,
            request_id=own.request_id or "-",
            browser=self.context.browser,
        )
        sink = SocketSink(self.context.wire, operation.id, self._ended)
        try:
            subscriber = await self.door.live.attach(request, own, sink)
        except Refused as refused:
            await self._refuse(operation, refused)
            return
        self._live[operation.id] = (subscriber, sink)
        if renewed != self._renewed and (viewer := self.context.viewer) is not None:
            # Their rights changed while they were looked at.
            subscriber.renew(self._of_request(viewer, request.request_id))

    async def _refuse(self, operation: Operation[Connection, None], refused: Refused) -> None:
        codes = [(error.extensions or {}).get("code") for error in refused.errors]
        if RESTARTING in codes:
            await self.websocket.close(SERVICE_RESTART, "Service restart")
        else:
            await operation.send_initial_errors(list(refused.errors))

    def _ended(self, id_: str, ending: Ending) -> None:
        """Tell the client that nothing more comes: of one subscription, or of all."""
        self.operations.pop(id_, None)
        _, sink = self._live.pop(id_)
        if ending.why is End.RESTARTING:
            self._do(self.websocket.close(SERVICE_RESTART, "Service restart"))
        elif ending.why is End.TOO_SLOW:
            self._do(self.context.wire.cut(TOO_SLOW, "You read too slowly"))
        else:
            for words in sink.last_words(ending):
                if not self.context.wire.offer(words):
                    self._do(self.context.wire.send(words))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_unbothered(work), name="last words of a socket")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def cleanup_operation(self, operation_id: str) -> None:
        """End an operation, as the client wants it."""
        await super().cleanup_operation(operation_id)
        if (live := self._live.pop(operation_id, None)) is not None:
            live[0].detach()

    def _of_request(self, viewer: Viewer, request_id: str) -> Viewer:
        return replace(viewer, request_id=request_id, address=self.context.browser.address)

    async def _end_with(self, operation: Operation[Connection, None], error: Any) -> None:
        try:
            await operation.send_initial_errors([error])
        except WebSocketDisconnected:
            return


async def _unbothered(work: Coroutine[Any, Any, None]) -> None:
    with suppress(WebSocketDisconnected):
        await work


def problem_with(message: object) -> str | None:
    """Return what is wrong with a client's message, in the words of a close reason."""
    if not isinstance(message, dict):
        return "A message must be an object"
    type_ = message.get("type")
    if not isinstance(type_, str) or type_ not in _TYPES:
        return "Unknown message type"
    if type_ in ("subscribe", "complete"):
        id_ = message.get("id")
        if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
            return f"An id must be a text of at most {LONGEST_ID} characters"
    return _problem_with_payload(message.get("payload")) if type_ == "subscribe" else None


def _problem_with_payload(payload: object) -> str | None:
    if not isinstance(payload, dict):
        return "A subscribe message must have a payload"
    if not isinstance(payload.get("query"), str):
        return "The payload's query must be text"
    if not isinstance(payload.get("operationName"), str | None):
        return "The payload's operationName must be text"
    for name in ("variables", "extensions"):
        if not isinstance(payload.get(name), dict | None):
            return f"The payload's {name} must be an object"
    return None
