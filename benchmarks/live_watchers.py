"""Watchers for the live benchmarks: thousands of sockets in one C program (`wsload.c`)."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "wsload.c"
READY_SECONDS = 120.0
LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What all watchers together saw since they began to count; delays in milliseconds.

    `least` and `most` are the changes that one watcher was told of, with those left out for a later
    one of the same error.
    """

    frames: int
    changes: int
    omitted: int
    resyncs: int
    bytes: int
    refused: int
    least: int
    most: int
    ended: int
    p50: float
    p90: float
    p99: float
    longest: float


class Watchers:
    """The program, once all of its sockets watch."""

    def __init__(self, process: "subprocess.Popen[str]", count: int) -> None:
        self.count = count
        self._process = process
        ready = self._answer()
        if ready["ready"] != count:
            raise RuntimeError(f"Of {count} watchers only {ready['ready']} watch.")
        self.connected_seconds: float = ready["seconds"]

    def reset(self) -> None:
        """Begin to count anew."""
        self._ask("reset")

    def seen(self) -> Seen:
        """Return what was counted."""
        return Seen(**self._ask("report"))

    def until_told(self, changes: int, seconds: float) -> Seen:
        """Wait until everybody was told of so many changes, or the time has run out."""
        deadline = time.monotonic() + seconds
        while (seen := self.seen()).least < changes and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return seen

    def _ask(self, word: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The watchers' program has ended.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def watching(
    port: int, count: int, *, tokens: Sequence[str], documents: Sequence[str]
) -> Iterator[Watchers]:
    """Open so many sockets, which take tokens and documents in turn, for the length of a block."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as directory:
        folder = Path(directory)
        program = folder / "wsload"
        subprocess.run(["cc", "-O2", "-o", program, SOURCE], check=True)
        (folder / "tokens").write_text("\n".join(tokens))
        asked = [json.dumps({"query": " ".join(document.split())}) for document in documents]
        (folder / "documents").write_text("\n".join(asked))
        words = [program, port, count, folder / "tokens", folder / "documents"]
        process = subprocess.Popen(
            [str(word) for word in words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Watchers(process, count)
        finally:
            process.kill()
            process.wait()
