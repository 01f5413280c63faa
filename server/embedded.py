"""The embedded PostgreSQL: a real server from a wheel, which lives no longer than who started it.

The wheel only supplies binaries. One process holds the data directory and owns the server; all
others attach to it. When that process is killed, PostgreSQL stops by itself (on Linux; elsewhere
the next start stops it).
"""

import logging
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from server.embedded_cluster import (
    DATABASE,
    OWNER_ROLE,
    PASSWORD_FILE,
    PORT,
    Cluster,
    path_of_cluster,
    prepare,
    short_directory,
    socket_directory,
)
from server.embedded_processes import (
    FAST_STOP_SECONDS,
    HARD_STOP_SECONDS,
    EmbeddedPostgresFailed,
    Postmaster,
    end_leftovers,
    is_locked,
    lock,
    mark_of,
    postmaster_of,
)
from server.parent import how_it_ended

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresFailed", "PostgresAddress", "attach"]

SHELTER = Path("/var/lib/tocsin")
READY_SECONDS = 300.0  # after a crash PostgreSQL first replays what it had logged
ATTACH_SECONDS = 15.0
LOOK_SECONDS = 0.01
LOG_BYTES = 8 * 1024 * 1024

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    # Of a refused statement only the message is logged: keys and rows are other people's data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
# For data that nobody will miss: a power cut may destroy it, a killed process does not.
HASTY_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """Where a running cluster is, with the login of its owner."""

    url: str = field(repr=False)  # holds the password
    socket_directory: Path
    port: int


class EmbeddedPostgres:
    """A PostgreSQL server of our own in a data directory; at most one process may hold it."""

    def __init__(
        self, data_directory: Path, *, durable: bool = True, shelter: Path = SHELTER
    ) -> None:
        """Take what `start` needs; `shelter` is used by root for what another user cannot reach."""
        self._data_directory = data_directory.resolve()
        self._durable = durable
        self._shelter = shelter.resolve()
        self._lock: int | None = None
        self._cluster: Cluster | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> PostgresAddress:
        """Start it."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def process_id(self) -> int | None:
        """The postmaster's process id while it is ours."""
        return self._process.pid if self._process else None

    def start(self) -> PostgresAddress:
        """Start PostgreSQL, the first time on a new cluster; return when it takes connections."""
        if self._lock is not None:
            raise RuntimeError("This PostgreSQL was started already.")
        began = time.monotonic()
        try:
            self._data_directory.mkdir(parents=True, exist_ok=True)
            self._lock = lock(self._data_directory)
            self._cluster = prepare(
                self._data_directory, shelter=self._shelter, durable=self._durable
            )
            end_leftovers(self._cluster.path)
            address = self._launch(self._cluster)
        except OSError as refused:
            self.stop()
            raise EmbeddedPostgresFailed(
                f"PostgreSQL cannot be started in {self._data_directory}: {refused}."
                " Put that right, or set DATABASE_URL to a PostgreSQL server of yours."
            ) from refused
        except BaseException:
            self.stop()
            raise
        logger.info("PostgreSQL runs in %s (%.2f s).", self._cluster.path, time.monotonic() - began)
        return address

    def stop(self) -> None:
        """Stop PostgreSQL and let go of the data directory; harmless when nothing runs."""
        process, self._process = self._process, None
        cluster, self._cluster = self._cluster, None
        try:
            if process and cluster:
                _end(process)
                end_leftovers(cluster.path)
                with suppress(OSError):
                    short_directory(cluster.path).rmdir()
        finally:
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def tend(self) -> str | None:
        """Keep the log short; say what has ended, or None while PostgreSQL runs."""
        _shorten(self._log)
        if self._process is None or (status := self._process.poll()) is None:
            return None
        return f"PostgreSQL (process {self._process.pid}) {how_it_ended(status)}"

    @property
    def _log(self) -> Path:
        return self._data_directory / "postgres.log"

    def _launch(self, cluster: Cluster) -> PostgresAddress:
        sockets = socket_directory(cluster)
        settings = SETTINGS | {
            "unix_socket_directories": str(sockets),
            "cluster_name": mark_of(cluster.path),  # how its processes are found again
            **({} if self._durable else HASTY_SETTINGS),
        }
        _shorten(self._log)
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._process = cluster.account.spawn(
                [
                    *(cluster.binaries / "postgres", "-D", cluster.path),
                    *(part for item in settings.items() for part in ("-c", "=".join(item))),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                death_signal=signal.SIGINT,
            )
        finally:
            os.close(log)
        self._wait_until_ready(self._process, cluster.path)
        return _address(cluster.path, sockets, PORT)

    def _wait_until_ready(self, process: subprocess.Popen[bytes], cluster: Path) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if (status := process.poll()) is not None:
                said = self._log.read_text(errors="replace").strip().splitlines()[-1:]
                raise EmbeddedPostgresFailed(
                    f"PostgreSQL {how_it_ended(status)} while it started, saying:"
                    f" {''.join(said) or 'nothing'}. More is in {self._log}."
                )
            if (found := postmaster_of(cluster)) and _is_ready(found):
                return
            time.sleep(LOOK_SECONDS)
        raise EmbeddedPostgresFailed(
            f"PostgreSQL did not become ready within {READY_SECONDS:.0f} s; see {self._log}."
        )


def attach(data_directory: Path, *, wait_seconds: float = ATTACH_SECONDS) -> PostgresAddress | None:
    """Return the address of the cluster that another process runs here, or None if nobody does.

    Waits while that other process is still starting it.
    """
    data_directory = data_directory.resolve()
    cluster = path_of_cluster(data_directory)
    deadline = time.monotonic() + wait_seconds
    try:
        while True:
            if (found := postmaster_of(cluster)) and _is_ready(found):
                return _address(cluster, Path(found.socket_directory), found.port)
            if not is_locked(data_directory) or time.monotonic() > deadline:
                return None
            time.sleep(LOOK_SECONDS)
    except PermissionError as refused:
        raise EmbeddedPostgresFailed(
            f"The database in {data_directory} is closed to you;"
            " run this as the user who runs Tocsin."
        ) from refused


def _address(cluster: Path, sockets: Path, port: int) -> PostgresAddress:
    password = (cluster / PASSWORD_FILE).read_text()
    login = f"{OWNER_ROLE}:{quote(password)}"
    url = f"postgresql://{login}@/{DATABASE}?host={quote(str(sockets))}&port={port}"
    return PostgresAddress(url=url, socket_directory=sockets, port=port)


def _is_ready(postmaster: Postmaster) -> bool:
    return postmaster.status == "ready"


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.send_signal(signal.SIGINT)
        process.wait(FAST_STOP_SECONDS)
    except BaseException as impatient:
        # A second Ctrl-C, or it hangs: without a last checkpoint, which the next start makes good.
        process.send_signal(signal.SIGQUIT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(HARD_STOP_SECONDS)
        process.kill()
        process.wait()
        if not isinstance(impatient, subprocess.TimeoutExpired):
            raise


def _shorten(log: Path) -> None:
    with suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            shutil.copy(log, log.with_name("postgres.log.1"))
            os.truncate(log, 0)
