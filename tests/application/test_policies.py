"""Policies: one question for many organizations, remembered for seconds, and never in the way."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from application.clock import Clock
from application.policies import Policies, policy_of
from application.scrubbing import ScrubbingUseCases
from domain.grouping import DEFAULT
from domain.scrubbing.settings import ScrubbingSettings
from persistence.ingest_settings import Decisions
from tests.conftest import CLOCK
from tests.house import a_tenant

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
HIDES = ScrubbingSettings(hides_emails=True)


class Switched:
    """A database that can be away, and counts how often it is asked."""

    def __init__(self, database):
        self.database, self.is_away, self.asked = database, False, 0

    @asynccontextmanager
    async def raw_reading(self, scope):
        self.asked += 1
        if self.is_away:
            raise ConnectionRefusedError("away")
        async with self.database.raw_reading(scope) as db:
            yield db


class Watch:
    def __init__(self):
        self.at = AT

    def __call__(self):
        return self.at


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def switched(database):
    return Switched(database)


@pytest.fixture
def policies(switched, watch):
    return Policies(database=switched, clock=Clock(now=watch, randomness=CLOCK.randomness))


async def decide(database, tenant, settings):
    use_cases = ScrubbingUseCases(database=database, clock=CLOCK)
    await use_cases.decide(tenant.organization, settings, by=tenant.viewer)


async def test_a_decision_holds_after_some_seconds(database, policies, switched, watch, tenant):
    before = (await policies.of([tenant.organization]))[tenant.organization]
    await decide(database, tenant, HIDES)

    same = (await policies.of([tenant.organization]))[tenant.organization]
    watch.at += timedelta(seconds=5)
    after = (await policies.of([tenant.organization]))[tenant.organization]

    assert before is same
    assert (before.scrubber.hides_emails, after.scrubber.hides_emails) == (False, True)
    assert switched.asked == 2


async def test_many_organizations_are_one_question_and_equal_ones_share_a_scrubber(
    database, policies, switched, tenant
):
    other = await a_tenant(database, CLOCK)

    found = await policies.of([tenant.organization, other.organization])

    assert switched.asked == 1
    assert found[tenant.organization] is found[other.organization]


async def test_while_the_database_is_away_what_was_known_holds(
    database, policies, switched, watch, tenant
):
    await decide(database, tenant, HIDES)
    known = (await policies.of([tenant.organization]))[tenant.organization]
    watch.at += timedelta(hours=1)
    switched.is_away = True

    assert (await policies.of([tenant.organization]))[tenant.organization] is known
    unknown = CLOCK.new_id()
    with pytest.raises(ConnectionRefusedError):
        await policies.of([unknown])


def test_a_rule_that_this_version_cannot_read_is_left_out():
    broken = {"id": "x", "name": "n", "matchers": [{"field": "gone", "op": "=", "value": ""}]}

    policy = policy_of(
        Decisions(settings={"hides_emails": True}, rules=[broken], former=[], services=[]), at=AT
    )

    assert policy.grouping == DEFAULT
    assert policy.scrubber.hides_emails


def test_former_ways_are_looked_up_for_thirty_days():
    def former(days: int) -> dict[str, object]:
        ended = (AT - timedelta(days=days)).isoformat()
        return {"version": 1, "rules": [], "ended_at": ended}

    kept = [former(days) for days in (1, 2, 3, 4, 5, 6, 29, 30, 31)]
    policy = policy_of(Decisions(settings={}, rules=[], former=kept, services=[]), at=AT)

    assert len(policy.grouping.before) == 5
    assert (
        policy_of(Decisions(settings={}, rules=[], former=kept[-2:], services=[]), at=AT).grouping
        == DEFAULT
    )


def test_a_rule_of_one_service_is_not_asked_of_another_even_after_it_is_gone():
    one, other = CLOCK.new_id(), CLOCK.new_id()
    rule = {
        "id": str(CLOCK.new_id()),
        "name": "n",
        "service_id": str(one),
        "matchers": [{"field": "type", "op": "=", "value": "*"}],
        "fingerprint": ["x"],
    }
    former = {"version": 1, "rules": [rule], "ended_at": AT.isoformat()}

    policy = policy_of(Decisions(settings={}, rules=[], former=[former], services=[]), at=AT)

    assert len(policy.grouping_of(one).before[0].rules) == 1
    assert policy.grouping_of(other).before[0].rules == ()
