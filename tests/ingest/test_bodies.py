"""Request bodies: every encoding that SDKs use, and a bound on what comes out."""

import asyncio
import gzip
import zlib

import brotli
import pytest
import zstandard

from ingest import bodies
from ingest.answers import Refused
from ingest.bodies import TooLarge, decoded, inflated, read_body

BODY = b'{"event_id":"0123456789abcdef0123456789abcdef"}\n' * 50


def _raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


ENCODED = {
    "identity": BODY,
    "": BODY,
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "GZIP": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstandard.compress(BODY),
    "gzip, br": brotli.compress(gzip.compress(BODY)),
}


@pytest.mark.parametrize("encoding", ENCODED)
async def test_every_encoding_is_undone(encoding: str):
    assert await decoded(ENCODED[encoding], encoding) == BODY


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("deflate", _raw_deflate(BODY)),
        ("gzip", gzip.compress(BODY[:100]) + gzip.compress(BODY[100:])),
        ("zstd", zstandard.compress(BODY[:100]) + zstandard.compress(BODY[100:])),
    ],
    ids=["raw deflate", "gzip of two members", "zstd of two frames"],
)
async def test_what_some_clients_send_is_undone_too(encoding: str, body: bytes):
    assert await decoded(body, encoding) == BODY


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("large", [False, True], ids=["inline", "in a thread"])
async def test_a_bomb_is_stopped_at_the_limit(encoding: str, large: bool):
    body = b"\0" * 300_000_000 if large else b"\0" * 3_000_000
    packed = {
        "gzip": lambda: gzip.compress(body, 1),
        "deflate": lambda: zlib.compress(body, 1),
        "br": lambda: brotli.compress(body, quality=1),
        "zstd": lambda: zstandard.compress(body),
    }[encoding]()

    with pytest.raises(TooLarge, match="larger than 1000000 bytes"):
        await decoded(packed, encoding, 1_000_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_is_cut_off_or_wrong_is_refused(encoding: str):
    for body in (ENCODED[encoding][:-8], b"not compressed at all"):
        with pytest.raises(Refused) as refused:
            assert await decoded(body, encoding) == b"never equal"

        assert refused.value.status == 400


async def test_an_unknown_encoding_is_refused_by_name():
    with pytest.raises(Refused, match="'snappy' is not supported") as refused:
        await decoded(BODY, "snappy")

    assert refused.value.status == 415


def test_zlib_without_a_name_is_inflated():
    assert inflated(zlib.compress(BODY)) == BODY


def _messages(*parts: bytes):
    messages = [
        {"type": "http.request", "body": part, "more_body": n < len(parts) - 1}
        for n, part in enumerate(parts)
    ]

    async def receive():
        return messages.pop(0)

    return receive


async def test_a_body_in_parts_is_read_whole():
    assert await read_body(_messages(b"a", b"", b"bc"), None) == b"abc"


async def test_a_body_that_says_it_is_too_large_is_not_read():
    with pytest.raises(TooLarge):
        await read_body(_messages(), b"11", 10)


async def test_a_body_that_turns_out_too_large_is_refused():
    with pytest.raises(TooLarge):
        await read_body(_messages(b"123456", b"123456"), None, 10)


async def test_a_client_that_goes_away_gets_no_further():
    async def receive():
        return {"type": "http.disconnect"}

    with pytest.raises(Refused, match="went away"):
        await read_body(receive, None)


async def _never():
    await asyncio.Event().wait()


async def test_a_body_that_pauses_too_long_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.01)

    async def pausing():
        if pieces:
            return {"type": "http.request", "body": pieces.pop(), "more_body": True}
        return await _never()

    pieces = [b"x"]
    with pytest.raises(Refused, match="did not come in time") as refused:
        await read_body(pausing, None)

    assert refused.value.status == 408


async def test_a_body_that_dribbles_in_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, "WHOLE_SECONDS", 0.05)

    async def receive():
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(Refused, match="did not come in time") as refused:
        await read_body(receive, None)

    assert refused.value.status == 408


async def test_who_still_sends_when_a_process_ends_is_told_to_come_back():
    reading = asyncio.create_task(read_body(_never, None))
    await asyncio.sleep(0)

    reading.cancel()

    with pytest.raises(Refused, match="is stopping") as refused:
        await reading
    assert refused.value.status == 503
    assert (b"retry-after", b"1") in refused.value.headers


async def test_large_bodies_wait_for_a_place_and_small_ones_do_not(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(bodies, "places", asyncio.Semaphore(1))
    monkeypatch.setattr(bodies, "LARGE_BYTES", 10)
    rest = asyncio.Event()
    messages = [(b"x" * 11, True), (b"y", False)]

    async def stalling():
        body, more = messages.pop(0)
        if not more:
            await rest.wait()
        return {"type": "http.request", "body": body, "more_body": more}

    first = asyncio.create_task(read_body(stalling, None))
    await asyncio.sleep(0)
    second = asyncio.create_task(read_body(_messages(b"z" * 11, b""), None))
    for _ in range(5):
        await asyncio.sleep(0)
    small = await read_body(_messages(b"z" * 10), None)

    assert (small, first.done(), second.done()) == (b"z" * 10, False, False)
    rest.set()
    assert await asyncio.gather(first, second) == [b"x" * 11 + b"y", b"z" * 11]
    assert not bodies.places.locked()


async def test_a_large_body_that_finds_no_place_is_asked_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(bodies, "places", asyncio.Semaphore(0))
    monkeypatch.setattr(bodies, "LARGE_BYTES", 10)
    monkeypatch.setattr(bodies, "IDLE_SECONDS", 0.01)

    with pytest.raises(Refused, match="large bodies") as refused:
        await read_body(_messages(b"z" * 11, b""), None)

    assert refused.value.status == 503
    assert (b"retry-after", b"1") in refused.value.headers
