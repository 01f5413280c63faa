"""Parents: no process of ours outlives the one that started it, even when that one is killed.

On Linux the kernel tells a child that its parent died (PR_SET_PDEATHSIG). Other systems have no
such thing: there only `follow_parent`, which a Python child calls for itself, notices.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 1.0

# Loaded here because between fork and exec nothing may import, and a lock may be held for ever.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def dies_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Return the `preexec_fn` that sends a child this signal when the calling process dies."""
    if _LIBC is None:
        return None
    if threading.current_thread() is not threading.main_thread():
        # The kernel means the *thread* that forked: when it ends, the child is taken along.
        raise RuntimeError("Processes that die with their parent are started from the main thread.")
    prctl, number, parent = _LIBC.prctl, int(death_signal), os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return arm


def end_with_parent() -> None:
    """Let this process be killed when the one that started it dies; for processes of a pool.

    The terminal's Ctrl-C goes to all processes, but only the first of them shall act on it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def follow_parent(*, grace_seconds: float) -> None:
    """Let this process live at most the grace time longer than the one that started it.

    The signal on a parent's death only asks; a child that hangs while it drains would keep its port
    and block the next start. Only for children of a supervisor: what a person started from a shell
    may well outlive that shell.
    """
    parent = os.getppid()
    threading.Thread(
        target=_follow, args=(parent, grace_seconds), name="follow-parent", daemon=True
    ).start()


def _follow(parent: int, grace_seconds: float) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    if _LIBC is None:
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(1)


def how_it_ended(status: int) -> str:
    """Say in words what a return code of `subprocess` means."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
