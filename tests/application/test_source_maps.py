"""Source maps end to end: an upload by the documented calls, an event, and its stored frames."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.clock import Clock
from persistence.database import SYSTEM
from tests.application.test_digest import an_item
from tests.artifacts import DEBUG_ID, MINIFIED, SOURCE_MAP, THE_BUILD, a_bundle, the_recorded_event
from tests.building import Build, a_build
from tests.conftest import CLOCK
from tests.house import a_tenant

ANOTHER_BUILD = {"x.js.map": ({"type": "source_map", "url": "~/x.js.map"}, b"{}")}


@pytest.fixture
async def build(database, tenant):
    async with a_build(tenant, database) as build:
        yield build


def frames_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    return body["exception"]["values"][0]["stacktrace"]["frames"]


def without_debug_id() -> dict[str, Any]:
    """The recorded event as an SDK without debug ids would have sent it."""
    event = the_recorded_event()
    del event["debug_meta"]
    return event


async def test_the_recorded_case_is_stored_with_the_frames_that_people_wrote(build: Build):
    told = await build.upload()
    await build.accept(an_item(build.tenant, the_recorded_event()))

    assert told == {"state": "ok", "missingChunks": [], "detail": None}
    foreign, app, cart = frames_of((await build.stored())[0])
    # Ours count columns from one, as events do; the map counts from zero (6:25 and 7:28 there).
    assert (cart["filename"], cart["lineno"], cart["colno"]) == ("cart.ts", 6, 26)
    assert (app["filename"], app["lineno"], app["colno"]) == ("app.ts", 7, 29)
    assert (cart["function"], app["function"]) == ("cartTotal", "checkout")
    assert cart["context_line"] == "    total += line.price!.amount * line.qty"
    assert cart["pre_context"][-1] == "  for (const line of lines) {"
    assert cart["post_context"][0] == "  }"
    assert cart["data"]["minified"] == {
        "filename": "http://localhost:8200/www/app.min.js",
        "function": "n",
        "lineno": 2,
        "colno": 55,
        "in_app": True,
    }
    assert (foreign["function"], foreign["lineno"]) == ("n", 495)
    error = (await build.errors())[0]
    assert error["culprit"] == "cart.ts in cartTotal"
    assert (error["file_path"], error["line_number"], error["column_number"]) == ("cart.ts", 6, 26)


async def test_without_debug_ids_release_and_name_lead_to_the_map(build: Build):
    await build.upload(version="shop@1.2.3", projects=[build.tenant.service.name])
    await build.accept(
        an_item(build.tenant, without_debug_id()),
        an_item(build.tenant, {**without_debug_id(), "release": "shop@9", "event_id": uuid4().hex}),
    )

    stored = {body["release"]: body for body in await build.stored()}
    named, other = stored["shop@1.2.3"], stored["shop@9"]
    assert frames_of(named)[2]["function"] == "cartTotal"
    assert frames_of(other)[2]["function"] == "n"


async def test_a_file_of_another_service_of_the_same_release_is_not_taken(build: Build):
    await build.upload(version="shop@1.2.3", projects=[build.tenant.service.name])
    async with build.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE artifact_bundles SET service_ids = $1", [uuid4()])

    await build.accept(an_item(build.tenant, without_debug_id()))

    assert frames_of((await build.stored())[0])[2]["function"] == "n"


async def test_a_missing_map_leaves_the_frames_and_says_so(build: Build):
    await build.upload(a_bundle({p: e for p, e in THE_BUILD.items() if p.endswith(".js")}))
    await build.accept(an_item(build.tenant, the_recorded_event()))

    body = (await build.stored())[0]
    assert frames_of(body)[2]["function"] == "n"
    assert body["errors"] == [
        {
            "type": "js_missing_source",
            "name": "http://localhost:8200/www/app.min.js",
            "value": f"No source map with the debug id {DEBUG_ID} was uploaded.",
        }
    ]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b"not json",
        b'{"version":3,"sources":[],"names":[],"mappings":"AAAA"}',
        b'{"version":3,"sources":["a"],"names":[],"mappings":"' + b"g" * 50 + b'"}',
        b'{"version":3,"sources":["a.ts"],"names":[],"mappings":";;;AAAA"}',
    ],
)
async def test_a_broken_map_leaves_the_frames_and_says_so(build: Build, broken: bytes):
    files = {path: (entry, broken if path.endswith(".map") else content)
             for path, (entry, content) in THE_BUILD.items()}  # fmt: skip
    await build.upload(a_bundle(files))

    await build.accept(an_item(build.tenant, the_recorded_event()))

    body = (await build.stored())[0]
    assert frames_of(body)[2]["lineno"] == 2
    assert [each["type"] for each in body["errors"]] == ["js_invalid_source"]


async def test_code_that_ends_its_reader_costs_only_the_names_of_functions(build: Build):
    nested = MINIFIED.replace(b"(()=>", b"(" * 3_000_000 + b"(()=>", 1)
    files = {path: (entry, nested if path.endswith(".js") else content)
             for path, (entry, content) in THE_BUILD.items()}  # fmt: skip
    await build.upload(a_bundle(files))

    await build.accept(an_item(build.tenant, the_recorded_event()))

    cart = frames_of((await build.stored())[0])[2]
    assert (cart["filename"], cart["lineno"]) == ("cart.ts", 6)
    # What is called at the place of the caller.
    assert cart["function"] == "cartTotal"


async def test_an_upload_after_the_event_makes_it_readable_and_keeps_its_error(build: Build):
    await build.accept(an_item(build.tenant, the_recorded_event()))
    before = (await build.errors())[0]
    assert before["culprit"] != "cart.ts in cartTotal"

    await build.upload()

    assert frames_of((await build.stored())[0])[2]["function"] == "cartTotal"
    after = (await build.errors())[0]
    assert (after["id"], after["culprit"]) == (before["id"], "cart.ts in cartTotal")
    again = {**the_recorded_event(), "event_id": uuid4().hex}
    await build.accept(an_item(build.tenant, again))
    assert [error["occurrence_count"] for error in await build.errors()] == [2]


async def test_what_was_noted_as_missing_is_read_when_it_arrives(build: Build):
    await build.upload(a_bundle(ANOTHER_BUILD))
    await build.accept(an_item(build.tenant, the_recorded_event()))
    noted = "SELECT key FROM missing_artifacts WHERE organization_id = $1"
    # The debug id, and the release of the script beside it, which has none.
    assert len(await build.rows(noted)) == 2

    await build.upload()

    body = (await build.stored())[0]
    assert frames_of(body)[2]["function"] == "cartTotal"
    assert "errors" not in body
    assert await build.rows(noted) == []


async def test_late_maps_are_told_to_those_who_watch(build: Build):
    await build.accept(an_item(build.tenant, the_recorded_event()))

    await build.upload()

    kinds = await build.rows("SELECT kind FROM feed WHERE organization_id = $1 ORDER BY position")
    assert [row["kind"] for row in kinds] == ["error_new", "error_changed"]


async def test_an_upload_is_seen_within_seconds_by_who_has_just_looked(database, tenant):
    times = [datetime.now(UTC)]
    clock = Clock(now=lambda: times[0], randomness=CLOCK.randomness)
    async with a_build(tenant, database, clock=clock) as build:
        await build.upload(a_bundle(ANOTHER_BUILD))
        await build.accept(an_item(tenant, the_recorded_event()))
        await build.upload()
        times[0] += timedelta(seconds=4)

        await build.accept(an_item(tenant, {**the_recorded_event(), "event_id": uuid4().hex}))

    assert [frames_of(body)[2]["function"] for body in await build.stored()] == ["cartTotal"] * 2


async def test_artifacts_of_one_organization_are_not_those_of_another(build, database, tenant):
    await build.upload()
    stranger = await a_tenant(database, CLOCK)

    await build.accept(an_item(stranger, the_recorded_event()))

    async with database.raw_reading(SYSTEM) as db:
        culprit = await db.fetchval(
            "SELECT culprit FROM errors WHERE organization_id = $1", stranger.organization
        )
    assert "cartTotal" not in culprit


async def test_a_library_in_a_map_is_not_the_senders_own_code(build: Build):
    told = json.loads(SOURCE_MAP)
    told["sources"] = [
        "webpack:///./node_modules/cart/index.js",
        "webpack://shop/./src/app.ts?a1b2",
    ]
    files = {path: (entry, json.dumps(told).encode() if path.endswith(".map") else content)
             for path, (entry, content) in THE_BUILD.items()}  # fmt: skip
    await build.upload(a_bundle(files))

    await build.accept(an_item(build.tenant, the_recorded_event()))

    _, app, cart = frames_of((await build.stored())[0])
    assert (cart["filename"], cart["in_app"]) == ("node_modules/cart/index.js", False)
    assert (app["filename"], app["in_app"]) == ("src/app.ts", True)
