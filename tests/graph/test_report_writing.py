"""Reports that members write over the API (RPT-02)."""

import base64
from uuid import uuid4

import pytest

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from tests.application.digesting import rows
from tests.conftest import CLOCK
from tests.graph.reporting import act, fails, queue
from tests.house import a_tenant
from tests.pictures import a_png

PNG = a_png()
SELECTED = """report { id title description priority reportType reporterType source
  reporter { name } reporterName error { id } screenshots { filename contentType size }
  timeline { edges { node { kind actor { name } } } } }"""


async def write(door, token, tenant, *, key=None, **more):
    given = {
        "serviceId": f"svc_{tenant.service.id}",
        "title": "Wrong total",
        "description": "My card 4111 1111 1111 1111 is charged twice",
        **more,
    }
    return await act(
        door,
        token,
        "createUserReport",
        SELECTED,
        report=("CreateUserReportInput!", given),
        idempotencyKey=("String", key),
    )


async def test_a_member_reports_with_a_picture_and_the_error_that_it_is_about(door, house, tenant):
    await fails(house, tenant, uuid4())
    answer = (await door.ask(tenant.token, "{ errors { edges { node { id } } } }")).json()
    error = answer["data"]["errors"]["edges"][0]["node"]["id"]
    picture = {"filename": "../a.png", "base64": base64.b64encode(PNG).decode()}

    done = await write(
        door, tenant.token, tenant, priority="HIGH", errorId=error, screenshots=[picture]
    )

    report = done["report"]
    assert "4111" not in report["description"]
    assert (report["priority"], report["reportType"]) == ("HIGH", "BUG")
    assert (report["reporterType"], report["source"]) == ("ORG_OWNER", "dashboard")
    assert (report["reporter"], report["reporterName"]) == ({"name": "Ada"}, "Ada")
    assert report["error"] == {"id": error}
    assert report["screenshots"] == [
        {"filename": "a.png", "contentType": "image/png", "size": len(PNG)}
    ]
    assert report["timeline"]["edges"] == [{"node": {"kind": "CREATED", "actor": {"name": "Ada"}}}]
    [listed] = await queue(door, tenant.token, error=error)
    assert listed["id"] == report["id"]
    kinds = await rows(
        house.database,
        "SELECT kind FROM feed WHERE organization_id = $1 AND kind LIKE 'report%'",
        tenant.organization,
    )
    assert kinds == [{"kind": "report_new"}]


async def test_what_is_written_twice_under_one_key_is_one_report(door, house, tenant):
    picture = {"filename": "a.png", "base64": base64.b64encode(PNG).decode()}

    one = await write(door, tenant.token, tenant, key="k", screenshots=[picture])
    two = await write(door, tenant.token, tenant, key="k", screenshots=[picture])
    other = await write(door, tenant.token, tenant, key="l")

    assert two["report"] == one["report"]
    assert other["report"]["id"] != one["report"]["id"]
    assert len(await queue(door, tenant.token)) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"description": ""}, "description"),
        ({"screenshots": [{"filename": "a", "base64": "!"}]}, "screenshots"),
        ({"screenshots": [{"filename": "a.svg", "base64": "PHN2Zy8+"}]}, "screenshots"),
        ({"screenshots": [{"filename": "a", "base64": ""}] * 6}, "screenshots"),
        (
            {"screenshots": [{"filename": "a", "base64": base64.b64encode(PNG[:-2]).decode()}]},
            "screenshots",
        ),
        ({"errorId": "err_x"}, "errorId"),
    ],
)
async def test_what_cannot_be_stored_is_refused_and_nothing_is(door, house, tenant, wrong, field):
    answer = await write(door, tenant.token, tenant, **wrong)

    assert (answer["__typename"], answer["field"]) == ("Invalid", field)
    assert await queue(door, tenant.token) == []


async def test_only_members_who_may_send_report_and_only_of_what_is_theirs(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    tokens = {}
    for role in (MembershipRole.VIEWER, MembershipRole.ON_CALL):
        email = f"{uuid4().hex}@example.com"
        await setup.add_user(email, "Ben", tenant.slug, role)
        tokens[role] = await setup.add_token(email, tenant.slug, "test")

    viewer = await write(door, tokens[MembershipRole.VIEWER], tenant)
    on_call = await write(door, tokens[MembershipRole.ON_CALL], tenant)
    stranger = await write(door, other.token, tenant)
    foreign = await write(door, tenant.token, tenant, errorId=f"err_{uuid4()}")

    assert viewer["__typename"] == "Forbidden"
    assert on_call["report"]["reporterType"] == "STAFF"
    assert stranger == {"__typename": "NotFound", "message": "No such service."}
    assert foreign == {"__typename": "NotFound", "message": "No such error."}
    assert len(await queue(door, tenant.token)) == 1
