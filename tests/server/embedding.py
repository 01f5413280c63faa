"""What the tests of the embedded PostgreSQL share: who runs it, and how to ask it."""

import os
import pwd
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
AS_ROOT = pytest.mark.skipif(not IS_ROOT, reason="Only root has to become somebody else.")
ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="Only Linux tells of a parent's death."
)

# Demotes itself after its imports: the interpreter may lie where that user cannot read.
OWNER = """
import os, signal, sys
from pathlib import Path
from server.embedded import EmbeddedPostgres, EmbeddedPostgresFailed, attach
data_directory, user_id = Path(sys.argv[1]), int(sys.argv[2])
if user_id:
    os.setgroups([])
    os.setgid(user_id)
    os.setuid(user_id)
try:
    if sys.argv[3:] == ["attach"]:
        print(attach(data_directory), flush=True)
    else:
        with EmbeddedPostgres(data_directory, durable=False) as address:
            print(address.url, flush=True)
            sys.stdin.read()
except EmbeddedPostgresFailed as refused:
    print(refused, flush=True)
"""


def eventually(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.005)


@contextmanager
def moved(data: Path, *, to: Path) -> Iterator[None]:
    """Lend a cluster to another data directory."""
    to.mkdir(parents=True)
    (data / "postgres").rename(to / "postgres")
    yield
    (to / "postgres").rename(data / "postgres")


async def ask(url: str, *statements: str) -> object:
    """Run statements and return the value of the last."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()
