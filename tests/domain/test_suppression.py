"""Suppression rules: when they are on, what they are for, and what they decide."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from domain.events import normalise, parse
from domain.failures import Invalid
from domain.ids import OrganizationId, SuppressionRuleId
from domain.levels import Severity
from domain.matching import Facts
from domain.schedules import Schedule, Weekday, WeeklyWindow, parse_schedule, time_of, zone_of
from domain.scrubbing import Scrubber
from domain.suppression import (
    SuppressionAction,
    SuppressionRule,
    SuppressionScope,
    downgraded,
    verdict,
    window_of,
)
from domain.suppression_text import matchers_of

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # a Saturday


def a_rule(expression: str = "message = the shop is closed", **fields: object) -> SuppressionRule:
    """A rule that drops, unless told otherwise."""
    defaults = {
        "id": SuppressionRuleId(uuid4()),
        "organization_id": OrganizationId(uuid4()),
        "scope": SuppressionScope.ERROR,
        "name": "Closed shop",
        "description": None,
        "matchers": matchers_of(expression),
        "expression": expression,
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
        "created_by": None,
        "created_at": AT,
        "updated_at": AT,
    }
    return SuppressionRule(**{**defaults, **fields})


def facts(message: str = "the shop is closed", **fields: object) -> Facts:
    event = normalise(
        parse(b'{"message": "%s", "environment": "production"}' % message.encode()),
        event_id=uuid4(),
        received_at=AT,
        sent_at=None,
        scrubber=Scrubber(),
    )
    return Facts(event)


def decided(*rules: SuppressionRule, severity: Severity = Severity.HIGH, **more: object):
    found = verdict(rules, facts(), severity, AT, **more)
    return None if found is None else found.action


def test_a_rule_is_for_what_all_its_matchers_say():
    rule = a_rule("message =~ ^the shop\nenvironment != staging")

    assert decided(rule) is SuppressionAction.DROP
    assert verdict([rule], facts("another thing"), Severity.HIGH, AT) is None
    assert decided(a_rule("message =~ ^the shop\nenvironment = staging")) is None


def test_an_emergency_is_never_suppressed_unless_a_rule_is_only_for_less():
    assert decided(a_rule(), severity=Severity.EMERGENCY) is None
    assert decided(a_rule(), severity=Severity.CRITICAL) is SuppressionAction.DROP
    assert decided(a_rule(never_above=Severity.HIGH), severity=Severity.HIGH) is None
    assert decided(a_rule(never_above=Severity.HIGH), severity=Severity.MEDIUM) is not None


def test_nothing_is_suppressed_in_a_critical_window_unless_the_rule_says_so():
    assert decided(a_rule(), is_critical_window=True) is None
    assert decided(a_rule(never_in_critical_window=False), is_critical_window=True) is not None


@pytest.mark.parametrize(
    ("fields", "is_on"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"active_from": AT}, True),
        ({"active_from": AT + timedelta(seconds=1)}, False),
        ({"active_until": AT}, False),
        ({"active_until": AT + timedelta(seconds=1)}, True),
        ({"expires_at": AT}, False),
        ({"expires_at": AT + timedelta(seconds=1)}, True),
    ],
)
def test_a_rule_is_on_from_when_it_begins_until_it_ends(fields, is_on):
    assert a_rule(**fields).is_on(AT) is is_on


def test_a_rule_of_another_scope_is_not_asked():
    rule = a_rule(scope=SuppressionScope.ALERT)

    assert decided(rule) is None
    assert decided(rule, scope=SuppressionScope.ALERT) is SuppressionAction.DROP


def test_of_several_rules_the_strongest_action_decides_and_then_the_oldest():
    mute = a_rule(action=SuppressionAction.MUTE)
    late = a_rule(created_at=AT + timedelta(days=1))
    early = a_rule()

    assert verdict([mute, late, early], facts(), Severity.LOW, AT).rule_id == early.id


def test_a_downgrade_goes_one_rung_down_or_to_a_severity_and_never_up():
    assert downgraded(Severity.CRITICAL) is Severity.HIGH
    assert downgraded(Severity.LOW) is Severity.LOW
    assert downgraded(Severity.CRITICAL, Severity.LOW) is Severity.LOW
    assert downgraded(Severity.LOW, Severity.HIGH) is Severity.LOW
    rule = a_rule(action=SuppressionAction.DOWNGRADE, downgrade_to=Severity.LOW)
    assert verdict([rule], facts(), Severity.HIGH, AT).severity is Severity.LOW


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"matchers": matchers_of("")}, "matchers"),
        ({"action": SuppressionAction.RATE_LIMIT}, "maxPerWindow"),
        ({"action": SuppressionAction.RATE_LIMIT, "max_per_window": 5}, "windowSeconds"),
        ({"window": timedelta(minutes=1)}, "maxPerWindow"),
        ({"downgrade_to": Severity.LOW}, "downgradeTo"),
        ({"active_from": AT, "active_until": AT}, "activeUntil"),
        ({"alert_rule_id": uuid4()}, "alertRule"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(fields, field):
    with pytest.raises(Invalid) as raised:
        a_rule(**fields)

    assert raised.value.field == field


@pytest.mark.parametrize("text", ["nonsense", "message ~ x", "nofield = x", "message =~ (?=x)"])
def test_an_expression_that_cannot_be_read_is_refused(text: str):
    with pytest.raises(Invalid):
        matchers_of(text)


def test_an_expression_has_comments_and_values_with_signs_in_them():
    matchers = matchers_of("# why\n\ntag.shop != a = b\nurl =~ ^/x")

    assert [str(one) for one in matchers.all] == ["tag.shop != a = b", "url =~ ^/x"]


def nightly(*days: Weekday, begins: str = "22:00", ends: str = "06:00") -> Schedule:
    window = WeeklyWindow(days=days, begins=time_of(begins), ends=time_of(ends))
    return Schedule(timezone="Europe/Berlin", windows=(window,))


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (datetime(2026, 11, 20, 21, 30, tzinfo=UTC), True),  # Friday 22:30 in Berlin
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 4, 59, tzinfo=UTC), True),  # Saturday 05:59, Friday's night
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 21, 30, tzinfo=UTC), False),  # Saturday's night is not meant
        (datetime(2026, 7, 17, 20, 30, tzinfo=UTC), True),  # in summer an hour earlier
    ],
)
def test_a_window_runs_past_midnight_on_the_clock_of_its_place(at: datetime, holds: bool):
    assert nightly(Weekday.FRIDAY).holds(at) is holds


def test_a_schedule_is_stored_and_read_again():
    schedule = nightly(Weekday.MONDAY, begins="09:00", ends="17:30")

    assert parse_schedule(schedule.as_json()) == schedule
    assert schedule.windows[0].ends == time(17, 30)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_place_without_a_clock_is_refused(name: str):
    with pytest.raises(Invalid):
        zone_of(name)


def test_windows_follow_one_another():
    window = timedelta(minutes=5)

    assert window_of(AT + timedelta(minutes=4, seconds=59), window) == AT
    assert window_of(AT + timedelta(minutes=5), window) == AT + window
