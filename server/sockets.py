"""The WebSocket protocol of `serve`: uvicorn's, with a way to end a socket that nobody reads.

ASGI can only close a socket by writing, and waits for ever where nothing can be written.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

# How long who does not read has to begin, and so to learn why the socket ends.
LINGER_SECONDS = 5.0

EXTENSION = "tocsin.cut"


class CuttingProtocol(WebSocketsSansIOProtocol):
    """A socket that can be cut, however full its buffers are."""

    def handle_connect(self, event: Any) -> None:
        """Offer the application to cut the socket."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)
        if scope is not None:
            scope["extensions"][EXTENSION] = self.cut

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
