"""The HTTP protocol of `serve`: uvicorn's, with bounds on the size and time of a head.

The parser collects a head however long it is, and waits for it however slowly it comes: without
these bounds a few connections of anybody could fill the memory, or hold sockets for ever.

What is answered by a stream without end learns from the scope of its request when the server stops.
"""

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
# What a header costs beside its letters: many empty ones are large, too.
_HEADER_COST = 32
_TOO_LARGE = b"The head of the request is larger than %d bytes." % MAX_HEAD_BYTES


# How long what was sent may stay unacknowledged: a peer without power says no goodbye.
DEAD_AFTER_SECONDS = 60
# Where a door finds what it may know of the connection that a request came by.
CONNECTION = "tocsin.connection"


class _HeadTooLarge(Exception):
    """Ends the parsing of a head."""


class Held:
    """A connection, as those see it whose answers have no end of their own."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.stopping: asyncio.Future[None] = loop.create_future()
        self._transport = transport

    def abort(self) -> None:
        """Let go of it at once, with what is still unsent."""
        self._transport.abort()


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose requests begin within bounds; what follows is the doors' matter."""

    head_seconds = 30.0
    _timer: asyncio.TimerHandle | None = None
    _is_in_head = True
    _has_begun = False
    _head_bytes = 0
    _fed_bytes = 0
    _collected_bytes = 0
    _held: Held | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._held = Held(transport, self.loop)
        own = transport.get_extra_info("socket")
        option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
        if option and own is not None and own.family in (socket.AF_INET, socket.AF_INET6):
            own.setsockopt(socket.IPPROTO_TCP, option, DEAD_AFTER_SECONDS * 1_000)
        self._set_timer()

    def shutdown(self) -> None:
        """Take no more requests, and tell those that go on that the server stops."""
        super().shutdown()
        if self._held is not None and not self._held.stopping.done():
            self._held.stopping.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._unset_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came; a head that is not whole may neither be too long nor take too long."""
        self._fed_bytes = len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._is_in_head:
            # The parser tells of a header only when it is whole.
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse()
        if not self._has_begun and self._timer is None:
            self._set_timer()

    def on_message_begin(self) -> None:
        """Count anew; what was fed until here belongs to the request before."""
        super().on_message_begin()
        self.scope["extensions"] = {CONNECTION: {"held": self._held}}
        self._head_bytes = 0 if self._is_in_head else -self._fed_bytes
        self._is_in_head = True
        self._has_begun = False
        self._collected_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Count a piece of the address."""
        self._collect(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._collect(len(name) + len(value) + _HEADER_COST)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request begin; its body has as long to begin as the head had to end."""
        self._is_in_head = False
        self._unset_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Leave the rest of the body to who reads it."""
        self._begin()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing more."""
        self._begin()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Wait for nothing more: another protocol takes over."""
        self._begin()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Say that a request cannot be read, or that its head is too large."""
        if self._collected_bytes > MAX_HEAD_BYTES:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _begin(self) -> None:
        self._has_begun = True
        self._unset_timer()

    def _collect(self, size: int) -> None:
        self._collected_bytes += size
        if self._collected_bytes > MAX_HEAD_BYTES:
            raise _HeadTooLarge

    def _refuse(self) -> None:
        """Answer 431, where no other answer is under way, and hang up."""
        current: Any = self.cycle  # None until the first request, whatever its type says
        if current is None or current.response_complete:
            head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
            self.transport.write(
                STATUS_LINE[431]
                + head % len(_TOO_LARGE)
                + b"connection: close\r\n\r\n"
                + _TOO_LARGE
            )
        self.transport.close()

    def _set_timer(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _unset_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
