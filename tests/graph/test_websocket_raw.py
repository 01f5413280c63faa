"""The WebSocket door over raw sockets: what no well-behaved client would ever send."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.transport_limits import MAXIMUM_FRAME_BYTES
from tests.graph.serving import Served, happens

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FEED = "subscription { errorFeed { changes { count } } }"


class Raw:
    """A socket on which every frame is made by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self, opcode: int, body: bytes, *, is_final: bool = True, is_masked: bool = True):
        first = opcode | (0x80 if is_final else 0)
        mask = 0x80 if is_masked else 0
        if len(body) < 126:
            head = struct.pack("!BB", first, mask | len(body))
        elif len(body) < 1 << 16:
            head = struct.pack("!BBH", first, mask | 126, len(body))
        else:
            head = struct.pack("!BBQ", first, mask | 127, len(body))
        self._writer.write(head + (b"\0\0\0\0" if is_masked else b"") + body)

    def say(self, message: object) -> None:
        self.send(TEXT, json.dumps(message).encode())

    async def frame(self) -> tuple[int, bytes]:
        async with asyncio.timeout(30):
            first, length = await self._reader.readexactly(2)
            assert first & 0x80
            assert length < 127, "a frame of the server that a test here does not expect"
            if length == 126:
                [length] = struct.unpack("!H", await self._reader.readexactly(2))
            return first & 15, await self._reader.readexactly(length)

    async def hear(self) -> object:
        opcode, body = await self.frame()
        assert opcode == TEXT, (opcode, body)
        return json.loads(body)

    async def close_code(self) -> int:
        while True:
            opcode, body = await self.frame()
            if opcode == CLOSE:
                return struct.unpack("!H", body[:2])[0]


@asynccontextmanager
async def a_raw_socket(door: Served, token: str | None = None) -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(
        b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    raw = Raw(reader, writer)
    if token is not None:
        raw.say({"type": "connection_init", "payload": {"token": token}})
        assert await raw.hear() == {"type": "connection_ack"}
    try:
        yield raw
    finally:
        writer.transport.abort()


async def test_a_message_may_come_in_pieces_with_a_ping_between_them(door, tenant):
    async with a_raw_socket(door, tenant.token) as raw:
        raw.send(TEXT, b'{"type":', is_final=False)
        raw.send(PING, b"are you there")
        raw.send(CONTINUATION, b'"ping"}')

        assert await raw.frame() == (PONG, b"are you there")
        assert await raw.hear() == {"type": "pong"}


@pytest.mark.parametrize(
    ("opcode", "body", "code"),
    [
        (BINARY, b'{"type":"ping"}', 4400),
        (BINARY, b"", 4400),
        (TEXT, b'{"type":"\xff"}', 1007),
        (TEXT, b'"' + b"x" * MAXIMUM_FRAME_BYTES + b'"', 1009),
        (CONTINUATION, b"of nothing", 1002),
        (PING, b"x" * 126, 1002),
        (3, b"of no known kind", 1002),
    ],
)
async def test_a_frame_that_may_not_be_ends_the_socket_with_its_code(
    door, tenant, opcode, body, code
):
    async with a_raw_socket(door, tenant.token) as raw:
        raw.send(opcode, body)

        assert await raw.close_code() == code


async def test_an_unmasked_frame_ends_the_socket(door, tenant):
    async with a_raw_socket(door, tenant.token) as raw:
        raw.send(TEXT, b'{"type":"ping"}', is_masked=False)

        assert await raw.close_code() == 1002


async def test_pings_are_answered_at_any_time_and_pongs_need_no_ping(door, tenant):
    async with a_raw_socket(door) as raw:
        raw.say({"type": "pong", "payload": {"unasked": True}})
        raw.say({"type": "ping"})
        assert await raw.hear() == {"type": "pong"}
        raw.say({"type": "connection_init", "payload": {"token": tenant.token}})
        assert await raw.hear() == {"type": "connection_ack"}


async def test_to_complete_what_never_began_is_no_mistake(door, tenant):
    async with a_raw_socket(door, tenant.token) as raw:
        raw.say({"id": "never", "type": "complete"})
        raw.say({"type": "ping"})

        assert await raw.hear() == {"type": "pong"}


async def test_nothing_more_comes_of_what_was_completed(door, house, tenant):
    async with a_raw_socket(door, tenant.token) as raw:
        raw.say({"id": "1", "type": "subscribe", "payload": {"query": FEED}})
        opening = await raw.hear()
        raw.say({"id": "1", "type": "complete"})
        raw.say({"type": "ping"})
        assert await raw.hear() == {"type": "pong"}
        await happens(house, tenant, "pay")
        raw.say({"type": "ping"})

        assert await raw.hear() == {"type": "pong"}
    assert (opening["id"], opening["type"]) == ("1", "next")


async def test_subscribe_and_complete_in_one_breath_leave_nothing_behind(door, house, tenant):
    async with a_raw_socket(door, tenant.token) as raw:
        for number in range(20):
            id_ = str(number)
            raw.say({"id": id_, "type": "subscribe", "payload": {"query": FEED}})
            raw.say({"id": id_, "type": "complete"})
        raw.say({"id": "last", "type": "subscribe", "payload": {"query": FEED}})
        while (await raw.hear())["id"] != "last":
            pass
        raw.say({"id": "last", "type": "complete"})
        async with asyncio.timeout(30):
            while house.hub.counts.listeners or house.live.subscribers:
                await asyncio.sleep(0.01)
