"""Suppression in the digest: each action does what its rule says, and no more (PAT-05)."""

from datetime import timedelta
from typing import Any

import pytest

from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from domain.ids import SuppressionRuleId
from domain.inbox import ItemKind
from domain.levels import Severity
from domain.matching import parse_matchers
from domain.suppression import SuppressionAction, SuppressionRule, SuppressionScope
from persistence import suppression_rules
from persistence.database import SYSTEM, Database
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant


@pytest.fixture
def digest(database: Database) -> Digest:
    hub = Hub(HeardBus(), FeedLog(database=database))
    policies = Policies(database=database, clock=CLOCK)
    return Digest(database=database, hub=hub, clock=CLOCK, policies=policies)


async def a_rule(
    database: Database, tenant: Tenant, action: SuppressionAction, **fields: Any
) -> SuppressionRule:
    """A rule for events of the environment "dev"."""
    at = CLOCK.now()
    matchers = parse_matchers([{"field": "environment", "op": "=", "value": "dev"}])
    values: dict[str, Any] = {
        "id": SuppressionRuleId(CLOCK.new_id()),
        "organization_id": tenant.organization,
        "scope": SuppressionScope.ERROR,
        "name": "Development",
        "description": None,
        "matchers": matchers,
        "expression": None,
        "alert_rule_id": None,
        "action": action,
        "downgrade_to": None,
        "max_per_window": None,
        "window": None,
        "active_from": None,
        "active_until": None,
        "schedule": None,
        "never_in_critical_window": True,
        "never_above": Severity.EMERGENCY,
        "expires_at": None,
        "is_active": True,
        "created_by": tenant.user,
        "created_at": at,
        "updated_at": at,
    }
    rule = SuppressionRule(**{**values, **fields})
    async with database.writing(SYSTEM) as db:
        await suppression_rules.add(db, rule)
    return rule


async def hits(database: Database, rule: SuppressionRule) -> object:
    [row] = await rows(database, "SELECT hit_count FROM suppression_rules WHERE id = $1", rule.id)
    return row["hit_count"]


async def told(database: Database, tenant: Tenant) -> list[object]:
    found = await rows(
        database,
        "SELECT kind FROM feed WHERE organization_id = $1 ORDER BY position",
        tenant.organization,
    )
    return [row["kind"] for row in found]


async def stored(database: Database, tenant: Tenant) -> object:
    [row] = await rows(
        database,
        "SELECT count(*) AS n FROM occurrences WHERE organization_id = $1",
        tenant.organization,
    )
    return row["n"]


async def test_what_is_dropped_is_counted_as_suppressed_and_nowhere_else(
    database: Database, digest: Digest, tenant: Tenant
):
    rule = await a_rule(database, tenant, SuppressionAction.DROP)
    await accept(
        database,
        an_item(tenant, an_event(environment="dev")),
        an_item(tenant, an_event(environment="prod")),
        an_item(tenant, an_event("ship", environment="dev")),
    )

    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert (error["environment"], error["occurrence_count"]) == ("prod", 1)
    outcomes = await rows(
        database,
        "SELECT outcome, reason, quantity FROM ingest_outcomes WHERE organization_id = $1"
        " ORDER BY outcome",
        tenant.organization,
    )
    assert [(o["outcome"], o["reason"], o["quantity"]) for o in outcomes] == [
        ("accepted", "", 1),
        ("suppressed", "drop", 2),
    ]
    assert await hits(database, rule) == 2


async def test_an_error_whose_first_event_is_dropped_has_the_id_of_one_that_is_stored(
    database: Database, digest: Digest, tenant: Tenant
):
    await a_rule(database, tenant, SuppressionAction.DROP)
    await accept(
        database,
        an_item(tenant, an_event(environment="dev")),
        an_item(tenant, an_event(environment="prod")),
    )

    await digest_all(digest)

    found = await rows(
        database,
        "SELECT e.id AS error, o.id AS occurrence FROM errors e JOIN occurrences o"
        " ON o.error_id = e.id WHERE e.organization_id = $1",
        tenant.organization,
    )
    assert len(found) == 1
    assert found[0]["error"] == found[0]["occurrence"]


async def test_a_rate_limit_keeps_so_many_bodies_and_counts_the_rest(
    database: Database, digest: Digest, tenant: Tenant
):
    window = timedelta(days=1)
    rule = await a_rule(
        database, tenant, SuppressionAction.RATE_LIMIT, max_per_window=2, window=window
    )
    await accept(database, *(an_item(tenant, an_event(environment="dev")) for _ in range(5)))
    await digest_all(digest)
    await accept(database, *(an_item(tenant, an_event(environment="dev")) for _ in range(3)))
    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 8
    assert await stored(database, tenant) == 2
    assert await hits(database, rule) == 8
    counted = await rows(
        database,
        "SELECT outcome, reason, sum(quantity)::int AS n FROM ingest_outcomes"
        " WHERE organization_id = $1 GROUP BY 1, 2 ORDER BY 1",
        tenant.organization,
    )
    assert [(o["outcome"], o["reason"], o["n"]) for o in counted] == [
        ("accepted", "", 2),
        ("rate_limited", "counted_only", 6),
    ]


async def test_what_is_only_stored_tells_nobody(database: Database, digest: Digest, tenant: Tenant):
    await a_rule(database, tenant, SuppressionAction.STORE_ONLY)
    await accept(
        database,
        an_item(tenant, an_event(environment="dev")),
        an_item(tenant, an_event("ship", environment="prod")),
    )

    await digest_all(digest)

    assert len(await errors_of(database, tenant)) == 2
    assert await told(database, tenant) == ["error_new"]


async def test_a_new_error_that_is_muted_begins_as_ignored_and_a_known_one_stays_as_it_is(
    database: Database, digest: Digest, tenant: Tenant
):
    await accept(database, an_item(tenant, an_event("pay", environment="dev")))
    await digest_all(Digest(database=database, hub=digest.hub, clock=CLOCK, policies=Policies()))
    await a_rule(database, tenant, SuppressionAction.MUTE)

    await accept(
        database,
        an_item(tenant, an_event("pay", environment="dev")),
        an_item(tenant, an_event("ship", environment="dev")),
    )
    await digest_all(digest)

    pay, ship = await errors_of(database, tenant)
    assert (pay["status"], pay["occurrence_count"]) == ("new", 2)
    assert (ship["status"], ship["occurrence_count"]) == ("ignored", 1)


async def test_a_downgrade_lowers_what_is_new(database: Database, digest: Digest, tenant: Tenant):
    await accept(database, an_item(tenant, an_event("pay", environment="prod")))
    await a_rule(database, tenant, SuppressionAction.DOWNGRADE)
    await accept(database, an_item(tenant, an_event("ship", environment="dev")))

    await digest_all(digest)

    pay, ship = await errors_of(database, tenant)
    assert (pay["severity"], ship["severity"]) == ("medium", "low")


async def test_a_rule_never_touches_what_is_too_bad_for_it(
    database: Database, digest: Digest, tenant: Tenant
):
    await a_rule(database, tenant, SuppressionAction.DROP, never_above=Severity.CRITICAL)
    await accept(
        database,
        an_item(tenant, an_event("pay", environment="dev", level="fatal")),
        an_item(tenant, an_event("ship", environment="dev", level="warning")),
    )

    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["culprit"] == "shop.checkout in pay"


async def test_in_a_flood_a_rule_is_asked_for_every_event_and_bodies_are_still_sampled(
    database: Database, digest: Digest, tenant: Tenant
):
    rule = await a_rule(database, tenant, SuppressionAction.DROP)
    kind = ItemKind.EVENT_OVER_LIMIT
    flood = [
        an_item(tenant, an_event(environment=where), kind=kind, at=CLOCK.now())
        for where in ("prod", "dev", "prod", "dev", "prod", "prod", "prod", "prod")
    ]
    await accept(database, *flood)

    await digest_all(digest)

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 6
    assert await hits(database, rule) == 2
    assert int(str(await stored(database, tenant))) < 6
