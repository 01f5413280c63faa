"""GraphQL over server-sent events: graphql-sse in its distinct connections mode.

For networks and clients without WebSockets. Each operation is a request of its own; what it tells
comes as events, the last of which is `complete`. The id of an event is the place after it: a client
that was cut off sends it as `Last-Event-ID`, as every EventSource does, and misses nothing.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol, cast

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from domain.viewers import Viewer
from graph.cursors import FeedCursor, cursor_of
from graph.failures import RESTARTING
from graph.live.frames import End, Ending, Frame, LiveRequest, Refused
from graph.live.live import Live
from graph.live.solo import Solo
from graph.live.subscribers import Subscriber
from graph.masking import masked
from graph.transport import asking
from graph.transport.watch import Watch
from graph.transport.wire import Sending

EVENTS = "text/event-stream"
# Below what proxies take for dead; a comment, which clients do not see.
KEEP_ALIVE_SECONDS = 15.0
# When to come back: after a break at once, after a restart not all in the same moment.
RETRY_MILLISECONDS = 1_000
LONGEST_RETRY_FACTOR = 5
# What `serve` adds to the scope of a request: see server/protocol.py.
CONNECTION = "tocsin.connection"

HEADERS = {
    # Without it nginx and those that take after it would hold events back.
    "X-Accel-Buffering": "no",
    "Cache-Control": "no-store, no-transform",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}

_NO_SINGLE_CONNECTION = (
    "The single connection mode of graphql-sse is not served: let each operation have a connection"
    " of its own (singleConnection: false), or use WebSocket."
)
_COMPLETE = b"event: complete\ndata: \n\n"
_KEEP_ALIVE = b":\n\n"


class Held(Protocol):
    """The connection of a request, as the server holds it."""

    stopping: "asyncio.Future[None]"

    def abort(self) -> None:
        """Let go of it at once, with what is still unsent."""
        ...


def takes_events(accept: str | None) -> bool:
    """Say whether a caller takes events at all: a subscription is answered by them then."""
    return asking.liked_best(accept, (EVENTS,)) is not None


def prefers_events(accept: str | None) -> bool:
    """Say whether a caller wants events whatever is asked, as clients of graphql-sse do."""
    return asking.liked_best(accept, (EVENTS, asking.JSON, asking.GRAPHQL)) == EVENTS


def refuse_single_connection(
    method: str, headers: Mapping[str, str], parameters: Mapping[str, str]
) -> None:
    """Refuse what only clients in the single connection mode send, so that they learn why."""
    is_reservation = method in ("PUT", "DELETE")
    if is_reservation or "x-graphql-event-stream-token" in headers or "token" in parameters:
        status, more = (405, {"Allow": "GET, POST"}) if is_reservation else (400, {})
        raise asking.Refused(status, "BAD_REQUEST", _NO_SINGLE_CONNECTION, more)


def place_in(headers: Mapping[str, str]) -> FeedCursor | None:
    """Return the place that a client goes on from after a break."""
    if not (text := headers.get("last-event-id")):
        return None
    try:
        return cursor_of(text)
    except GraphQLError as error:
        raise asking.Refused(400, "BAD_REQUEST", f"Last-Event-ID: {error.message}") from error


def told_at_once(answer: object, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a query or a mutation, or what could not be run, by one event."""
    return Response(
        event(orjson.dumps(answer).decode()) + _COMPLETE,
        media_type=EVENTS,
        headers={**HEADERS, **(headers or {})},
    )


# Those who share a frame get the same bytes.
@lru_cache(maxsize=256)
def event(payload: str, cursor: str | None = None) -> bytes:
    """Return a result as an event; JSON has no line breaks of its own."""
    place = "" if cursor is None else f"id: {cursor}\n"
    return f"event: next\n{place}data: {payload}\n\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription, who wants it, and by which secret they came in."""

    request: LiveRequest
    viewer: Viewer
    secret: str | None
    after: FeedCursor | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class EventSink:
    """The way of one subscription's frames into the body of an answer."""

    def __init__(self, send: Send) -> None:
        self.over: asyncio.Future[Ending | None] = asyncio.get_running_loop().create_future()
        self._send = send
        self._has_begun = False

    def offer(self, frame: Frame) -> bool:
        """Send a frame if that needs no waiting; else send nothing and return False."""
        self._has_begun = True
        return self.offer_bytes(event(frame.payload, frame.cursor))

    async def send(self, frame: Frame) -> None:
        """Send a frame, however long it takes."""
        self._has_begun = True
        await self.send_bytes(event(frame.payload, frame.cursor))

    def end(self, ending: Ending | None) -> None:
        """Say why nothing more comes; None: the client wants no more."""
        if not self.over.done():
            self.over.set_result(ending)

    def offer_bytes(self, body: bytes) -> bool:
        """Send a piece of the body if that needs no waiting, as `Wire` does with frames."""
        sending = cast("Sending", self._send(_body(body)))
        try:
            sending.send(None)
        except StopIteration:
            return True
        except Exception:  # who has gone away takes everything: their end is noticed by who reads
            return True
        sending.close()
        return False

    async def send_bytes(self, body: bytes, *, is_last: bool = False) -> None:
        """Send a piece of the body, however long it takes."""
        with suppress(Exception):  # as above
            await self._send(_body(body, is_last=is_last))

    def last_words(self, ending: Ending) -> bytes:
        """Return what tells of an end; after a restart nothing is complete, only broken off."""
        if ending.why is End.RESTARTING:
            spread = random.uniform(1, LONGEST_RETRY_FACTOR)  # noqa: S311  not a secret
            return b"retry: %d\n\n" % (RETRY_MILLISECONDS * spread)
        if ending.why is not End.REFUSED:
            return _COMPLETE
        said: dict[str, object] = {"errors": [error.formatted for error in ending.errors]}
        if self._has_begun:
            said = {"data": None, **said}
        return event(orjson.dumps(said).decode()) + _COMPLETE


class EventStream(Response):
    """The answer to a subscription: it goes on until one of both has enough.

    It is one of the connections that its viewer may have, sockets and streams together.
    """

    def __init__(
        self, live: Live, watch: Watch, asked: Subscription, keep_alive_seconds: float
    ) -> None:
        super().__init__(media_type=EVENTS, headers={**HEADERS, **asked.headers})
        del self.headers["content-length"]
        self.secret: str | None = asked.secret
        self.viewer: Viewer | None = asked.viewer
        self._live = live
        self._watch = watch
        self._asked = asked
        self._keep_alive_seconds = keep_alive_seconds
        self._sink: EventSink | None = None
        self._subscriber: Subscriber | Solo | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what there is to tell; return when nothing more is."""
        self._live.counts.sockets += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self._live.counts.sockets -= 1
            self._live.connections.give_back(self._asked.viewer)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        held = cast("Held | None", scope.get("extensions", {}).get(CONNECTION, {}).get("held"))
        self._sink = sink = EventSink(send)
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await sink.send_bytes(b"retry: %d\n\n" % RETRY_MILLISECONDS)
        leaving = asyncio.create_task(_leave(receive, sink), name="reader of events")
        self._watch.enter(self)
        try:
            with _told_of_the_end(held, sink):
                ending = await self._until_over(sink)
            self._forget()
            if ending is not None and ending.why is End.TOO_SLOW and held is not None:
                held.abort()
                await leaving
            elif ending is not None:
                await sink.send_bytes(sink.last_words(ending), is_last=True)
        finally:
            self._forget()
            leaving.cancel()

    async def end(self, _code: int, _reason: str, error: GraphQLError) -> None:
        """End it: what the client came in with lets it in no more."""
        if self._sink is not None:
            self._sink.end(Ending(why=End.REFUSED, errors=(error,)))

    def renew(self, viewer: Viewer) -> None:
        """Go on with the rights that whoever came in has now."""
        own = self._asked.viewer
        self.viewer = viewer = replace(viewer, request_id=own.request_id, address=own.address)
        if self._subscriber is not None:
            self._subscriber.renew(viewer)

    def _forget(self) -> None:
        self._watch.leave(self)
        if self._subscriber is not None:
            self._subscriber.detach()

    async def _until_over(self, sink: EventSink) -> Ending | None:
        asked = self._asked
        try:
            self._subscriber = await self._live.attach(
                asked.request, asked.viewer, sink, after=asked.after
            )
        except Refused as refused:
            codes = [(error.extensions or {}).get("code") for error in refused.errors]
            why = End.RESTARTING if RESTARTING in codes else End.REFUSED
            return Ending(why=why, errors=refused.errors)
        except Exception as error:  # the outermost line of a subscription that does not begin
            told = masked(error, asked.request.request_id)
            return Ending(why=End.REFUSED, errors=(told,))
        if self.viewer is not None and self.viewer is not asked.viewer:
            self._subscriber.renew(self.viewer)
        while not sink.over.done():
            await asyncio.wait({sink.over}, timeout=self._keep_alive_seconds)
            if not sink.over.done():
                sink.offer_bytes(_KEEP_ALIVE)
        return sink.over.result()


def _body(body: bytes, *, is_last: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": not is_last}


async def _leave(receive: Receive, sink: EventSink) -> None:
    """Wait until the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    sink.end(None)


@contextmanager
def _told_of_the_end(held: Held | None, sink: EventSink) -> Iterator[None]:
    """Let a sink know when the server stops, if the server says so."""

    def stop(_stopping: "asyncio.Future[None]") -> None:
        sink.end(Ending(why=End.RESTARTING))

    if held is None:
        yield
        return
    held.stopping.add_done_callback(stop)
    try:
        yield
    finally:
        held.stopping.remove_done_callback(stop)
