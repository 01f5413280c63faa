"""The protocol of `serve` over real sockets: heads that are too long, too many, or too slow."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from server.protocol import MAX_HEAD_BYTES, BoundedProtocol
from tests.servers import free_port

pytestmark = pytest.mark.timeout(60)


class _Impatient(BoundedProtocol):
    head_seconds = 0.1


class _Quiet(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave the signals to pytest."""


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of the body."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    text = str(len(body)).encode()
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


@asynccontextmanager
async def listening(protocol: type[BoundedProtocol] = BoundedProtocol) -> AsyncIterator[int]:
    port = free_port()
    config = uvicorn.Config(
        _echo, host="127.0.0.1", port=port, http=protocol, lifespan="off", log_config=None
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await serving


async def said(port: int, *pieces: bytes) -> bytes:
    """Send pieces one after the other; return all that is answered until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        try:
            await writer.drain()
        except ConnectionError:
            break
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def _post(*headers: bytes, body: bytes = b"") -> bytes:
    lines = (b"POST / HTTP/1.1", b"host: x", b"content-length: %d" % len(body), *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "head",
    [
        _post(b"x-long: " + b"y" * MAX_HEAD_BYTES),
        b"POST /" + b"a" * MAX_HEAD_BYTES + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        _post(*(b"x-%d:" % number for number in range(4_000))),
        b"POST / HTTP/1.1\r\nx-endless: " + b"y" * (4 * MAX_HEAD_BYTES),
    ],
    ids=["a long header", "a long address", "many headers", "a header without an end"],
)
async def test_a_head_that_is_too_large_is_refused(head: bytes):
    async with listening() as port:
        answer = await said(port, head)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")


async def test_a_head_that_is_too_large_is_told_so():
    async with listening() as port:
        answer = await said(port, b"POST / HTTP/1.1\r\nx: " + b"y" * (MAX_HEAD_BYTES + 1))

    assert answer.startswith(b"HTTP/1.1 431 ")
    assert answer.endswith(b"The head of the request is larger than 65536 bytes.")


async def test_ordinary_requests_follow_each_other_on_a_connection_whatever_their_bodies():
    large = b"b" * (4 * MAX_HEAD_BYTES)

    async with listening() as port:
        last = _post(b"connection: close", b"x-wide: " + b"w" * (MAX_HEAD_BYTES // 2))
        answer = await said(port, _post(body=large), _post(), last)

    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert str(len(large)).encode() in answer


async def test_who_does_not_finish_a_head_or_begin_a_body_is_hung_up():
    async with listening(_Impatient) as port:
        began = time.monotonic()
        answers = await asyncio.gather(
            said(port),
            said(port, b"POST / HTTP/1.1\r\n"),
            said(port, b"POST / HTTP/1.1\r\nx: "),
            said(port, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n"),
        )

    assert [answer for answer in answers if b" 200 " in answer] == []
    assert time.monotonic() - began < 20


async def test_who_began_a_body_has_time_for_it():
    async with listening(_Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\na"
        )
        # Whoever connects later and says nothing is hung up first.
        assert await said(port) == b""
        writer.write(b"b")
        answer = await reader.read()
        writer.close()

    assert answer.endswith(b"\r\n\r\n2")
