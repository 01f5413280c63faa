"""The WebSocket protocol of `serve`: uvicorn's, with two ways that ASGI has not.

ASGI can only close a socket by writing, and waits for ever where nothing can be written. And it
makes each frame anew: those who watch the same are sent the same bytes, so they are made once.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.protocol import State

# How long who does not read has to begin, and so to learn why the socket ends.
LINGER_SECONDS = 5.0

EXTENSION = "tocsin.cut"
OFFER = "tocsin.offer"


class CuttingProtocol(WebSocketsSansIOProtocol):
    """A socket that can be cut, however full its buffers are."""

    def handle_connect(self, event: Any) -> None:
        """Offer the application to cut the socket."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][EXTENSION] = self.cut
            scope["extensions"][OFFER] = self.offer

    def offer(self, frame: bytes) -> bool:
        """Write a finished frame if that needs no waiting; else write nothing and return False.

        Who has gone away takes everything.
        """
        if not self.writable.is_set():
            return False
        if self.conn.state is State.OPEN and not (self.close_sent or self.transport.is_closing()):
            self.transport.write(frame)
        return True

    def cut(self, code: int, reason: str) -> None:
        """Say why behind all that waits to be read, and end the socket soon, read or not."""
        if self.transport.is_closing():
            return
        try:
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
        except InvalidState:  # it is closing already, perhaps for as long as the peer likes
            pass
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)
