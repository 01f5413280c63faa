"""The supervisor: runs the processes of one house together; when one ends, all end.

It never restarts anything. Whoever started it (systemd, Docker, a person) does that, and finds
nothing left over: no process, no port, no lock.
"""

import logging
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Protocol, Self

from server.parent import dies_with_parent, how_it_ended

LOOK_SECONDS = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to run: what a person calls it, its command and its whole environment."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]


class Watched(Protocol):
    """Something that runs beside the children and is stopped by the caller, such as PostgreSQL."""

    def tend(self) -> str | None:
        """Do the housekeeping that is due; say what has ended, or None while all is well."""


def supervise(
    children: Sequence[Child], *, stop_timeout_seconds: float, watched: Sequence[Watched] = ()
) -> int:
    """Run all children until one ends or a signal asks to stop; return the exit status.

    Zero means: asked to stop, and everybody stopped in time.
    """
    running: list[_Running] = []
    with _Bell() as bell:
        try:
            asked = _start(children, running) and _watch(running, watched, bell)
        finally:
            # Also on a bug above: a supervisor that raises must not leave its children behind.
            in_time = _stop(running, bell, stop_timeout_seconds)
    return 0 if asked and in_time else 1


class _Running:
    def __init__(self, child: Child) -> None:
        self._process = subprocess.Popen(  # noqa: S603  the commands are ours
            child.argv,
            env=child.env,
            stdin=subprocess.DEVNULL,
            # Ctrl-C goes to the whole group of the terminal; in a session of its own a child hears
            # of it from us only, once, and in our order.
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        self.title = f"{child.name} (process {self._process.pid})"

    def status(self) -> int | None:
        """Return how it ended, None while it runs."""
        known = self._process.returncode
        status = self._process.poll()
        if known is None and status is not None:
            # What a dead child had started; at once, while the number cannot be another group's.
            self._signal_group()
        return status

    def ask_to_stop(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._signal_group()
        self._process.wait()

    def _signal_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _start(children: Sequence[Child], running: list[_Running]) -> bool:
    for child in children:
        try:
            running.append(_Running(child))
        except OSError as refused:
            logger.error("%s could not be started (%s); stopping everything.", child.name, refused)
            return False
        logger.info("Started %s.", running[-1].title)
    return True


def _watch(running: Sequence[_Running], watched: Sequence[Watched], bell: "_Bell") -> bool:
    while not bell.asked_to_stop:
        for one in running:
            if (status := one.status()) is not None:
                logger.error("%s %s; stopping everything.", one.title, how_it_ended(status))
                return False
        for thing in watched:
            if ended := thing.tend():
                logger.error("%s; stopping everything.", ended)
                return False
        bell.wait(LOOK_SECONDS)
    logger.info("%s: stopping.", bell.asked_to_stop[0].name)
    return True


def _stop(running: Sequence[_Running], bell: "_Bell", timeout_seconds: float) -> bool:
    bell.impatient = False
    for one in running:
        if one.status() is None:
            one.ask_to_stop()
    deadline = time.monotonic() + timeout_seconds
    while late := [one for one in running if one.status() is None]:
        remaining = deadline - time.monotonic()
        if bell.impatient or remaining <= 0:
            break
        bell.wait(remaining)
    for one in late:
        logger.warning("%s did not stop in time and is killed.", one.title)
        one.kill()
    return not late


class _Bell:
    """Turns signals into something to wait for, so that all decisions are made in one place."""

    def __init__(self) -> None:
        self.asked_to_stop: list[signal.Signals] = []
        self.impatient = False

    def __enter__(self) -> Self:
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(
            self._writing.fileno(), warn_on_full_buffer=False
        )
        heard = [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored means: under nohup
            heard.append(signal.SIGHUP)
        self._handlers_before = {each: signal.signal(each, self._rung) for each in heard}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._handlers_before.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._reading.close()
        self._writing.close()

    def wait(self, seconds: float) -> None:
        """Return at the next signal, at the latest after so many seconds."""
        select.select([self._reading], [], [], seconds)
        with suppress(BlockingIOError):
            self._reading.recv(4096)

    def _rung(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGCHLD:
            return
        self.asked_to_stop.append(signal.Signals(number))
        # Only a person at a terminal is impatient; service managers repeat SIGTERM and SIGHUP.
        if number == signal.SIGINT:
            self.impatient = True
