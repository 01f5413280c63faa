"""Request bodies: read and decompressed with a bound on what comes out, whatever goes in."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import Any, TypeVar

import brotli
import zstandard

from ingest.answers import Receive, Refused

# Relay's limit for an envelope is 200 MiB after decompression; ours fits a laptop's memory.
MAX_WIRE_BYTES = 24 * 1024 * 1024
MAX_BODY_BYTES = 40 * 1024 * 1024
# A body that dribbles in holds memory and a socket: none may pause so long, or take so long.
IDLE_SECONDS = 30.0
WHOLE_SECONDS = 300.0
_COME_BACK = ((b"connection", b"close"), (b"retry-after", b"1"))
# So many bodies may be larger than this at a time: a thousand clients that stall hold no gigabytes.
LARGE_BYTES = 256 * 1024
PLACES = 24
_STEP = 256 * 1024
_ZSTD_STEP = 1024
_INLINE_BYTES = 64 * 1024

Message = MutableMapping[str, Any]
T = TypeVar("T")
places = asyncio.Semaphore(PLACES)


class TooLarge(Refused):
    """A body over the limit, before or after decompression."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"The body is larger than {limit} bytes.")


async def read_body(receive: Receive, length: bytes | None, limit: int = MAX_WIRE_BYTES) -> bytes:
    """Return the body as it came over the wire."""
    if length is not None and length.isdigit() and int(length) > limit:
        raise TooLarge(limit)
    begun = await _first(receive)
    body: bytes = begun.get("body", b"")
    if begun["type"] == "http.request" and not begun.get("more_body") and len(body) <= limit:
        return body  # nearly all come whole: they shall pay for no timers
    parts: list[bytes] = []
    size = 0
    is_large = False
    try:
        async for part in pieces(receive, limit, begun):
            parts.append(part)
            size += len(part)
            if size > LARGE_BYTES and not is_large:
                await _within(IDLE_SECONDS, places.acquire(), 503, "Too many large bodies come in.")
                is_large = True
    finally:
        if is_large:
            places.release()
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def pieces(
    receive: Receive, limit: int, begun: Message | None = None
) -> AsyncGenerator[bytes, None]:
    """Return a body piece by piece, as far as it comes in time and is not too large."""
    size = 0
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + WHOLE_SECONDS
    message = begun or await _first(receive)
    while True:
        if message["type"] == "http.disconnect":
            raise Refused(400, "The client went away before its body was whole.")
        if part := message.get("body", b""):
            size += len(part)
            if size > limit:
                raise TooLarge(limit)
            yield part
        if not message.get("more_body"):
            return
        seconds = min(IDLE_SECONDS, ends_at - loop.time())
        message = await _within(seconds, receive(), 408, "The body did not come in time.")


async def _first(receive: Receive) -> Message:
    """Return how a body begins; the protocol hangs up where it does not (server/protocol.py)."""
    try:
        return await receive()
    except asyncio.CancelledError as error:
        raise _stopping() from error


async def _within(seconds: float, awaited: Awaitable[T], status: int, late: str) -> T:
    """Return what is waited for; refuse where it takes too long, or where this process must end."""
    try:
        async with asyncio.timeout(seconds):
            return await awaited
    except TimeoutError as error:
        raise Refused(status, late, headers=_COME_BACK) from error
    except asyncio.CancelledError as error:
        raise _stopping() from error


def _stopping() -> Refused:
    """Send who is still sending when a process has drained for its time to another one."""
    return Refused(503, "This process is stopping; come back.", headers=_COME_BACK)


async def decoded(body: bytes, encoding: str, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return a body without its Content-Encoding, at most `limit` bytes of it."""
    names = [name for part in encoding.split(",") if (name := part.strip().lower())]
    for name in reversed(names):
        if name == "identity":
            continue
        decoder = _DECODERS.get(name)
        if decoder is None:
            raise Refused(415, f"The content encoding {name[:50]!r} is not supported.")
        # A small body is decompressed faster than a thread is woken.
        if len(body) <= _INLINE_BYTES:
            body = _bounded(decoder, body, limit)
        else:
            body = await asyncio.to_thread(_bounded, decoder, body, limit)
    return body


def inflated(body: bytes, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return what zlib made of a body (the old store endpoint names no encoding)."""
    return _bounded(_zlib_parts, body, limit)


def _bounded(decoder: Callable[[bytes], Iterable[bytes]], body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        for part in decoder(body):
            size += len(part)
            if size > limit:
                raise TooLarge(limit)
            parts.append(part)
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        raise Refused(400, "The body cannot be decompressed.", causes=(str(error),)) from error
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _members(body: bytes, window_bits: int) -> Iterator[bytes]:
    """Decompress one zlib or gzip stream after the other: gzip files may be concatenated."""
    while body:
        stream = zlib.decompressobj(window_bits)
        pending = body
        while True:
            part = stream.decompress(pending, _STEP)
            if part:
                yield part
            if stream.eof:
                break
            if not part and not stream.unconsumed_tail:
                raise EOFError("the compressed data ends too early")
            pending = stream.unconsumed_tail
        body = stream.unused_data.lstrip(b"\0")


def _gzip_parts(body: bytes) -> Iterator[bytes]:
    return _members(body, 16 + zlib.MAX_WBITS)


def _zlib_parts(body: bytes) -> Iterator[bytes]:
    """Decompress "deflate": zlib as RFC 9110 has it, or raw as some clients send it."""
    is_zlib = len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _members(body, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _brotli_parts(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    part = stream.process(body, output_buffer_limit=_STEP)
    while part or not stream.is_finished():
        if part:
            yield part
        if stream.is_finished():
            break
        if stream.can_accept_more_data() and not part:
            raise EOFError("the compressed data ends too early")
        part = stream.process(b"", output_buffer_limit=_STEP)


def _zstd_parts(body: bytes) -> Iterator[bytes]:
    # A frame may ask for a window of gigabytes; eight megabytes is what the RFC wants supported.
    decompressor = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    frame = decompressor.decompressobj()
    # In small pieces: a few bytes may become a block of 128 KiB, and the output has a bound.
    pieces = [body[start : start + _ZSTD_STEP] for start in range(0, len(body), _ZSTD_STEP)]
    for piece in pieces:
        rest = piece
        while rest:
            if frame.eof:
                frame = decompressor.decompressobj()
            if part := frame.decompress(rest):
                yield part
            rest = frame.unused_data if frame.eof else b""
    if pieces and not frame.eof:
        raise EOFError("the compressed data ends too early")


_DECODERS: dict[str, Callable[[bytes], Iterable[bytes]]] = {
    "gzip": _gzip_parts,
    "x-gzip": _gzip_parts,
    "deflate": _zlib_parts,
    "br": _brotli_parts,
    "zstd": _zstd_parts,
}
