"""Fuzz: what no client should send, at every door, for a minute.

Recorded requests are bent in a hundred ways. What must hold: no answer above 499, no event that got
a 200 is lost (it is stored, counted, or a dead letter with its reason), and neither time nor memory
grows without bound. The seed is printed, so that a failure can be had again.
"""

import asyncio
import gzip
import json
import os
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import brotli
import httpx
import zstandard

from benchmarks.filling import wait_until_empty
from benchmarks.installation import Installation, pss_of_tree, running
from benchmarks.payloads import RECORDED
from ingest.answers import Refused
from ingest.sentry.envelope import split

SECONDS = int(os.environ.get("TOCSIN_BENCH_FUZZ", "60"))
SEED = int(os.environ.get("TOCSIN_BENCH_SEED", "0")) or int(time.time())
CLIENTS = 8
_TYPES = ("event", "transaction", "session", "attachment", "nonsense", "log", "span", "feedback")
_ODD = (
    b"null", b"[]", b"{}", b"-1", b"1e999", b"NaN", b'"\\ud800"', b'"\\u0000"', b"[" * 3000,
    b'{"a":' * 1500, b"9" * 400, b'"' + b"x" * 70_000 + b'"', b"\xff\xfe", b"true", b'""',
)  # fmt: skip


@dataclass(slots=True)
class Told:
    """What the doors answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    doors: Counter[str] = field(default_factory=Counter)
    promised: set[UUID] = field(default_factory=set)
    longest: float = 0.0
    bad: list[str] = field(default_factory=list)


def main() -> None:
    """Print what came of it; a broken promise ends the run with an error."""
    with running() as own:
        asyncio.run(
            own.sql("UPDATE organizations SET error_rate_limit_per_minute = 1000000 RETURNING 1")
        )
        before = _memory(own)
        told = asyncio.run(_fuzz(own))
        wait_until_empty(lambda: int(str(asyncio.run(own.sql(_WAITING)))), 300)
        lost = asyncio.run(_lost(own, told.promised))
        after = _memory(own)
        dead = asyncio.run(own.sql(_DEAD))
    print(
        f"  seed {SEED}   {sum(told.statuses.values())} requests in {SECONDS} s"
        f"   answers {dict(sorted(told.statuses.items()))}   slowest {told.longest:.2f} s"
    )
    print(
        f"  {len(told.promised)} events got a 200, {len(lost)} of them lost"
        f"   memory {before:.0f} MiB before, {after:.0f} after"
    )
    print(f"  dead letters: {dead}")
    for line in [*told.bad[:10], *(f"lost: {one}" for one in lost[:10])]:
        print(f"  {line}")
    if lost or told.bad:
        raise SystemExit(1)


_DEAD = """
SELECT coalesce(string_agg(n || ' ' || kind || ': ' || reason, '; '), 'none') FROM (
    SELECT count(*) AS n, kind, left(reason, 60) AS reason FROM dead_letters
    GROUP BY 2, 3 ORDER BY 1 DESC LIMIT 12
) letters
"""
_WAITING = "SELECT count(*) FROM inbox"


def _memory(own: Installation) -> float:
    return sum(pss_of_tree(process.pid) for process in own.processes) / 2**20


async def _lost(own: Installation, promised: set[UUID]) -> list[UUID]:
    """Return the promised events that are nowhere."""
    connection = await asyncpg.connect(own.database_url)
    try:
        rows = await connection.fetch(
            "SELECT event_id FROM event_ids UNION SELECT event_id FROM dead_letters"
        )
    finally:
        await connection.close()
    kept = {UUID(bytes=row["event_id"].bytes) for row in rows}
    return sorted(promised - kept)


async def _fuzz(own: Installation) -> Told:
    told = Told()
    recorded = _recorded()
    deadline = time.monotonic() + SECONDS
    async with httpx.AsyncClient(timeout=30) as client:
        await asyncio.gather(
            *(
                _client(own, client, told, recorded, random.Random(SEED + n), deadline)
                for n in range(CLIENTS)
            )
        )
    return told


def _recorded() -> list[tuple[Path, bytes]]:
    paths = [path for path in RECORDED.rglob("*") if path.is_file() and path.suffix != ".md"]
    bodies = [
        (path, gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
        for path in sorted(paths)
    ]
    return [(path, body) for path, body in bodies if len(body) < 200_000]


async def _client(
    own: Installation,
    client: httpx.AsyncClient,
    told: Told,
    recorded: list[tuple[Path, bytes]],
    chance: random.Random,
    deadline: float,
) -> None:
    while time.monotonic() < deadline:
        path, body = chance.choice(recorded)
        event_id = uuid4()
        door = _door(path, chance, own)
        plain = _bent(_dated(body, event_id), chance)
        bent, headers = _encoded(plain, chance)
        began = time.monotonic()
        try:
            answer = await client.post(own.url + door, content=bent, headers=headers)
        except httpx.HTTPError as error:
            told.bad.append(f"{door} of {path.name}: {error!r}")
            continue
        told.longest = max(told.longest, time.monotonic() - began)
        told.statuses[answer.status_code] += 1
        told.doors[door.split("?")[0]] += 1
        if answer.status_code >= 500:
            told.bad.append(f"{door} of {path.name}: {answer.status_code} {answer.text[:200]}")
        elif answer.status_code == 200 and ("/store" in door or _has_event(door, plain)):
            told.promised.add(UUID(answer.json()["id"]))


def _has_event(door: str, body: bytes) -> bool:
    """Say whether an envelope holds an event, so that its id is a promise."""
    if "/envelope" not in door:
        return False
    try:
        items = split(body).items
    except Refused:  # what came was bent once more on its way
        return False
    return any(item.type == "event" and item.payload.strip() for item in items)


def _door(path: Path, chance: random.Random, own: Installation) -> str:
    key, project = own.public_key, own.project
    kind = path.suffixes[0] if path.suffixes else ""
    doors = {
        ".envelope": [f"/api/{project}/envelope/?sentry_key={key}"] * 8,
        ".json": [f"/api/{project}/store/?sentry_key={key}"],
        ".pb": [f"/v1/{name}?key={key}" for name in ("logs", "traces", "metrics")],
    }
    anywhere = [
        f"/api/{project}/envelope/?sentry_key={key}",
        f"/api/{project}/store/?sentry_key={key}",
        f"/api/{project}/security/?sentry_key={key}",
        f"/api/{project}/nel/?sentry_key={key}",
        f"/api/{project}/cron/nightly/{key}/?status=ok",
        f"/ingest/webhook/custom?key={key}",
        f"/ingest/webhook/vercel?key={key}",
        f"/ingest/webhook/cloudflare?key={key}",
        f"/api/{project}/integration/otlp/v1/logs",
        f"/api/{project}/integration/otlp/v1/traces",
    ]
    return chance.choice(doors.get(kind, []) + anywhere)


def _dated(body: bytes, event_id: UUID) -> bytes:
    """Give the event of an envelope an id of its own, in its header."""
    line, newline, rest = body.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError:
        return body
    if not isinstance(head, dict) or "event_id" not in head:
        return body
    head["event_id"] = event_id.hex
    return json.dumps(head).encode() + newline + rest


def _bent(body: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        body = chance.choice(_WAYS)(body, chance)
    return body[:3_000_000]


def _cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _flip(body: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(body)
    for _ in range(min(len(flipped), chance.choice((1, 3, 20)))):
        flipped[chance.randrange(len(flipped))] = chance.randrange(256)
    return bytes(flipped)


def _double(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    end = chance.randrange(start, len(body) + 1)
    return body[:end] + body[start:end] * chance.choice((1, 2, 30)) + body[end:]


def _drop(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    return body[:start] + body[start + chance.choice((1, 10, 1000)) :]


def _value(body: bytes, chance: random.Random) -> bytes:
    """Put something odd where a JSON value stands."""
    colons = [n for n, sign in enumerate(body[:20_000]) if sign == ord(":")]
    if not colons:
        return body
    at = chance.choice(colons) + 1
    ends = [end for sign in (b",", b"}", b"\n") if (end := body.find(sign, at)) > 0]
    return body[:at] + chance.choice(_ODD) + body[min(ends, default=at) :]


def _retype(body: bytes, chance: random.Random) -> bytes:
    name = chance.choice(_TYPES).encode()
    return body.replace(b'"type":"event"', b'"type":"' + name + b'"').replace(
        b'"type": "event"', b'"type": "' + name + b'"'
    )


def _length(body: bytes, chance: random.Random) -> bytes:
    wrong = str(chance.choice((-1, 0, 1, 10**6, 10**18))).encode()
    return body.replace(b'"length":', b'"length":' + wrong + b',"x":', 1)


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _flip, _double, _drop, _value, _value, _value, _retype, _length,
)  # fmt: skip


def _encoded(body: bytes, chance: random.Random) -> tuple[bytes, dict[str, str]]:
    encodings: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda data: gzip.compress(data, 1),
        "deflate": lambda data: zlib.compress(data, 1),
        "br": lambda data: brotli.compress(data, quality=1),
        "zstd": lambda data: zstandard.ZstdCompressor(level=1).compress(data),
    }
    headers = {}
    if chance.random() < 0.6:
        content_type = chance.choice(
            ("application/json", "application/x-protobuf", "text/plain", "application/reports+json")
        )
        headers["content-type"] = content_type
    if chance.random() < 0.4:
        name = chance.choice([*encodings])
        headers["content-encoding"] = name
        body = encodings[name](body)
        if chance.random() < 0.2:
            body = _flip(body, chance)
    elif chance.random() < 0.05:
        headers["content-encoding"] = chance.choice(("gzip", "br", "zstd", "nonsense"))
    return body, headers
