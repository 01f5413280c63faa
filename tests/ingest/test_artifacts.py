"""The door of builds: who may come in, what is taken, and what is refused with a clear word."""

import gzip
import json
import struct
import zipfile

import pytest

from application.setup import SetupUseCases
from domain.artifacts import MAX_CHUNK_BYTES
from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from persistence.database import SYSTEM
from tests.artifacts import MINIFIED, SOURCE_MAP, THE_BUILD, a_bundle, a_zip, sha1
from tests.building import Build, a_build
from tests.conftest import CLOCK
from tests.house import a_tenant


@pytest.fixture
async def build(database, tenant):
    async with a_build(tenant, database) as build:
        yield build


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def a_token(build: Build, role: MembershipRole, scopes: frozenset[TokenScope]) -> str:
    setup = SetupUseCases(database=build.database, clock=CLOCK)
    email = f"{role}-{CLOCK.new_id().hex}@example.com"
    await setup.add_user(email, "Ben", build.tenant.slug, role)
    return await setup.add_token(email, build.tenant.slug, "ci", scopes=scopes)


async def test_the_tools_learn_how_to_upload(build: Build):
    plain = (await build.ask("GET", f"{build.path}/chunk-upload/")).json()
    headers = {**bearer(build.tenant.token), "user-agent": "sentry-cli/2.58.2"}
    cli = (await build.ask("GET", f"{build.path}/chunk-upload/", headers=headers)).json()

    assert plain["url"] == f"http://tocsin.test{build.path}/chunk-upload/"
    assert cli["url"] == f"/organizations/{build.tenant.slug}/chunk-upload/"
    assert (plain["chunkSize"], plain["hashAlgorithm"]) == (MAX_CHUNK_BYTES, "sha1")
    assert plain["accept"] == ["release_files", "artifact_bundles", "artifact_bundles_v2"]


@pytest.mark.parametrize("headers", [{}, bearer("tocsin_no"), {"authorization": "Basic x"}])
async def test_without_a_token_nobody_comes_in(build: Build, headers):
    answer = await build.ask("GET", f"{build.path}/chunk-upload/", headers=headers)

    assert answer.status_code == 401
    assert "token" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [
        (MembershipRole.DEVOPS, {TokenScope.ARTIFACTS}, 200),
        (MembershipRole.DEVOPS, {TokenScope.READ, TokenScope.WRITE}, 200),
        (MembershipRole.DEVOPS, {TokenScope.READ}, 403),
        (MembershipRole.VIEWER, {TokenScope.READ, TokenScope.WRITE}, 403),
    ],
)
async def test_who_may_upload(build: Build, role, scopes, status):
    token = await a_token(build, role, frozenset(scopes))

    answer = await build.send_chunk(b"piece", headers=bearer(token))

    assert answer.status_code == status
    kept = await build.rows("SELECT sha1 FROM artifact_chunks WHERE organization_id = $1")
    assert len(kept) == (status == 200)


async def test_another_organization_is_not_there(build: Build, database):
    stranger = await a_tenant(database, CLOCK)

    answer = await build.ask("GET", f"/api/0/organizations/{stranger.slug}/chunk-upload/")

    assert answer.status_code == 404


async def test_pieces_may_come_zipped(build: Build):
    piece = b"piece" * 1_000
    files = {"file_gzip": (sha1(piece), gzip.compress(piece))}

    answer = await build.ask("POST", f"{build.path}/chunk-upload/", files=files)

    assert answer.status_code == 200
    [row] = await build.rows("SELECT body FROM artifact_chunks WHERE organization_id = $1")
    assert row["body"] == piece


@pytest.mark.parametrize(
    ("files", "status", "why"),
    [
        ({"file": ("0" * 40, b"x")}, 400, "SHA-1"),
        ({"other": (sha1(b"x"), b"x")}, 400, "fields of the name"),
        ({"file_gzip": (sha1(b"x"), b"no gzip at all")}, 400, "decompressed"),
        ({"file_gzip": (sha1(b"x"), gzip.compress(b"x" * 64)[:-9])}, 400, "ends too early"),
        ({"file_gzip": ("0" * 40, gzip.compress(bytes(MAX_CHUNK_BYTES + 1)))}, 413, "larger"),
        ({"file": ("0" * 40, bytes(MAX_CHUNK_BYTES + 1))}, 400, "larger"),
    ],
)
async def test_a_piece_that_is_not_what_it_says_is_refused(build: Build, files, status, why):
    answer = await build.ask("POST", f"{build.path}/chunk-upload/", files=files)

    assert (answer.status_code, why in answer.json()["detail"]) == (status, True)
    assert await build.rows("SELECT 1 FROM artifact_chunks WHERE organization_id = $1") == []


async def test_a_form_that_is_none_is_refused(build: Build):
    path = f"{build.path}/chunk-upload/"
    broken = {**bearer(build.tenant.token), "content-type": "multipart/form-data; boundary=x"}

    plain = await build.ask("POST", path, content=b"x")
    odd = await build.ask("POST", path, content=b"--x\r\nnonsense", headers=broken)
    bare = await build.ask(
        "POST", path, content=b"", headers={**broken, "content-type": "multipart/form-data"}
    )

    assert [plain.status_code, odd.status_code, bare.status_code] == [400, 400, 400]


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"checksum": "x", "chunks": []},
        {"checksum": "0" * 40, "chunks": "0" * 40},
        {"checksum": "0" * 40, "chunks": ["x"]},
        {"checksum": "0" * 40, "chunks": [], "projects": {"a": 1}},
        {"checksum": "0" * 40, "chunks": [], "version": 7},
        {"checksum": "0" * 40, "chunks": [], "version": "v" * 256},
        {"checksum": "0" * 40, "chunks": ["0" * 40] * 1_001},
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(build: Build, wish):
    answer = await build.ask("POST", f"{build.path}/artifactbundle/assemble/", json=wish)

    assert answer.status_code == 400


async def test_a_service_that_is_not_there_is_said(build: Build):
    wish = {"checksum": "0" * 40, "chunks": [], "projects": ["nope"]}
    answer = await build.ask("POST", f"{build.path}/artifactbundle/assemble/", json=wish)

    assert (answer.status_code, "nope" in answer.json()["detail"]) == (404, True)


def a_bomb() -> bytes:
    """300 MB of zeros."""
    return a_zip({"manifest.json": b'{"files":{}}', "zeros": bytes(300_000_000)})


def a_liar() -> bytes:
    """An archive that says its file is small."""
    archive = bytearray(a_bundle({"a.js": ({"type": "source_map", "url": "~/a"}, b"x" * 5_000)}))
    size = struct.pack("<L", 5_000)
    while (at := archive.find(size)) >= 0:
        archive[at : at + 4] = struct.pack("<L", 9)
    return bytes(archive)


def with_a_huge_directory() -> bytes:
    """An archive whose directory is said to be larger than a bundle's may be."""
    archive = bytearray(a_bundle())
    at = archive.rfind(b"PK\x05\x06") + 12
    archive[at : at + 4] = struct.pack("<L", 100_000_000)
    return bytes(archive)


def with_twins() -> bytes:
    """An archive with two files of one name."""
    import io

    written = io.BytesIO(a_bundle())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(written, "a") as archive:
        archive.writestr("manifest.json", b"{}")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: b"no zip", "not a zip archive"),
        (lambda: b"PK\x03\x04" + bytes(100), "its directory is missing"),
        (lambda: a_zip({"x": b""}), "no manifest.json"),
        (lambda: a_zip({"manifest.json": b"{"}), "not JSON"),
        (lambda: a_zip({"manifest.json": b"[]"}), "not an object"),
        (lambda: a_bundle({}), "neither source maps"),
        (lambda: a_zip({"manifest.json": json.dumps({"files": {
            "gone.js": {"type": "source_map", "url": "~/x"}}}).encode()}), "not there"),
        (a_bomb, "unpacks to more than"),
        (lambda: a_zip({str(n): b"" for n in range(20_001)}), "20000 are allowed"),
        (a_liar, "a.js"),
        (with_twins, "two files of the name"),
        (with_a_huge_directory, "directory of the bundle is larger"),
        (lambda: a_bundle(release="another"), "is of the release 'another'"),
    ],
)  # fmt: skip
async def test_a_hostile_bundle_is_refused_with_its_reason(build: Build, content, why):
    told = await build.upload(content(), version="shop@1")

    assert (told["state"], why in told["detail"]) == ("error", True), told
    assert await build.rows("SELECT 1 FROM artifacts WHERE organization_id = $1") == []


async def test_pieces_that_do_not_add_up_are_refused(build: Build):
    await build.send_chunk(b"one")
    wish = {"checksum": sha1(b"two"), "chunks": [sha1(b"one")], "projects": []}
    path = f"{build.path}/artifactbundle/assemble/"
    await build.ask("POST", path, json=wish)
    await build.work()

    told = (await build.ask("POST", path, json=wish)).json()

    assert (told["state"], told["detail"]) == (
        "error",
        "The pieces do not add up to the checksum of the bundle.",
    )


async def test_one_content_is_kept_once_however_many_bundles_have_it(build: Build):
    await build.upload(a_bundle(release="shop@1"), version="shop@1")
    await build.upload(a_bundle(release="shop@2"), version="shop@2")

    counts = await build.rows(
        "SELECT (SELECT count(*) FROM artifacts WHERE organization_id = $1) AS artifacts,"
        " (SELECT count(*) FROM artifact_blobs WHERE organization_id = $1) AS contents"
    )
    assert [tuple(row) for row in counts] == [(4, 2)]


async def test_a_release_is_announced_finalized_and_listed(build: Build):
    service = build.tenant.service
    new = {"version": "shop@7", "projects": [service.slug]}
    made = await build.ask("POST", f"{build.path}/releases/", json=new)
    final = {"dateReleased": "2026-11-21T07:38:54.351703911Z", "refs": [{"commit": "abc"}]}
    done = await build.ask("PUT", f"{build.path}/releases/shop@7/", json=final)
    listed = await build.ask(
        "GET", f"/api/0/projects/{build.tenant.slug}/{service.number}/releases/"
    )
    missing = await build.ask("GET", f"{build.path}/releases/none/")

    assert (made.status_code, done.status_code, missing.status_code) == (201, 200, 404)
    assert done.json()["dateReleased"].startswith("2026-11-21T07:38:54")
    assert [(r["version"], r["projects"][0]["name"]) for r in listed.json()] == [
        ("shop@7", service.name)
    ]


async def test_single_files_of_a_release_make_a_stack_readable_as_well(build: Build):
    path = f"{build.path}/releases/shop@1.2.3/files/"
    sent = []
    for name, content in (("app.min.js", MINIFIED), ("app.min.js.map", SOURCE_MAP)):
        fields = {"name": f"~/www/{name}", "dist": "web"}
        files = {"file": (name, content)}
        sent.append(await build.ask("POST", path, data=fields, files=files))
    listed = await build.ask("GET", path)
    odd = await build.ask("POST", path, data={"name": "~/a.css"}, files={"file": ("a", b"x")})

    assert [answer.status_code for answer in sent] == [201, 201]
    assert {file["name"] for file in listed.json()} == {"~/www/app.min.js", "~/www/app.min.js.map"}
    assert odd.status_code == 400
    rows = await build.rows(
        "SELECT count(*) AS n FROM artifacts f JOIN artifacts m ON m.place = f.source_map_place"
        " WHERE f.organization_id = $1"
    )
    assert rows[0]["n"] == 1


async def test_what_has_no_place_here_is_answered_and_what_is_not_supported_is_said(build: Build):
    await build.ask("POST", f"{build.path}/releases/", json={"version": "v"})

    repos = await build.ask("GET", f"{build.path}/repos/?cursor=")
    deploy = await build.ask(
        "POST", f"{build.path}/releases/v/deploys/", json={"environment": "prod"}
    )
    difs = await build.ask("POST", f"/api/0/projects/{build.tenant.slug}/x/files/difs/assemble/")
    wrong = await build.ask("PUT", f"{build.path}/chunk-upload/")
    whoami = await build.ask("GET", "/api/0/")

    assert (repos.json(), deploy.status_code) == ([], 201)
    assert (difs.status_code, "not supported" in difs.json()["detail"]) == (404, True)
    assert wrong.status_code == 405
    assert "artifacts" in whoami.json()["auth"]["scopes"]


async def test_pieces_that_nobody_assembles_and_contents_of_no_one_are_forgotten(build: Build):
    await build.upload()
    async with build.database.raw_writing(SYSTEM) as db:
        old = "now() - interval '100 days'"
        for change in (
            f"UPDATE artifact_chunks SET created_at = {old}",
            f"UPDATE artifact_blobs SET created_at = {old}",
            f"UPDATE artifact_bundles SET updated_at = {old}",
        ):
            await db.execute(change)

    await build.jobs.forget()

    for table in ("artifact_chunks", "artifact_bundles", "artifacts", "artifact_blobs"):
        assert await build.rows(f"SELECT 1 FROM {table} WHERE organization_id = $1") == []


async def test_a_bundle_whose_job_was_lost_is_made_all_the_same(build: Build):
    content = a_bundle(THE_BUILD)
    await build.send_chunk(content)
    await build.assemble(content)
    build.queue.waiting.clear()
    async with build.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE artifact_bundles SET updated_at = now() - interval '1 minute'")

    await build.jobs.tend()
    await build.work()

    assert (await build.assemble(content))["state"] == "ok"
