"""A typed Python client, generated from the schema by `ariadne-codegen`, against a real server."""

import asyncio
import fcntl
import json
import sys
from pathlib import Path

import pytest

from graph.limits import MAXIMUM_DEPTH
from tests.graph import node
from tests.graph.serving import happens

FOLDER = Path(__file__).parent / "py"
LOCK = FOLDER / "requirements.lock"
VENV = FOLDER / ".venv"
SCHEMA = Path(__file__).parent.parent.parent / "schema.graphql"
SETTINGS = """
[tool.ariadne-codegen]
schema_path = {schema}
queries_path = {documents}
target_package_name = "tocsin_client"

[tool.ariadne-codegen.scalars.DateTime]
type = "datetime.datetime"

[tool.ariadne-codegen.scalars.BigInt]
type = "int"

[tool.ariadne-codegen.scalars.Cursor]
type = "str"
"""
# What pip says where no index can be reached.
_AWAY = ("Could not find a version", "No matching distribution", "Network is unreachable")


async def run(*command: object, cwd: Path | None = None) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode, output.decode()


async def installed() -> Path:
    """Return a Python that has the generator, installed once from the lock file."""
    python, done = VENV / "bin" / "python", VENV / "done"
    with LOCK.open() as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not done.exists() or done.stat().st_mtime < LOCK.stat().st_mtime:
            status, said = await run(sys.executable, "-m", "venv", "--clear", VENV)
            assert status == 0, said
            options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
            status, said = await run(python, "-m", "pip", "install", *options, "-r", LOCK)
            if any(word in said for word in _AWAY):
                pytest.skip("no package index can be reached: ariadne-codegen is not installed")
            assert status == 0, said
            done.touch()
    return python


@pytest.mark.timeout(240)
async def test_a_client_that_ariadne_codegen_generates_asks_changes_and_watches(
    door, house, tenant, tmp_path
):
    python = await installed()
    documents = node.FOLDER / "documents" / "dashboard.graphql"
    settings = SETTINGS.format(schema=json.dumps(str(SCHEMA)), documents=json.dumps(str(documents)))
    (tmp_path / "pyproject.toml").write_text(settings)
    await happens(house, tenant, "pay")

    status, said = await run(VENV / "bin" / "ariadne-codegen", "client", cwd=tmp_path)
    assert status == 0, said
    (tmp_path / "use_client.py").write_text((FOLDER / "use_client.py").read_text())
    status, said = await run(
        *(python, "-W", "error::SyntaxWarning", "use_client.py"),
        *(door.url, door.socket_url, tenant.token),
        cwd=tmp_path,
    )

    assert status == 0, said
    found = json.loads(said.splitlines()[-1])
    assert found.pop("cost") > 1
    assert found == {
        "total": 1,
        "title": "ValueError: no such card",
        "seen": True,
        "opening": ["CHANGES", 0],
        "done": ["SetErrorStatusSuccess", "RESOLVED"],
        "heard": [["CHANGED", "RESOLVED"]],
        "refused": "IllegalMove",
        "depth": MAXIMUM_DEPTH,
    }
