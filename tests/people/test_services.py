"""Services and their keys: made, changed, closed, and kept apart from others' (TEN-04, TEN-05)."""

from uuid import uuid4

import pytest

from application.keys import KeyRing
from domain.organizations import MembershipRole
from tests.conftest import CLOCK
from tests.people.asking import as_member

KEYS = "key { id dsn purpose isActive isEnabled allowedOrigins rateLimitPerMinute lastUsedAt }"


def _linked(*urls):
    return {"name": "x", "runbookLinks": [{"title": "t", "url": url} for url in urls]}


def org(tenant):
    return f"org_{tenant.organization}"


def svc(tenant):
    return f"svc_{tenant.service.id}"


async def opens(house, tenant, public_key=None):
    found = await KeyRing(database=house.database, clock=CLOCK).find(
        public_key or tenant.key.public_key
    )
    return found is not None


async def test_a_service_is_made_with_a_key_that_works(house, tenant):
    devops = await as_member(house, tenant, MembershipRole.DEVOPS)
    service = {
        "name": " api ",
        "description": "Answers",
        "isBusinessCritical": True,
        "isExternal": True,
        "runbookLinks": [{"title": "When it fails", "url": "https://wiki.example/api"}],
    }

    said = await devops.do(
        "createService",
        "service { name description isBusinessCritical isExternal isActive"
        " runbookLinks { title url } } key { dsn publicKey }",
        organization=org(tenant),
        service=service,
    )

    assert said["service"] == {**service, "name": "api", "isActive": True}
    assert said["key"]["publicKey"] in said["key"]["dsn"]
    assert await opens(house, tenant, said["key"]["publicKey"])


@pytest.mark.parametrize(
    ("service", "answer", "field"),
    [
        ({"name": "shop-web"}, "Conflict", None),
        ({"name": ""}, "Invalid", "name"),
        ({"name": "n" * 101}, "Invalid", "name"),
        ({"name": "a\0"}, "Invalid", "name"),
        ({"name": "a\nb"}, "Invalid", "name"),
        ({"name": "a\u2028b"}, "Invalid", "name"),
        ({"name": "x", "description": "d" * 2001}, "Invalid", "description"),
        (_linked("javascript:alert(1)"), "Invalid", "runbookLinks"),
        (_linked("https://["), "Invalid", "runbookLinks"),
        (_linked(*["https://a.example"] * 21), "Invalid", "runbookLinks"),
        ({"name": "x", "ownerTeam": f"tea_{uuid4()}"}, "Invalid", "ownerTeam"),
    ],
)
async def test_a_service_that_cannot_be_is_refused(owner, tenant, service, answer, field):
    said = await owner.do("createService", organization=org(tenant), service=service)

    services = await owner.data("{ services { name } }")
    assert (said["__typename"], said.get("field")) == (answer, field)
    assert services["services"] == [{"name": "shop-web"}]


async def test_a_closed_service_takes_nothing_until_it_is_opened(house, owner, tenant):
    closed = await owner.do("setServiceActive", id=svc(tenant), isActive=False)
    while_closed = await opens(house, tenant)
    await owner.do("setServiceActive", id=svc(tenant), isActive=True)

    assert (closed["__typename"], while_closed) == ("SetServiceActiveSuccess", False)
    assert await opens(house, tenant)
    assert (await owner.log(tenant.organization))[0] == (
        "service.deactivated",
        {"is_active": True},
        {"is_active": False},
    )


async def test_what_is_left_out_of_a_change_stays(owner, tenant):
    await owner.do("updateService", id=svc(tenant), changes={"description": "d", "name": "web"})

    said = await owner.do(
        "updateService",
        "service { name description isBusinessCritical }",
        id=svc(tenant),
        changes={"isBusinessCritical": True},
    )
    none = await owner.do(
        "updateService", "service { description }", id=svc(tenant), changes={"description": None}
    )

    assert said["service"] == {"name": "web", "description": "d", "isBusinessCritical": True}
    assert none["service"] == {"description": None}


async def test_a_key_through_its_life(house, owner, tenant):
    origins = ["https://Shop.example/", "*.shop.example", "localhost:3000"]
    made = await owner.do(
        "createIngestKey",
        KEYS,
        service=svc(tenant),
        key={"purpose": "REPORT", "allowedOrigins": origins, "rateLimitPerMinute": 5},
    )
    key = made["key"]["id"]
    secret = made["key"]["dsn"].partition("://")[2].partition("@")[0]
    changed = await owner.do(
        "updateIngestKey", KEYS, id=key, changes={"purpose": "INGEST", "allowedOrigins": []}
    )
    off = await owner.do("setIngestKeyActive", KEYS, id=key, isActive=False)
    while_off = await opens(house, tenant, secret)
    on = await owner.do("setIngestKeyActive", KEYS, id=key, isActive=True)
    while_on = await opens(house, tenant, secret)
    gone = await owner.do("deleteIngestKey", "key", id=key)

    assert made["key"]["allowedOrigins"] == [
        "https://shop.example",
        "*.shop.example",
        "localhost:3000",
    ]
    assert (changed["key"]["purpose"], changed["key"]["allowedOrigins"]) == ("INGEST", [])
    assert changed["key"]["rateLimitPerMinute"] == 5
    assert (off["key"]["isActive"], on["key"]["isActive"]) == (False, True)
    assert (while_off, while_on, gone["key"]) == (False, True, key)
    assert not await opens(house, tenant, secret)
    assert [action for action, _, _ in await owner.log(tenant.organization)] == [
        "ingest_key.created",
        "ingest_key.changed",
        "ingest_key.deactivated",
        "ingest_key.activated",
        "ingest_key.deleted",
    ]


async def test_a_repeated_call_makes_one_key(owner, tenant):
    first, again = [
        await owner.do("createIngestKey", KEYS, service=svc(tenant), key={}, idempotencyKey="mine")
        for _ in range(2)
    ]
    other = await owner.do(
        "createIngestKey", KEYS, service=svc(tenant), key={}, idempotencyKey="another"
    )

    assert first == again
    assert other["key"]["dsn"] != first["key"]["dsn"]
    assert len(await owner.log(tenant.organization)) == 2


@pytest.mark.parametrize("origin", ["", "a b", "ftp://x.example", "https://x.example/path", "**"])
async def test_what_is_no_origin_is_refused(owner, tenant, origin):
    said = await owner.do("createIngestKey", service=svc(tenant), key={"allowedOrigins": [origin]})

    assert (said["__typename"], said["field"]) == ("Invalid", "allowedOrigins")
