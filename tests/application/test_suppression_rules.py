"""Suppression rules over a real database: who may make them, and what they count."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.suppression_rules import RuleDraft, SuppressionRuleUseCases
from domain.failures import Conflict, Forbidden, Invalid, NotFound
from domain.ids import SuppressionRuleId
from domain.levels import Severity
from domain.organizations import MembershipRole
from domain.schedules import Schedule, Weekday, WeeklyWindow, time_of
from domain.suppression import MAX_RULES, SuppressionAction, SuppressionScope
from domain.suppression_text import matchers_of
from domain.viewers import Viewer
from persistence import suppression_rules
from persistence.database import SYSTEM, Database
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def a_draft(**fields: object) -> RuleDraft:
    """A rule that drops what a health check says."""
    defaults = {
        "scope": SuppressionScope.ERROR,
        "name": "Health checks",
        "description": None,
        "matchers": matchers_of("transaction = /healthz"),
        "expression": "transaction = /healthz",
        "alert_rule_id": None,
        "action": SuppressionAction.DROP,
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
    }
    return RuleDraft(**{**defaults, **fields})


@pytest.fixture
def use(database: Database) -> SuppressionRuleUseCases:
    return SuppressionRuleUseCases(database=database, clock=CLOCK)


async def kept(database: Database, tenant: Tenant):
    async with database.raw_reading(SYSTEM) as db:
        found = await suppression_rules.active_of(db, [tenant.organization], SuppressionScope.ERROR)
    return found[tenant.organization]


async def test_a_rule_is_kept_as_it_was_decided(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    window = WeeklyWindow(days=(Weekday.SUNDAY,), begins=time_of("01:00"), ends=time_of("03:00"))
    draft = a_draft(
        description="They come every second",
        action=SuppressionAction.RATE_LIMIT,
        max_per_window=3,
        window=timedelta(minutes=5),
        schedule=Schedule(timezone="Europe/Berlin", windows=(window,)),
        active_from=AT,
        expires_at=AT + timedelta(days=3),
        never_above=Severity.CRITICAL,
        never_in_critical_window=False,
    )

    made = await use.create(tenant.organization, draft, by=tenant.viewer)

    assert await kept(database, tenant) == (made,)
    assert made.created_by == tenant.user


async def test_a_rule_is_changed_whole_and_removed(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    made = await use.create(tenant.organization, a_draft(), by=tenant.viewer)

    changed = await use.update(
        made.id, a_draft(name="Mute", action=SuppressionAction.MUTE), by=tenant.viewer
    )

    assert (changed.id, changed.action) == (made.id, SuppressionAction.MUTE)
    assert await kept(database, tenant) == (changed,)
    await use.delete(made.id, by=tenant.viewer)
    assert await kept(database, tenant) == ()
    with pytest.raises(NotFound):
        await use.delete(made.id, by=tenant.viewer)


@pytest.mark.parametrize(
    "role", [MembershipRole.SUPPORT, MembershipRole.ON_CALL, MembershipRole.VIEWER]
)
async def test_who_may_not_configure_changes_nothing(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant, role: MembershipRole
):
    made = await use.create(tenant.organization, a_draft(), by=tenant.viewer)
    weak = Viewer(user=tenant.user, roles={tenant.organization: role})

    for refused in (
        use.create(tenant.organization, a_draft(), by=weak),
        use.update(made.id, a_draft(name="x"), by=weak),
        use.delete(made.id, by=weak),
    ):
        with pytest.raises(Forbidden):
            await refused

    assert await kept(database, tenant) == (made,)


async def test_a_stranger_does_not_know_of_a_rule(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    made = await use.create(tenant.organization, a_draft(), by=tenant.viewer)
    stranger = await a_tenant(database, CLOCK)

    with pytest.raises(NotFound):
        await use.delete(made.id, by=stranger.viewer)
    with pytest.raises(NotFound):
        await use.create(tenant.organization, a_draft(), by=stranger.viewer)


async def test_a_draft_that_means_nothing_is_refused(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    with pytest.raises(Invalid):
        await use.create(
            tenant.organization, a_draft(action=SuppressionAction.RATE_LIMIT), by=tenant.viewer
        )

    assert await kept(database, tenant) == ()


async def test_a_change_of_what_somebody_else_changed_is_a_conflict(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    made = await use.create(tenant.organization, a_draft(), by=tenant.viewer)
    await use.update(made.id, a_draft(name="first"), by=tenant.viewer)

    async with database.writing(SYSTEM) as db:
        assert not await suppression_rules.replace(db, made, replace(made, name="second"))


async def test_an_organization_has_a_bounded_number_of_rules(
    use: SuppressionRuleUseCases, tenant: Tenant
):
    for _ in range(MAX_RULES):
        await use.create(tenant.organization, a_draft(), by=tenant.viewer)

    with pytest.raises(Conflict):
        await use.create(tenant.organization, a_draft(), by=tenant.viewer)


async def test_hits_add_up_from_many_writers(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    rules = [await use.create(tenant.organization, a_draft(), by=tenant.viewer) for _ in range(3)]

    async def hit(order: int) -> None:
        ids = [rule.id for rule in rules][::order]
        async with database.raw_writing(SYSTEM) as db:
            await suppression_rules.count_hits(db, dict.fromkeys(ids, 2), AT)

    await asyncio.gather(*(hit(order) for order in (1, -1) * 4))

    assert [rule.hit_count for rule in await kept(database, tenant)] == [16] * 3
    assert {rule.last_hit_at for rule in await kept(database, tenant)} == {AT}


async def test_a_rate_limit_lets_so_many_pass_in_each_window(
    use: SuppressionRuleUseCases, database: Database, tenant: Tenant
):
    draft = a_draft(
        action=SuppressionAction.RATE_LIMIT, max_per_window=5, window=timedelta(minutes=1)
    )
    rule = await use.create(tenant.organization, draft, by=tenant.viewer)

    async def room(wanted: int, seconds: int) -> int:
        at = AT + timedelta(seconds=seconds)
        async with database.raw_writing(SYSTEM) as db:
            return (await suppression_rules.take_room(db, {rule.id: wanted}, at))[rule.id]

    passed = [await room(3, 0), await room(3, 59), await room(3, 59), await room(9, 60)]
    late = await room(1, 30)

    assert passed == [3, 2, 0, 5]
    assert late == 0
    assert sum(await asyncio.gather(*(room(1, 120) for _ in range(12)))) == 5
    gone = SuppressionRuleId(uuid4())
    async with database.raw_writing(SYSTEM) as db:
        assert await suppression_rules.take_room(db, {gone: 4}, AT) == {gone: 4}
