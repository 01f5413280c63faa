"""Organizations: made by administrators, changed by owners, and what they may be (TEN-01)."""

import pytest

from domain.organizations import MembershipRole
from tests.conftest import CLOCK
from tests.house import a_tenant
from tests.people.asking import as_administrator, as_member

SHOWN = "organization { id slug name timezone locale settings isSystem }"


def org(tenant):
    return f"org_{tenant.organization}"


async def test_an_administrator_makes_an_organization(house, tenant):
    administrator = as_administrator(house, tenant)
    wanted = {"slug": f"new-{tenant.slug}", "name": " New ", "timezone": "Europe/Berlin"}

    said = await administrator.do(
        "createOrganization", SHOWN, organization={**wanted, "locale": "de-AT"}
    )
    again = await administrator.do("createOrganization", organization=wanted)

    made = said["organization"]
    id_ = made.pop("id")
    assert made == {**wanted, "name": "New", "locale": "de-AT", "settings": {}, "isSystem": False}
    assert again["__typename"] == "Conflict"
    # The built-in types and levels are there, so that errors can come.
    types = await administrator.data(
        "query ($o: ID!) { errorTypes(organization: $o) { code } severityLevels(organization: $o) "
        "{ severity } }",
        o=id_,
    )
    assert len(types["errorTypes"]) > 5
    assert len(types["severityLevels"]) == 5


async def test_an_owner_changes_what_is_named(owner, tenant):
    settings = {"theme": "dark", "columns": [1, 2], "name": "ü"}

    said = await owner.do(
        "updateOrganization",
        SHOWN,
        id=org(tenant),
        changes={"name": "Shop & Co", "timezone": "Asia/Tokyo", "settings": settings},
    )

    assert said["organization"] == {
        "id": org(tenant),
        "slug": tenant.slug,
        "name": "Shop & Co",
        "timezone": "Asia/Tokyo",
        "locale": "en",
        "settings": settings,
        "isSystem": False,
    }
    [(action, before, after)] = await owner.log(tenant.organization)
    assert action == "organization.changed"
    assert (before["timezone"], after["timezone"]) == ("UTC", "Asia/Tokyo")
    assert "locale" not in after


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Shop"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "a" * 101}, "slug"),
        ({"name": " "}, "name"),
        ({"name": "n" * 256}, "name"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"locale": "Deutsch"}, "locale"),
        ({"settings": [1]}, "settings"),
        ({"settings": None}, "settings"),
        ({"settings": {"a": "x" * 17_000}}, "settings"),
        ({"settings": {"a": "\0"}}, "settings"),
        ({"settings": {"a": "\ud800"}}, "settings"),
    ],
)
async def test_what_cannot_be_kept_is_refused_and_changes_nothing(owner, tenant, changes, field):
    said = await owner.do("updateOrganization", id=org(tenant), changes=changes)

    now = await owner.data("{ organizations { slug name timezone locale settings } }")
    assert (said["__typename"], said["field"]) == ("Invalid", field)
    assert now["organizations"] == [
        {"slug": tenant.slug, "name": "Shop", "timezone": "UTC", "locale": "en", "settings": {}}
    ]


async def test_a_slug_that_others_have_is_refused(house, owner, tenant):
    other = await a_tenant(house.database, CLOCK)

    said = await owner.do("updateOrganization", id=org(tenant), changes={"slug": other.slug})

    assert said["__typename"] == "Conflict"


async def test_an_admin_is_no_owner(house, tenant):
    admin = await as_member(house, tenant, MembershipRole.ADMIN)

    said = await admin.do("updateOrganization", id=org(tenant), changes={"name": "Mine"})

    assert said == {
        "__typename": "Forbidden",
        "message": "The role admin may not change the organization.",
    }
