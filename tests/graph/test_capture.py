"""Capturing over the API: what integrations without an SDK tell, and what is stored of it."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from application.digest import Digest
from application.policies import Policies
from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from graph.transport import GraphQLApp
from ingest.answers import Refused
from persistence.database import SYSTEM
from server.wiring.capturing import handing_over
from tests.application.digesting import digest_all
from tests.conftest import CLOCK
from tests.domain.test_events_text_stacks import CHAIN, PYTHON
from tests.graph.serving import serving
from tests.graph.test_triage import a_token
from tests.house import a_tenant

CAPTURE = """mutation ($errors: [CaptureErrorInput!]!) {
  captureErrors(errors: $errors) {
    __typename
    ... on CaptureErrorsSuccess {
      acceptedCount
      outcomes { __typename ... on CapturedError { eventId } ... on Failure { message } }
    }
    ... on Failure { message }
    ... on Invalid { field }
    ... on TooMany { retryAfterSeconds }
  }
}"""
ERRORS = """{ errors(first: 10) { edges { node {
  title level occurrenceCount
  latestOccurrence {
    eventId environment release serverName userRef rawBody tags { key value }
    exceptions { type value frames { function filename lineNumber isInApp } }
  }
} } } }"""


def a_capture(tenant, **fields: Any) -> dict[str, Any]:
    return {"serviceId": f"svc_{tenant.service.id}", "message": "no card", **fields}


async def capture(door, token: str, *captures: dict[str, Any]) -> dict[str, Any]:
    answer = (await door.ask(token, CAPTURE, errors=list(captures))).json()
    assert "errors" not in answer
    return answer["data"]["captureErrors"]


async def listed(door, house, tenant) -> list[dict[str, Any]]:
    await digest_all(
        Digest(database=house.database, hub=house.hub, clock=CLOCK, policies=Policies())
    )
    answer = (await door.ask(tenant.token, ERRORS)).json()
    return [edge["node"] for edge in answer["data"]["errors"]["edges"]]


async def waiting(house, tenant) -> int:
    async with house.database.raw_reading(SYSTEM) as db:
        return await db.fetchval(
            "SELECT count(*) FROM inbox WHERE organization_id = $1", tenant.organization
        )


@pytest.fixture
async def tenant(database):
    return await a_tenant(database, CLOCK)


async def test_an_error_that_is_told_is_stored_like_one_of_an_sdk(door, house, tenant):
    told = a_capture(
        tenant,
        type="Refused",
        stack=PYTHON,
        level="CRITICAL",
        handled=False,
        environment="production",
        release="1.2",
        serverName="web-1",
        url="https://shop.example/pay",
        user={"id": "42"},
        tags=[{"key": "plan", "value": "gold"}],
        occurredAt="2026-11-21T02:00:00+00:00",
    )

    answer = await capture(door, tenant.token, told)

    [outcome] = answer["outcomes"]
    assert (answer["acceptedCount"], outcome["__typename"]) == (1, "CapturedError")
    [error] = await listed(door, house, tenant)
    assert (error["title"], error["level"]) == ("Refused: no card", "CRITICAL")
    occurrence = error["latestOccurrence"]
    [exception] = occurrence.pop("rawBody")["exception"]["values"]
    assert exception["mechanism"]["handled"] is False
    assert occurrence.pop("eventId").replace("-", "") == outcome["eventId"]
    assert occurrence == {
        "environment": "production",
        "release": "1.2",
        "serverName": "web-1",
        "userRef": "42",
        "tags": [{"key": "plan", "value": "gold"}],
        "exceptions": [
            {
                "type": "Refused",
                "value": "no card",
                "frames": [
                    {
                        "function": "pay",
                        "filename": "/srv/shop/pay.py",
                        "lineNumber": 7,
                        "isInApp": True,
                    },
                    {
                        "function": "charge",
                        "filename": "bank/client.py",
                        "lineNumber": 3,
                        "isInApp": False,
                    },
                ],
            }
        ],
    }


async def test_frames_may_be_given_as_they_are_and_a_chain_as_text(door, house, tenant):
    frames = [{"function": "pay", "filename": "pay.go", "lineNumber": 7, "isInApp": True}]

    await capture(
        door,
        tenant.token,
        a_capture(tenant, type="Panic", frames=frames),
        a_capture(tenant, stack=CHAIN),
    )

    found = {each["title"]: each["latestOccurrence"] for each in await listed(door, house, tenant)}
    assert found["Panic: no card"]["exceptions"][0]["frames"] == frames
    assert [each["type"] for each in found["CannotPay: no card"]["exceptions"]] == [
        "Refused",
        "CannotPay",
    ]


async def test_each_is_taken_or_refused_by_itself(door, house, database, tenant):
    other = await a_tenant(database, CLOCK)

    answer = await capture(
        door,
        tenant.token,
        a_capture(tenant),
        a_capture(other),
        a_capture(tenant, message=None),
        a_capture(tenant, serviceId="err_x"),
        a_capture(tenant, message="nul \0"),
        a_capture(tenant, stack="s", frames=[{"function": "f"}]),
        a_capture(tenant, message="again"),
    )

    assert answer["acceptedCount"] == 2
    assert [each["__typename"] for each in answer["outcomes"]] == [
        "CapturedError",
        "NotFound",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
        "CapturedError",
    ]
    assert (await waiting(house, tenant), await waiting(house, other)) == (2, 0)


async def test_what_is_sent_twice_under_one_id_is_stored_once(door, house, tenant):
    ids = [uuid4().hex, "order-7"]
    told = [a_capture(tenant, eventId=id_) for id_ in ids]

    answers = [await capture(door, tenant.token, *told) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["outcomes"][0]["eventId"] == ids[0]
    [error] = await listed(door, house, tenant)
    assert error["occurrenceCount"] == 2


@pytest.mark.parametrize(
    ("role", "scopes", "is_allowed"),
    [
        (MembershipRole.STAFF, {TokenScope.READ, TokenScope.WRITE}, True),
        (MembershipRole.VIEWER, {TokenScope.READ, TokenScope.WRITE}, False),
        (MembershipRole.OWNER, {TokenScope.READ}, False),
    ],
)
async def test_who_may_not_write_is_refused(door, house, tenant, role, scopes, is_allowed):
    token = await a_token(house, tenant, role, frozenset(scopes))

    [outcome] = (await capture(door, token, a_capture(tenant)))["outcomes"]

    assert outcome["__typename"] == ("CapturedError" if is_allowed else "Forbidden")
    assert await waiting(house, tenant) == is_allowed


async def test_a_service_without_an_active_key_says_so(door, house, tenant):
    async with house.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE ingest_keys SET is_active = false WHERE id = $1", tenant.key.id)

    [outcome] = (await capture(door, tenant.token, a_capture(tenant)))["outcomes"]

    assert outcome["__typename"] == "Invalid"
    assert "no active ingest key" in outcome["message"]
    assert await waiting(house, tenant) == 0


async def test_too_many_at_once_are_refused(door, house, tenant):
    answer = await capture(door, tenant.token, *([a_capture(tenant)] * 101))

    assert (answer["__typename"], answer["field"]) == ("Invalid", "errors")
    assert await waiting(house, tenant) == 0


class FullReception:
    """A reception that is over its limit."""

    async def hand_over(self, items: object, *, is_sent_again: bool) -> None:
        raise Refused(429, "Too much.", headers=((b"retry-after", b"20"),))


async def test_over_the_limit_the_sender_is_told_to_wait(house, tenant):
    capturing = replace(house.capture, hand_over=handing_over(FullReception()))
    app = GraphQLApp(replace(house, capture=capturing), allowed_origins=[])

    async with serving(app.routes()) as door:
        answer = await capture(door, tenant.token, a_capture(tenant))

    assert answer == {"__typename": "TooMany", "message": "Too much.", "retryAfterSeconds": 20}
