"""The digest over a real database: senders who mean it ill, and tenants who are gone."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from domain.ids import OrganizationId
from domain.inbox import ItemKind
from persistence.database import Database
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def digest(database: Database) -> Digest:
    return Digest(
        database=database,
        hub=Hub(HeardBus(), FeedLog(database=database)),
        clock=CLOCK,
        policies=Policies(database=database, clock=CLOCK),
    )


@pytest.mark.parametrize("kind", [ItemKind.EVENT, ItemKind.EVENT_OVER_LIMIT, ItemKind.SESSION])
async def test_what_waits_of_an_organization_that_is_gone_holds_up_nobody(
    database: Database, digest: Digest, tenant: Tenant, kind: ItemKind
):
    gone = OrganizationId(UUID(int=0, version=4))
    orphan = replace(an_item(tenant, an_event("gone"), kind=kind), organization_id=gone)

    await accept(database, orphan, an_item(tenant, an_event("pay")))
    await digest_all(digest)

    assert [error["occurrence_count"] for error in await errors_of(database, tenant)] == [1]
    assert await rows(database, "SELECT 1 FROM inbox WHERE organization_id = $1", gone) == []


async def test_what_waits_of_a_service_that_is_gone_holds_up_nobody(
    database: Database, digest: Digest, tenant: Tenant
):
    orphan = replace(an_item(tenant, an_event("gone")), service_id=uuid4())

    await accept(database, orphan, an_item(tenant, an_event("pay")))
    await digest_all(digest)

    assert [error["occurrence_count"] for error in await errors_of(database, tenant)] == [1]
    assert await digest.waiting() == []


async def test_thousands_of_names_of_tags_and_releases_are_bounded_or_kept(
    database: Database, digest: Digest, tenant: Tenant
):
    many_tags = {f"key-{n}": f"value-{n}" for n in range(10_000)}
    events = [an_item(tenant, an_event(release=f"shop@{n}")) for n in range(1_000)]

    await accept(database, an_item(tenant, an_event(tags=many_tags)), *events)
    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 1_001
    [found] = await rows(
        database,
        "SELECT count(*) AS releases FROM release_sightings WHERE organization_id = $1",
        tenant.organization,
    )
    assert found["releases"] == 1_000
    assert (
        await rows(
            database, "SELECT 1 FROM dead_letters WHERE organization_id = $1", tenant.organization
        )
        == []
    )
