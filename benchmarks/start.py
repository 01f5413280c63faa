"""Start: from `tocsin run` in an empty folder to the first accepted event, and idle memory."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.installation import free_port, pss_of_tree
from benchmarks.payloads import envelope, events

IDLE_SECONDS = 10


def main() -> None:
    """Print how long the first and the second start take, and what an idle house weighs."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as directory:
        Path(directory).chmod(0o755)
        for name in ("first", "second"):
            seconds, mebibytes = _start_once(Path(directory) / "data")
            print(
                f"  {name} start to first accepted event {seconds:.2f} s   idle {mebibytes:.0f} MiB"
            )


def _start_once(data: Path) -> tuple[float, float]:
    env = os.environ | {
        "TOCSIN_DATA": str(data),
        "TOCSIN_PORT": str(free_port()),
        "TOCSIN_LOG_LEVEL": "warning",
    }
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "run"], env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        dsn = next(found for line in process.stdout if (found := re.search(r"http\S+@\S+", line)))
        _send_until_accepted(dsn[0])
        seconds = time.monotonic() - began
        time.sleep(IDLE_SECONDS)
        return seconds, pss_of_tree(process.pid) / 2**20
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _send_until_accepted(dsn: str) -> None:
    found = re.fullmatch(r"(https?://)(\w+)@(.*)/(\d+)", dsn)
    assert found is not None
    request = urllib.request.Request(
        f"{found[1]}{found[3]}/api/{found[4]}/envelope/?sentry_key={found[2]}",
        data=envelope(events()[0]),
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
