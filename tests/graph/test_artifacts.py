"""Artifacts over the API: what was uploaded, who may delete it, and frames that were mapped."""

from uuid import uuid4

import pytest

from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from persistence.database import SYSTEM
from tests.application.digesting import an_item
from tests.artifacts import DEBUG_ID, a_bundle, the_recorded_event
from tests.building import a_build
from tests.conftest import CLOCK
from tests.graph.test_triage import a_token
from tests.house import a_tenant

BUNDLES = """query ($service: ID, $release: String, $organization: ID, $first: Int! = 10) {
  artifactBundles(
    service: $service, release: $release, organization: $organization, first: $first
  ) {
    id release dist state detail artifactCount size lastUsedAt services { name }
    artifacts { name kind debugId sourceMapName }
  }
}"""
DELETE = """mutation ($id: ID!) { deleteArtifactBundle(id: $id) {
  __typename
  ... on DeleteArtifactBundleSuccess { bundle { id } }
  ... on Failure { message }
} }"""
FRAMES = """{ errors(first: 1) { edges { node { culprit occurrences(first: 1) { edges { node {
  exceptions { frames {
    function filename lineNumber columnNumber contextLine isMapped
    minified { function filename absolutePath lineNumber columnNumber }
  } }
} } } } } } }"""


async def asked(door, token, query, **variables):
    answer = (await door.ask(token, query, **variables)).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def test_uploads_are_listed_for_a_service_and_a_release(door, database):
    tenant = await a_tenant(database, CLOCK)
    async with a_build(tenant, database) as build:
        await build.upload(version="shop@1", dist="web", projects=[tenant.service.name])
        await build.upload(b"no zip", version="shop@2")

    bad, good = (await asked(door, tenant.token, BUNDLES))["artifactBundles"]
    service = f"svc_{tenant.service.id}"
    of_service = await asked(door, tenant.token, BUNDLES, service=service, release="shop@1")
    none = await asked(door, tenant.token, BUNDLES, release="shop@3")

    assert (bad["state"], bad["detail"]) == ("ERROR", "The bundle is not a zip archive.")
    assert of_service["artifactBundles"] == [good]
    assert none["artifactBundles"] == []
    assert (good["release"], good["dist"], good["artifactCount"]) == ("shop@1", "web", 2)
    assert good["services"] == [{"name": tenant.service.name}]
    assert good["artifacts"][0] == {
        "name": "~/www/app.min.js",
        "kind": "MINIFIED_SOURCE",
        "debugId": DEBUG_ID,
        "sourceMapName": "~/www/app.min.js.map",
    }


@pytest.mark.parametrize(
    ("role", "typename", "left"),
    [
        (MembershipRole.DEVOPS, "DeleteArtifactBundleSuccess", 0),
        (MembershipRole.VIEWER, "Forbidden", 1),
    ],
)
async def test_who_may_delete_an_upload(door, house, database, role, typename, left):
    tenant = await a_tenant(database, CLOCK)
    async with a_build(tenant, database) as build:
        await build.upload()
    [bundle] = (await asked(door, tenant.token, BUNDLES))["artifactBundles"]
    token = await a_token(house, tenant, role)

    told = await asked(door, token, DELETE, id=bundle["id"])

    assert told["deleteArtifactBundle"]["__typename"] == typename
    async with database.raw_reading(SYSTEM) as db:
        audited = await db.fetch(
            "SELECT action FROM audit_log WHERE organization_id = $1 AND actor_kind <> 'system'"
            " ORDER BY at, id",
            tenant.organization,
        )
    done = ["artifact_bundle.uploaded"] + ["artifact_bundle.deleted"] * (1 - left)
    assert [row["action"] for row in audited] == done
    assert len((await asked(door, tenant.token, BUNDLES))["artifactBundles"]) == left


async def test_the_uploads_of_others_are_not_there(door, database):
    tenant, stranger = await a_tenant(database, CLOCK), await a_tenant(database, CLOCK)
    async with a_build(stranger, database) as build:
        await build.upload()
    [theirs] = (await asked(door, stranger.token, BUNDLES))["artifactBundles"]

    seen = await asked(door, tenant.token, BUNDLES, organization=f"org_{stranger.organization}")
    told = await asked(door, tenant.token, DELETE, id=theirs["id"])
    node = await asked(door, tenant.token, "query ($id: ID!) { node(id: $id) { id } }", **theirs)

    assert seen["artifactBundles"] == []
    assert told["deleteArtifactBundle"]["__typename"] == "NotFound"
    assert node["node"] is None
    assert len((await asked(door, stranger.token, BUNDLES))["artifactBundles"]) == 1


@pytest.mark.parametrize(("first", "code"), [(101, "PAGE_EXCEEDED"), (-1, "INVALID")])
async def test_a_list_without_bounds_is_refused(door, tenant, first, code):
    answer = (await door.ask(tenant.token, BUNDLES, first=first)).json()

    assert answer["errors"][0]["extensions"]["code"] == code


async def test_frames_say_that_a_map_made_them_readable(door, database):
    tenant = await a_tenant(database, CLOCK)
    async with a_build(tenant, database) as build:
        await build.upload(a_bundle())
        event = {**the_recorded_event(), "event_id": uuid4().hex}
        await build.accept(an_item(tenant, event))

    [error] = (await asked(door, tenant.token, FRAMES))["errors"]["edges"]
    [occurrence] = error["node"]["occurrences"]["edges"]
    foreign, _, cart = occurrence["node"]["exceptions"][0]["frames"]

    assert error["node"]["culprit"] == "cart.ts in cartTotal"
    assert (foreign["isMapped"], foreign["minified"]) == (False, None)
    assert cart == {
        "function": "cartTotal",
        "filename": "cart.ts",
        "lineNumber": 6,
        "columnNumber": 26,
        "contextLine": "    total += line.price!.amount * line.qty",
        "isMapped": True,
        "minified": {
            "function": "n",
            "filename": "http://localhost:8200/www/app.min.js",
            "absolutePath": None,
            "lineNumber": 2,
            "columnNumber": 55,
        },
    }


async def test_a_token_for_uploads_reads_nothing(door, house, tenant):
    token = await a_token(house, tenant, MembershipRole.OWNER, frozenset({TokenScope.ARTIFACTS}))

    answer = (await door.ask(token, "{ viewer { user { email } } }")).json()

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
