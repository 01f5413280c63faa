"""An installation of its own for a benchmark: real processes, a durable database, a free port.

`BENCH_DATA` names a directory that is kept: what was seeded there is found again by the next run,
which first brings the database to the newest schema.
"""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg

from application.setup import SetupUseCases
from persistence import schema
from persistence.database import Database
from server.embedded import EmbeddedPostgres
from server.wiring.base import CLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where a running installation is, and its keys."""

    url: str
    database_url: str
    dsn: str
    public_key: str
    project: int
    token: str
    environment: dict[str, str]
    processes: tuple[subprocess.Popen[bytes], ...]
    kept: Path | None = None

    async def sql(self, statement: str, *values: object) -> object:
        """Return one value, as the database's owner."""
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    *,
    serve: int = 1,
    work: int = 1,
    redis_url: str | None = None,
    environment: dict[str, str] | None = None,
    may_be_kept: bool = False,
) -> Iterator[Installation]:
    """Run `serve` and `work` processes over an embedded, durable PostgreSQL."""
    kept = _kept() if may_be_kept else None
    with _directory(kept) as directory, EmbeddedPostgres(directory / "data") as address:
        asyncio.run(schema.upgrade(address.url))
        public_key, project, token = _keys(address.url, kept)
        ports = [free_port() for _ in range(serve)]
        env = os.environ | {
            "DATABASE_URL": address.url,
            "TOCSIN_DATA": str(directory / "data"),
            "TOCSIN_LOG_LEVEL": "warning",
            "TOCSIN_API_REQUESTS_PER_MINUTE": "10000000",
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **(environment or {}),
        }
        processes = [
            *(start("serve", env | {"TOCSIN_PORT": str(port)}) for port in ports),
            *(start("work", env) for _ in range(work)),
        ]
        try:
            for port in ports:
                _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
            port = ports[0] if ports else 0
            yield Installation(
                url=f"http://127.0.0.1:{port}",
                database_url=address.url,
                dsn=f"http://{public_key}@127.0.0.1:{port}/{project}",
                public_key=public_key,
                project=project,
                token=token,
                environment=env,
                processes=tuple(processes),
                kept=kept,
            )
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(30)


def _kept() -> Path | None:
    named = os.environ.get("BENCH_DATA")
    return Path(named) if named else None


@contextmanager
def _directory(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(mode=0o755, parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


def _keys(url: str, kept: Path | None) -> tuple[str, int, str]:
    """Return the keys of an installation, which is set up when it is new."""
    if kept is None:
        return asyncio.run(_set_up(url))
    file = kept / "keys.json"
    if not file.exists():
        file.write_text(json.dumps(asyncio.run(_set_up(url))))
    public_key, project, token = json.loads(file.read_text())
    return public_key, project, token


async def _set_up(url: str) -> tuple[str, int, str]:
    database = Database(url, pool_size=2)
    try:
        setup = SetupUseCases(database=database, clock=CLOCK)
        installation = await setup.first_start(f"{uuid4().hex}@example.com")
        await setup.set_error_rate_limit(installation.organization.slug, 1_000_000)
    finally:
        await database.close()
    assert installation.token_secret is not None
    key = installation.key
    return key.public_key, key.service_number, installation.token_secret


def start(name: str, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start one process of an installation."""
    return subprocess.Popen([sys.executable, "-m", "server", name], env=env)


def _wait_until_ready(url: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"{url} was not ready within {seconds} s")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_of_tree(pid: int) -> int:
    """Return the proportional memory, in bytes, of a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    total, tree = 0, [pid]
    while tree:
        one = tree.pop()
        total += _pss(one)
        tree += children.get(one, [])
    return total


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
