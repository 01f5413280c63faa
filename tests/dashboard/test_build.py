"""What is built is what is committed: from any folder, byte by byte; and small enough."""

import asyncio
import filecmp
import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from server.dashboard import FOLDER
from tests.dashboard.browsing import ROOT, SOURCES
from tests.graph.node import installed

BUILD_SECONDS = 60
FIRST_LOAD_BYTES = 90_000
OLDEST_NODE = (20, 19)
PLAIN = ("package.json", "tsconfig.json", "vite.config.ts", "index.html")


@pytest.mark.timeout(240)
async def test_the_committed_build_is_that_of_the_sources(tmp_path: Path):
    if shutil.which("node") and node_version() < OLDEST_NODE:
        pytest.skip("node is too old: the dashboard is built by node 20.19 and later")
    await installed(SOURCES)
    elsewhere = tmp_path / "a folder" / "dashboard"
    elsewhere.mkdir(parents=True)
    for name in ("src", "tools", "public"):
        shutil.copytree(SOURCES / name, elsewhere / name, ignore=shutil.ignore_patterns("gql"))
    for name in PLAIN:
        shutil.copy(SOURCES / name, elsewhere / name)
    shutil.copy(ROOT / "schema.graphql", elsewhere.parent)
    (elsewhere / "node_modules").symlink_to(SOURCES / "node_modules")

    process = await asyncio.create_subprocess_exec(
        *("npm", "run", "-s", "build"),
        cwd=elsewhere,
        env=os.environ | {"NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), BUILD_SECONDS)

    assert process.returncode == 0, output.decode()
    made = elsewhere.parent / "server" / "static" / "dashboard"
    assert differences(made, FOLDER) == [], "Run `make dashboard` and commit what it writes."


def node_version() -> tuple[int, ...]:
    """Return which node is there: (20, 19, 2)."""
    said = subprocess.run(["node", "--version"], capture_output=True, check=True).stdout.decode()
    return tuple(int(part) for part in said.strip().lstrip("v").split("."))


def differences(made: Path, kept: Path) -> list[str]:
    """Return the names of files that only one has, or that differ."""
    names = {
        str(path.relative_to(folder))
        for folder in (made, kept)
        for path in folder.rglob("*")
        if path.is_file()
    }
    _, mismatch, missing = filecmp.cmpfiles(made, kept, names, shallow=False)
    return sorted([*mismatch, *missing])


def test_the_first_load_is_small():
    page = (FOLDER / "index.html").read_text()
    scripts = {FOLDER / name for name in re.findall(r'(?:src|href)="/([^"]+\.js)"', page)}

    assert len(scripts) > 2
    assert FOLDER / "assets" / "chart.js" not in scripts
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) < FIRST_LOAD_BYTES


def test_the_page_has_nothing_that_the_policy_forbids():
    page = (FOLDER / "index.html").read_text()

    assert "style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"https?://", page)


def test_the_lock_names_no_registry():
    assert '"resolved"' not in (SOURCES / "package-lock.json").read_text()
