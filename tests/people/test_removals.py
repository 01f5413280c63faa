"""Removals: what goes with an organization or a service, and that nothing is left (REL-23)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from application.clock import Clock
from application.removals import RemovalUseCases
from domain.organizations import MembershipRole
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.people.asking import as_administrator, as_member, as_owner
from tests.people.everything import counts, fill, filled
from tests.people.test_services import opens

LATER = Clock(now=lambda: CLOCK.now() + timedelta(minutes=1), randomness=CLOCK.randomness)
PREVIEW = """query ($organization: ID, $service: ID) {
  removalPreview(organization: $organization, service: $service) { what quantity isAtLeast }
}"""
REMOVAL = """query ($id: ID!) { node(id: $id) { ... on Removal {
  kind name objectId finishedAt requestedBy { name } removed { what quantity }
} } }"""


def org(tenant):
    return f"org_{tenant.organization}"


async def remove(database, *, clock=LATER, at_once=1):
    """Do what the job does, in the smallest pieces."""
    return await RemovalUseCases(database=database, clock=clock, at_once=at_once).run()


async def test_an_organization_goes_with_everything(house, database, owner_of_tables):
    shop, _ = await filled(database, owner_of_tables, "shop")
    bank, _ = await filled(database, owner_of_tables, "bank")
    before = await counts(owner_of_tables, bank.organization)
    owner, administrator = as_owner(house, shop), as_administrator(house, bank)
    preview = (await owner.data(PREVIEW, organization=org(shop)))["removalPreview"]

    said = await owner.do("deleteOrganization", "removal { id }", id=org(shop), slug=shop.slug)
    is_open = await opens(house, shop)
    too_early = await remove(database, clock=CLOCK)
    gone = await remove(database)
    again = await remove(database)

    left = await counts(owner_of_tables, shop.organization)
    removal = (await administrator.data(REMOVAL, id=said["removal"]["id"]))["node"]
    removed = {each["what"]: each["quantity"] for each in removal["removed"]}
    assert (is_open, too_early, gone, again) == (False, 0, sum(removed.values()), 0)
    # The record of the removal itself stays; the one that was filled in is another one.
    assert {table: n for table, n in left.items() if n} == {"removals": 2}
    assert await counts(owner_of_tables, bank.organization) == before
    assert {each["what"] for each in preview} <= set(removed) == set(before) - {"removals"}
    assert (removal["name"], removal["finishedAt"] is not None) == (shop.slug, True)


async def test_what_comes_when_all_is_gone_goes_too(house, database, owner_of_tables, tenant):
    await as_owner(house, tenant).do("deleteOrganization", id=org(tenant), slug=tenant.slug)
    await remove(database)
    await owner_of_tables.execute(
        "INSERT INTO feed_heads (organization_id) VALUES ($1)", tenant.organization
    )

    gone = await remove(database)

    assert gone == 1
    assert (await counts(owner_of_tables, tenant.organization))["feed_heads"] == 0


async def test_the_log_of_administrators_says_what_went(house, database, tenant):
    administrator = as_administrator(house, tenant)
    await as_owner(house, tenant).do("deleteOrganization", id=org(tenant), slug=tenant.slug)
    await remove(database)

    system = await administrator.data("{ organizations { id isSystem } }")
    [id_] = [each["id"] for each in system["organizations"] if each["isSystem"]]
    log = await administrator.data(
        "query ($o: ID!) { auditLog(organization: $o, first: 1) { edges { node {"
        " action actorKind objectId before after } } } }",
        o=id_,
    )
    refused = await administrator.do("deleteOrganization", id=id_, slug="tocsin")

    [entry] = [edge["node"] for edge in log["auditLog"]["edges"]]
    assert entry["before"] == {"name": tenant.slug, "requested_by": str(tenant.user)}
    assert entry["after"]["removed"]["services"] == 1
    assert (entry["action"], entry["actorKind"]) == ("organization.deleted", "SYSTEM")
    assert (refused["__typename"], refused["message"]) == (
        "Conflict",
        "The organization of Tocsin itself cannot be deleted.",
    )


async def test_a_slug_is_typed_before_an_organization_goes(house, owner, tenant):
    admin = await as_member(house, tenant, MembershipRole.ADMIN)

    wrong = await owner.do("deleteOrganization", id=org(tenant), slug="shop")
    forbidden = await admin.do("deleteOrganization", id=org(tenant), slug=tenant.slug)
    preview = await admin.answer(PREVIEW, organization=org(tenant))

    assert (wrong["__typename"], wrong["field"]) == ("Invalid", "slug")
    assert forbidden["__typename"] == "Forbidden"
    assert preview.errors[0].extensions["code"] == "FORBIDDEN"
    assert await opens(house, tenant)


@pytest.mark.parametrize("mutation", ["createService", "createTeam", "setServiceActive", "again"])
async def test_nothing_is_added_to_what_is_being_deleted(owner, tenant, mutation):
    await owner.do("deleteOrganization", id=org(tenant), slug=tenant.slug)
    variables = {
        "createService": {"organization": org(tenant), "service": {"name": "new"}},
        "createTeam": {"organization": org(tenant), "name": "new"},
        "setServiceActive": {"id": f"svc_{tenant.service.id}", "isActive": True},
        "again": {"id": org(tenant), "slug": tenant.slug},
    }

    name = "deleteOrganization" if mutation == "again" else mutation
    said = await owner.do(name, **variables[mutation])

    assert said["__typename"] == "Conflict"


async def test_a_service_goes_with_all_that_is_its(house, database, owner_of_tables, tenant):
    owner = as_owner(house, tenant)
    await fill(owner_of_tables, tenant.organization, tenant.user, "x")
    service, name = f"svc_{tenant.service.id}", tenant.service.name
    other = await owner.do(
        "createService", "service { id }", organization=org(tenant), service={"name": "other"}
    )
    preview = (await owner.data(PREVIEW, service=service))["removalPreview"]

    wrong = await owner.do("deleteService", id=service, name="other")
    said = await owner.do("deleteService", "removal { id }", id=service, name=name)
    await remove(database)

    left = await counts(owner_of_tables, tenant.organization)
    removal = (await owner.data(REMOVAL, id=said["removal"]["id"]))["node"]
    assert wrong["__typename"] == "Invalid"
    assert (removal["kind"], removal["objectId"], removal["name"]) == ("SERVICE", service, name)
    assert [
        n for n in ("errors", "error_activities", "ingest_keys", "monitors") if left[n] > 1
    ] == []
    assert {each["what"] for each in preview} >= {"errors", "error_hashes", "occurrences"}
    for each in preview:
        assert (each["what"], left[each["what"]]) == (
            each["what"],
            1 if each["what"] == "ingest_keys" else 0,  # that of the other service
        )
    assert (await owner.data(f'{{ service(id: "{service}") {{ id }} }}'))["service"] is None
    assert (await owner.data("{ services { id } }"))["services"] == [{"id": other["service"]["id"]}]
    assert left["audit_log"] > 1


async def test_nothing_is_removed_that_nobody_asked_for(database, tenant, owner_of_tables):
    for scope, table in ((SYSTEM, "services"), (SYSTEM, "users")):
        with pytest.raises(Exception, match="nobody asked for this removal"):
            async with database.raw_writing(scope) as db:
                await db.fetchval("SELECT remove_rows($1, $2, 10)", uuid4(), table)

    assert (await counts(owner_of_tables, tenant.organization))["services"] == 1
