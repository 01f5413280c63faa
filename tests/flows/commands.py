"""The command line as a person uses it, and a house that `tocsin run` keeps."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from server.parent import dies_with_parent
from tests.flows.running import ROOT, START_SECONDS, eventually
from tests.servers import free_port

STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


async def tocsin(*words: str, environment: Mapping[str, str]) -> Said:
    """Run a command to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", *words),
        env=os.environ | environment,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Said(status=process.returncode, out=out.decode(), err=err.decode())


class House:
    """Everything on one machine, from a folder: started, told to stop, and killed."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "TOCSIN_DATA": str(data),
            "TOCSIN_PORT": str(self.port),
            "TOCSIN_PUBLIC_URL": self.url,
            "TOCSIN_DRAIN_SECONDS": "5",
        }
        self._log = data.parent / "run.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._tree: set[int] = set()

    async def start(self) -> str:
        """Start it, and return what it said until it was ready."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "run"],
                env=os.environ | self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )
        async with httpx.AsyncClient(base_url=self.url) as http:

            async def look() -> int:
                assert self._process.poll() is None, self.log()
                try:
                    return (await http.get("/readyz", timeout=2)).status_code
                except httpx.HTTPError:
                    return 0

            found = await eventually(look, lambda status: status == 200, seconds=START_SECONDS)
        assert found == 200, self.log()
        # It is ready before `work` may be there: nobody shall be killed before it lives.
        names = await eventually(self._names, lambda found: len(found) == 4)
        assert sorted(names) == ["postgres", "run", "serve", "work"]
        return self.log()

    def interrupt(self) -> None:
        """Press Ctrl-C: the whole group of the terminal hears it."""
        os.killpg(self._process.pid, signal.SIGINT)

    async def kill(self, name: str) -> None:
        """End one of its processes without a word."""
        os.kill((await self._names())[name], signal.SIGKILL)

    async def ended(self) -> int | None:
        """Wait for its end, and return how it ended."""

        async def look() -> int | None:
            return self._process.poll()

        return await eventually(look, lambda status: status is not None, seconds=STOP_SECONDS)

    async def survivors(self) -> set[int]:
        """Wait until nothing of it is left, and return what still is."""

        async def look() -> set[int]:
            return {pid for pid in self._tree if _parent_of(pid) is not None}

        return await eventually(look, lambda left: not left, seconds=STOP_SECONDS)

    def remove(self) -> None:
        """End what a failed test has left."""
        for pid in self._tree:
            if _parent_of(pid) is not None:
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def log(self) -> str:
        """Return what it said since it was started."""
        return self._log.read_text(errors="replace")

    async def _names(self) -> dict[str, int]:
        """Return its main processes by name, and remember all that descend from it."""
        parents = {pid: _parent_of(pid) for pid in _all_processes()}
        tree = {self._process.pid}
        while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
            tree |= more
        self._tree = tree
        main = {pid for pid, parent in parents.items() if parent == self._process.pid}
        return {_name_of(pid): pid for pid in main | {self._process.pid}}


def _all_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _parent_of(pid: int) -> int | None:
    """Return a process's parent, None when it is gone or only waits to be buried."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state in "ZX" else int(parent)


def _name_of(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    if Path(command[0]).name == "postgres":
        return "postgres"
    return re.sub(r".* -m server (\w+).*", r"\1", " ".join(command).strip())
