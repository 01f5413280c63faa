"""The two schemas that stand in git: what the API serves, and what the migrations make."""

import asyncio
import re
import subprocess
import tempfile
from pathlib import Path

from graph.schema import sdl
from persistence import schema
from server.embedded import EmbeddedPostgres
from server.embedded_cluster import package_binaries

_NOISE = re.compile(
    r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)$\n?", re.MULTILINE
)


def graphql_schema() -> str:
    """Return the GraphQL schema as text."""
    text: str = sdl()
    return text


def sql_schema() -> str:
    """Return the schema that the migrations make in an empty database."""
    with tempfile.TemporaryDirectory(prefix="tocsin-schema-") as directory:
        Path(directory).chmod(0o755)
        with EmbeddedPostgres(Path(directory) / "data", durable=False) as address:
            asyncio.run(schema.upgrade(address.url))
            return dumped(address.url)


def dumped(url: str) -> str:
    """Return a database's schema without what differs from dump to dump."""
    dump = subprocess.run(  # noqa: S603 our own binary, no shell
        [
            package_binaries() / "pg_dump",
            "--schema-only",
            "--no-owner",
            "--exclude-table=occurrences_[0-9]*",
            f"--dbname={url}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", dump.stdout)).strip() + "\n"
