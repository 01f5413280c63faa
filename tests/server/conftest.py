"""Fixtures of the embedded PostgreSQL: a place, a cluster, and a process that owns one."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.embedded import EmbeddedPostgres
from tests.server.embedding import OWNER, ROOT


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user may enter; those of pytest are closed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data directory with a cluster, for tests that are not about making one."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with EmbeddedPostgres(Path(name), durable=False):
            pass
        yield Path(name)


@pytest.fixture
def owner() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Another process that holds a data directory until its standard input is closed."""
    started = []

    def start(data: Path, *words: str, user_id: int = 0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(data), str(user_id), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()
