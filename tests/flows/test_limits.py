"""Over the limit: a real SDK backs off, the flood counts, and an operator can see and help."""

import re
from collections.abc import AsyncIterator

import pytest

from tests.application.digesting import an_item
from tests.flows.clients import a_program
from tests.flows.commands import tocsin
from tests.flows.running import Installation, an_installation, eventually
from tests.house import Tenant

LIMIT = 2


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    async with an_installation(flow_database) as running:
        yield running


async def counted(house: Installation, tenant: Tenant) -> int:
    """Return how often the tenant's errors happened."""
    rows = await house.sql(
        "SELECT coalesce(sum(occurrence_count), 0)::int AS n FROM errors"
        " WHERE organization_id = $1",
        tenant.organization,
    )
    return rows[0]["n"]


async def measured(house: Installation, name: str) -> float:
    """Return a metric of the process that serves."""
    text = (await house.http.get(f"{house.serve[0].url}/metrics")).text
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_an_sdk_that_is_over_the_limit_backs_off_and_what_it_sent_counts(
    house: Installation,
):
    tenant = await house.tenant(limit=LIMIT)

    async with a_program("shop", house.dsn(tenant)) as shop:
        for _ in range(LIMIT + 4):
            await shop.fails("pay")
        # It was told to wait half a minute with the third event: the others it kept to itself.
        found = await eventually(lambda: counted(house, tenant), lambda n: n >= LIMIT + 1)

    assert found == LIMIT + 1
    assert await measured(house, 'tocsin_ingest_answers_total{door="envelope",status="429"}') == 1
    name = 'tocsin_ingest_limited_items_total{category="error",outcome="over_limit"}'
    assert await measured(house, name) == 1
    notices = await eventually(
        lambda: house.sql(
            "SELECT payload FROM feed WHERE organization_id = $1 AND kind = 'limit_reached'",
            tenant.organization,
        ),
        lambda rows: rows,
    )
    assert len(notices) == 1


async def test_an_operator_raises_a_limit_without_a_token(house: Installation):
    tenant = await house.tenant(limit=1)
    who = ("--organization", tenant.slug)

    said = await tocsin("organization", "limit", "5000", *who, environment=house.environment)
    key = await tocsin("key", "limit", tenant.key.public_key, "7", environment=house.environment)
    bad = await tocsin("organization", "limit", "0", *who, environment=house.environment)
    none = await tocsin("key", "limit", "nobody", "7", environment=house.environment)

    assert (said.status, key.status, bad.status, none.status) == (0, 0, 2, 1)
    assert said.out == f"{tenant.slug} may send 5,000 errors a minute, within five seconds.\n"
    assert none.err == "Error: There is no such key.\n"
    [row] = await house.sql(
        "SELECT error_rate_limit_per_minute, rate_limit_per_minute FROM organizations o"
        " JOIN ingest_keys k ON k.organization_id = o.id WHERE o.id = $1",
        tenant.organization,
    )
    assert tuple(row) == (5000, 7)


async def test_an_operator_sees_dead_letters_and_replays_them(house: Installation):
    tenant = await house.tenant()
    item = an_item(tenant, {"message": "buried"})
    await house.sql(
        "INSERT INTO dead_letters (organization_id, id, service_id, ingest_key_id, kind, event_id,"
        " received_at, body_format, body, reason)"
        " VALUES ($1, gen_random_uuid(), $2, $3, 'event', $4, now(), $5, $6, 'a bug of ours')",
        tenant.organization,
        tenant.service.id,
        tenant.key.id,
        item.event_id,
        item.body_format,
        item.body,
    )
    who = ("--organization", tenant.slug)

    doctor = await tocsin("doctor", environment=house.environment)
    listed = await tocsin("dead-letters", "list", *who, environment=house.environment)
    replayed = await tocsin("dead-letters", "replay", *who, environment=house.environment)

    assert "1 items could not be digested: see `tocsin dead-letters list`." in doctor.out
    assert listed.out.endswith("\tevent\ta bug of ours\n")
    assert replayed.out == "1 wait to be digested again.\n"
    assert await eventually(lambda: counted(house, tenant), lambda n: n == 1) == 1


CREATE = """
mutation($o: ID!, $r: SuppressionRuleInput!) {
  createSuppressionRule(organization: $o, rule: $r) { __typename }
}
"""


async def test_what_nobody_wants_to_hear_of_is_dropped_or_muted(house: Installation):
    tenant = await house.tenant()
    whose = f"org_{tenant.organization}"
    for name, action, expression in (
        ("Declined cards", "DROP", "value =~ declined$"),
        ("Lost orders", "MUTE", "type = KeyError"),
    ):
        rule = {"name": name, "action": action, "expression": expression}
        made = await house.ask(tenant, CREATE, o=whose, r=rule)
        assert made["createSuppressionRule"]["__typename"] == "CreateSuppressionRuleSuccess"

    async with a_program("shop", house.dsn(tenant)) as shop:
        await shop.fails("pay")
        await shop.fails("ship")

    async def left() -> list[tuple[str, str]]:
        rows = await house.sql(
            "SELECT title, status FROM errors WHERE organization_id = $1", tenant.organization
        )
        return [(row["title"], row["status"]) for row in rows]

    async def hits() -> list[int]:
        rows = await house.sql(
            "SELECT hit_count FROM suppression_rules WHERE organization_id = $1",
            tenant.organization,
        )
        return [row["hit_count"] for row in rows]

    assert await eventually(left, lambda found: found) == [("KeyError: 17", "ignored")]
    assert await eventually(hits, lambda found: found == [1, 1]) == [1, 1]
    counted = await house.sql(
        "SELECT reason, quantity FROM ingest_outcomes"
        " WHERE organization_id = $1 AND outcome = 'suppressed'",
        tenant.organization,
    )
    assert [row["quantity"] for row in counted] == [1]
