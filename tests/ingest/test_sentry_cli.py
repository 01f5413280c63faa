"""The real sentry-cli in front of the door of builds, over HTTP."""

import asyncio
import os
import platform
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.routing import Mount

from domain.tokens import TokenScope
from tests.application.digesting import an_item
from tests.artifacts import DEBUG_ID, MINIFIED, SOURCE_MAP, the_recorded_event
from tests.building import Build, a_build
from tests.graph import node
from tests.graph.serving import Served, serving
from tests.graph.test_triage import a_token

JS = Path(__file__).parent / "js"
MACHINE = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), "none")
BINARY = JS / "node_modules" / "@sentry" / f"cli-{sys.platform}-{MACHINE}" / "bin" / "sentry-cli"


@pytest.fixture
async def build(database, tenant) -> AsyncIterator[Build]:
    async with a_build(tenant, database) as build:
        build.queue.at_once = build.work
        yield build


@pytest.fixture
async def served(build: Build) -> AsyncIterator[Served]:
    async with serving([Mount("/", app=build.app)]) as served:
        yield served


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """What a bundler has left: the recorded build, not yet with the id in its code."""
    folder = tmp_path / "dist" / "www"
    folder.mkdir(parents=True)
    folder.joinpath("app.min.js").write_bytes(MINIFIED)
    folder.joinpath("app.min.js.map").write_bytes(SOURCE_MAP)
    return folder.parent


async def run(build: Build, served: Served, *words: str, token: str | None = None) -> str:
    """Run sentry-cli to its good end and return what it says."""
    await node.installed(JS)
    if not BINARY.exists():
        pytest.skip(f"sentry-cli has no binary for {sys.platform} {platform.machine()}")
    process = await asyncio.create_subprocess_exec(
        *(str(BINARY), *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            "SENTRY_URL": f"http://127.0.0.1:{served.port}",
            "SENTRY_AUTH_TOKEN": token or build.tenant.token,
            "SENTRY_ORG": build.tenant.slug,
            "SENTRY_PROJECT": build.tenant.service.slug,
            "HOME": "/nonexistent",
            "NO_PROXY": "127.0.0.1",
        },
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, told.decode()
    return told.decode()


async def test_it_injects_and_uploads_and_the_event_is_readable(
    build: Build, served: Served, dist: Path
):
    token = await a_token(build, build.tenant, "devops", frozenset({TokenScope.ARTIFACTS}))
    await run(build, served, "sourcemaps", "inject", str(dist), token=token)
    upload = ("sourcemaps", "upload", "--wait", "--release", "shop@1.2.3", str(dist))

    told = await run(build, served, *upload, token=token)
    again = await run(build, served, *upload, token=token)
    await build.accept(an_item(build.tenant, the_recorded_event()))

    assert "File processing complete" in told
    assert "~/www/app.min.js" in told
    assert "Nothing to upload" in again
    [body] = await build.stored()
    frames = body["exception"]["values"][0]["stacktrace"]["frames"]
    assert [frame["filename"] for frame in frames[1:]] == ["app.ts", "cart.ts"]
    [row] = await build.rows(
        "SELECT release, service_ids, state FROM artifact_bundles WHERE organization_id = $1"
    )
    assert (row["release"], row["service_ids"]) == ("shop@1.2.3", [build.tenant.service.id])
    assert {str(row["debug_id"]) for row in await build.rows(
        "SELECT debug_id FROM artifacts WHERE organization_id = $1")} == {DEBUG_ID}  # fmt: skip


async def test_a_bundle_of_many_pieces_arrives_whole(build: Build, served: Served, dist: Path):

    for number in range(3):
        noise = os.urandom(4_000_000).hex()
        dist.joinpath(f"chunk{number}.js").write_text(
            f"var x='{noise}';\n//# sourceMappingURL=chunk{number}.js.map\n"
        )
        dist.joinpath(f"chunk{number}.js.map").write_bytes(SOURCE_MAP)

    told = await run(build, served, "sourcemaps", "upload", "--wait", str(dist))

    assert "File processing complete" in told
    [row] = await build.rows("SELECT * FROM artifact_bundles WHERE organization_id = $1")
    assert (row["state"], row["artifact_count"]) == ("ok", 8)


async def test_it_announces_finalizes_and_deploys_a_release(build: Build, served: Served):
    await run(build, served, "releases", "new", "shop@7")
    await run(build, served, "releases", "finalize", "shop@7")
    await run(build, served, "releases", "deploys", "shop@7", "new", "-e", "production")
    listed = await run(build, served, "releases", "list")

    assert "shop@7" in listed
    [row] = await build.rows("SELECT * FROM releases WHERE organization_id = $1")
    assert row["finalized_at"] is not None


async def test_it_knows_the_organization_and_the_projects(build: Build, served: Served):
    await run(build, served, "info")
    organizations = await run(build, served, "organizations", "list")
    projects = await run(build, served, "projects", "list")

    assert build.tenant.slug in organizations
    assert build.tenant.service.slug in projects
