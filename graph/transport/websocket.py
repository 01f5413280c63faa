"""GraphQL over WebSocket: the graphql-transport-ws protocol, with a token at its start.

Strawberry's handler keeps the protocol. Ours looks closer at what clients send, gives each
operation its own viewer and loaders, and never closes a socket for the mistake of one operation.
"""

from collections.abc import Mapping
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
from graph.masking import masked
from graph.transport.doorkeeper import Doorkeeper, secret_in
from graph.transport.rates import rate_limited
from graph.transport.watch import Watch
from persistence.database import is_away

LONGEST_REASON_BYTES = 123
LONGEST_ID = 128

# What clients must take as "come back soon", not as their own fault.
SERVICE_RESTART = 1012
TRY_AGAIN_LATER = 1013

_TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})


@dataclass(slots=True, kw_only=True)
class Connection:
    """What is known of one socket: what it was opened with, and by whose token."""

    header: str | None = None
    # Only of a socket that a page of ours opened.
    cookie: str | None = None
    browser: Browser = field(default_factory=Browser)
    connection_params: Mapping[str, object] | None = None
    secret: str | None = None
    # Who came in, and with which rights: what is lost of them ends the socket.
    viewer: Viewer | None = None

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

    @property
    def door(self) -> Door:
        """The application that the socket came in by."""
        return cast("Door", self.view)

    async def handle(self) -> None:
        """Serve the socket from its first message to its last."""
        try:
            await super().handle()
        finally:
            self.door.watch.leave(self)

    @property
    def secret(self) -> str | None:
        """By whose secret the socket is open."""
        return self.context.secret

    @property
    def viewer(self) -> Viewer | None:
        """Who came in."""
        return self.context.viewer

    async def end(self, code: int, reason: str) -> None:
        """Close the socket: what let it in lets it in no more."""
        with suppress(WebSocketDisconnected):
            await self.websocket.close(code, reason)

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
        secret, doorkeeper = self.context.secret, self.door.doorkeeper
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

        async def recheck() -> Viewer | None:
            found = await doorkeeper.viewer_of(secret)
            return None if found is None else self._of_request(found, request_id)

        results = await self.schema.stream(
            text,
            variable_values=operation.variables,
            context_value=Context(
                house=self.door.house,
                viewer=self._of_request(viewer, request_id),
                request_id=request_id,
                browser=self.context.browser,
                recheck=recheck,
                rate=rate,
            ),
            operation_name=operation.operation_name,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, PreExecutionError):
                    await operation.send_initial_errors(result.errors or [])
                    return
                if _says_restarting(result):
                    await self.websocket.close(SERVICE_RESTART, "Service restart")
                    return
                await operation.send_next(cast("ExecutionResult", result))
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    def _of_request(self, viewer: Viewer, request_id: str) -> Viewer:
        return replace(viewer, request_id=request_id, address=self.context.browser.address)

    async def _end_with(self, operation: Operation[Connection, None], error: Any) -> None:
        try:
            await operation.send_initial_errors([error])
        except WebSocketDisconnected:
            return


def _says_restarting(result: object) -> bool:
    errors = result.errors if isinstance(result, ExecutionResult) else None
    return any((e.extensions or {}).get("code") == RESTARTING for e in errors or ())


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
