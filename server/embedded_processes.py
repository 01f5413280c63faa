"""The processes of one cluster: who holds it, which run, and how leftovers of a kill are ended.

Process ids are reused, above all in containers, where every start counts from one again. A number
in `postmaster.pid` is therefore believed only when that process bears the mark of this cluster.
"""

import fcntl
import hashlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FAST_STOP_SECONDS = 60.0
HARD_STOP_SECONDS = 10.0
LOCK_SECONDS = 0.5
LOOK_SECONDS = 0.01

logger = logging.getLogger(__name__)


class EmbeddedPostgresFailed(Exception):
    """The embedded PostgreSQL cannot be had; the message tells a person why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """What PostgreSQL says of itself in `postmaster.pid`."""

    process_id: int
    port: int
    socket_directory: str
    status: str


def lock(data_directory: Path) -> int:
    """Take the data directory for this process; return the descriptor that holds it."""
    path = data_directory / "postgres.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # A moment of patience: whoever attaches looks at the lock by taking it.
    deadline = time.monotonic() + LOCK_SECONDS
    while not _try_lock(descriptor, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            holder = os.read(descriptor, 32).decode().strip()
            os.close(descriptor)
            raise EmbeddedPostgresFailed(
                f"Another Tocsin (process {holder or 'unknown'}) already runs on {data_directory}."
                " Stop it first, or give this one a data directory of its own."
            )
        time.sleep(LOOK_SECONDS)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def is_locked(data_directory: Path) -> bool:
    """Tell whether some process holds the data directory."""
    try:
        descriptor = os.open(data_directory / "postgres.lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def mark_of(path: Path) -> str:
    """Return the short name by which this directory's processes and places are known."""
    return "tocsin-" + hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def postmaster_of(cluster: Path) -> Postmaster | None:
    """Return the running postmaster of a cluster, or None."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(lines) < 8:  # PostgreSQL is just writing it
        return None
    found = Postmaster(
        process_id=int(lines[0]),
        port=int(lines[3]),
        socket_directory=lines[4],
        status=lines[7].strip(),
    )
    return found if found.process_id in processes_of(cluster) else None


def processes_of(cluster: Path) -> frozenset[int]:
    """Return the ids of all processes that work on a cluster."""
    mark, owner = mark_of(cluster), cluster.stat().st_uid
    return frozenset(
        process_id
        for process_id, user_id, command in _all_processes()
        if user_id == owner and mark in command and "postgres" in command
    )


def end_leftovers(cluster: Path) -> None:
    """End what a killed house left running on a cluster, gently where that is still possible.

    Only the holder of the data directory's lock may call this.
    """
    if postmaster := postmaster_of(cluster):
        process_id = postmaster.process_id
        logger.warning(
            "An earlier PostgreSQL (process %d) still works on %s; it is stopped first.",
            process_id,
            cluster,
        )
        _end(
            lambda: processes_of(cluster) & {process_id},
            (signal.SIGINT, FAST_STOP_SECONDS),
            (signal.SIGQUIT, HARD_STOP_SECONDS),
        )
    # Without a postmaster nothing that they do is kept, and a busy one may not notice for hours.
    if left := _end(lambda: processes_of(cluster), (signal.SIGKILL, HARD_STOP_SECONDS)):
        raise EmbeddedPostgresFailed(
            f"Processes of an earlier PostgreSQL on {cluster} do not end: {sorted(left)}."
        )
    # PostgreSQL itself would refuse to start while some other process has the number in this file.
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _end(
    alive: Callable[[], frozenset[int]], *steps: tuple[signal.Signals, float]
) -> frozenset[int]:
    for number, patience_seconds in steps:
        for process_id in alive():
            with suppress(ProcessLookupError):
                os.kill(process_id, number)
        deadline = time.monotonic() + patience_seconds
        while alive() and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
    return alive()


def _all_processes() -> Iterator[tuple[int, int, str]]:
    """Yield process id, user id and command line of every process that we may see."""
    if sys.platform != "linux":
        told = subprocess.run(
            ["/bin/ps", "-axo", "pid=,uid=,command="], capture_output=True, text=True, check=True
        )
        for line in told.stdout.splitlines():
            process_id, user_id, command = line.split(None, 2)
            yield int(process_id), int(user_id), command
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                # The command line, not `cwd` or `exe`: those are closed to root in most containers.
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
                yield int(entry.name), entry.stat().st_uid, command
