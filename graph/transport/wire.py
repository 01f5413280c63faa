"""The wire: one socket's way out, on which most frames leave without a change of tasks.

A server's `send` has nothing to wait for while the socket is writable: begun by hand, it ends at
once. That is worth a third of the time of a busy feed. If it does want to wait, it is given up
before it has sent anything, and the caller knows that this reader is slow.
"""

import struct
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import TypeAlias, cast

from starlette.types import Message, Send

# What an async function returns can be begun by hand.
Sending: TypeAlias = Coroutine[None, None, None]

_FINAL_TEXT = 0x81
_TWO_BYTES_FOLLOW, _EIGHT_BYTES_FOLLOW = 126, 127


# Those who watch the same, by the same name for it, are sent the same bytes.
@lru_cache(maxsize=256)
def frame_of(before: str, payload: str) -> bytes:
    """Return the bytes of a text frame as a server sends it (RFC 6455, 5.2)."""
    body = f"{before}{payload}}}".encode()
    if len(body) < _TWO_BYTES_FOLLOW:
        return struct.pack("!BB", _FINAL_TEXT, len(body)) + body
    if len(body) < 1 << 16:
        return struct.pack("!BBH", _FINAL_TEXT, _TWO_BYTES_FOLLOW, len(body)) + body
    return struct.pack("!BBQ", _FINAL_TEXT, _EIGHT_BYTES_FOLLOW, len(body)) + body


class Wire:
    """Sends text frames; that somebody has gone away is not an error here, they are let go of."""

    __slots__ = ("_cut", "_offer", "_send", "is_open")

    def __init__(
        self,
        send: Send,
        cut: Callable[[int, str], None] | None = None,
        offer: Callable[[bytes], bool] | None = None,
    ) -> None:
        self._send = send
        self._cut = cut
        self._offer = offer
        self.is_open = True

    def offer(self, text: str) -> bool:
        """Send a frame if that needs no waiting; else send nothing and return False."""
        if not self.is_open:
            return True
        sending = cast("Sending", self._send({"type": "websocket.send", "text": text}))
        try:
            sending.send(None)
        except StopIteration:
            return True
        except Exception:  # who has gone away takes everything: their end is noticed by who reads
            self.is_open = False
            return True
        sending.close()
        return False

    def offer_shared(self, before: str, payload: str) -> bool:
        """Do so with an object that ends in what others are sent as well."""
        if self._offer is None:
            return self.offer(f"{before}{payload}}}")
        return not self.is_open or self._offer(frame_of(before, payload))

    async def send(self, text: str) -> None:
        """Send a frame, however long it takes."""
        await self._sent({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, after what was sent before."""
        await self._sent({"type": "websocket.close", "code": code, "reason": reason})
        self.is_open = False

    async def cut(self, code: int, reason: str) -> None:
        """Close a socket that takes nothing: it cannot be waited for."""
        if self._cut is None:
            await self.close(code, reason)
        elif self.is_open:
            self._cut(code, reason)
            self.is_open = False

    async def _sent(self, message: Message) -> None:
        if self.is_open:
            try:
                await self._send(message)
            except Exception:  # as above
                self.is_open = False
