"""Other people's clients, which are written in JavaScript, run by node."""

import asyncio
import fcntl
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "js"
INSTALL_SECONDS = 100
COMPILE_SECONDS = 60


async def installed(folder: Path = FOLDER) -> None:
    """Install the packages of the lock file, once; skip with one clear line where npm is absent."""
    if _is_installed(folder):
        return
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm and node are not installed: the JavaScript clients cannot be run")
    with (folder / "package.json").open() as lock:
        # Several workers of a test run may come here at once; npm would break what another builds.
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not _is_installed(folder):
            await _install(npm, folder)


def _is_installed(folder: Path) -> bool:
    """Say whether what is installed is what the lock file wants."""
    done, wanted = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    return done.exists() and done.stat().st_mtime >= wanted.stat().st_mtime


async def _install(npm: str, folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        # What a package would fetch by a script of its own cannot be had everywhere.
        *(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), INSTALL_SECONDS)
    assert process.returncode == 0, f"npm ci failed: {output.decode()}"


async def run(script: str, *arguments: str) -> Any:
    """Run a script to its end and return the JSON that it prints."""
    async with started(script, *arguments) as program:
        lines = [line async for line in program.stdout]
        assert await program.wait() == 0
    return json.loads(lines[-1])


async def compiled(command: str, *arguments: str, folder: Path) -> str:
    """Run a compiler in a folder that sees our packages; return what it says, if it succeeds."""
    await installed()
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    process = await asyncio.create_subprocess_exec(
        str(FOLDER / "node_modules" / ".bin" / command),
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), COMPILE_SECONDS)
    assert process.returncode == 0, output.decode()
    return output.decode()


@asynccontextmanager
async def started(
    script: str, *arguments: str, folder: Path = FOLDER
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a script for the length of a block."""
    await installed(folder)
    process = await asyncio.create_subprocess_exec(
        *("node", str(folder / script), *arguments), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def next_saying(process: asyncio.subprocess.Process, what: str) -> dict[str, Any]:
    """Return the next thing of a kind that a script says."""
    said: dict[str, Any] = {}
    async with asyncio.timeout(30):
        while line := await process.stdout.readline():
            said = json.loads(line)
            if said["is"] == what:
                return said
    raise AssertionError(f"The script ended before it said {what!r}; its last word was {said}.")
