"""Rules of grouping: people decide, the first rule that fits wins, and no history is split."""

import pickle
from uuid import UUID

import pytest

from domain.failures import Invalid
from domain.grouping import DEFAULT, GroupingConfig, HashKind, Rule, group
from domain.grouping.rules import rule_of_json
from domain.matching import parse_matchers
from tests.domain.recorded import a_failure, a_frame, an_event, an_exception

ID = UUID("0198f2a0-0000-7000-8000-000000000001")
SECOND = GroupingConfig(version=2, before=(DEFAULT,))


def a_rule(*written: str, **attributes) -> Rule:
    parts = [
        dict(zip(("field", "op", "value"), text.split(" ", 2), strict=True)) for text in written
    ]
    defaults = {"id": ID, "name": "a rule", "matchers": parse_matchers(parts)}
    if "in_app" not in attributes:
        defaults["fingerprint"] = ("database",)
    return Rule(**(defaults | attributes))


def with_rules(*rules: Rule, **attributes) -> GroupingConfig:
    return GroupingConfig(rules=rules, **attributes)


def own(grouping) -> list[bytes]:
    return [each.value for each in grouping.hashes if not each.is_fallback]


def fallbacks(grouping) -> list[bytes]:
    return [each.value for each in grouping.hashes if each.is_fallback]


def test_a_fingerprint_rule_makes_different_failures_one_error():
    config = with_rules(a_rule("type =~ ^(Timeout|Connection)"))
    one = an_event(exception={"values": [an_exception(a_frame("a"), type="TimeoutError")]})
    other = an_event(exception={"values": [an_exception(a_frame("b"), type="ConnectionError")]})
    neither = an_event(exception={"values": [an_exception(a_frame("a"), type="ValueError")]})

    assert group(one, config=config).hashes == group(other, config=config).hashes
    assert group(one, config=config).primary.kind is HashKind.FINGERPRINT
    assert group(neither, config=config).hashes == group(neither).hashes


def test_a_rule_may_use_what_the_event_says_and_its_default_grouping():
    rule = a_rule("type = *", fingerprint=("{{ default }}", "{{ tags.tenant }}"))
    config = with_rules(rule)
    blue, also_blue, red = (
        an_event(
            exception={"values": [an_exception(a_frame())]}, tags={"tenant": tenant}, extra={"n": n}
        )
        for n, tenant in enumerate(("blue", "blue", "red"))
    )

    assert group(blue, config=config).primary == group(also_blue, config=config).primary
    assert group(blue, config=config).primary != group(red, config=config).primary


def test_a_rule_wins_over_the_sender_and_may_give_the_default_back():
    event = an_event(fingerprint=["theirs"], exception={"values": [an_exception(a_frame())]})
    plain = an_event(exception={"values": [an_exception(a_frame())]})

    ours = group(event, config=with_rules(a_rule("type = Zero*")))
    default = group(
        event, config=with_rules(a_rule("type = Zero*", fingerprint=("{{ default }}",)))
    )

    assert ours.primary != group(event).primary
    assert default.hashes == group(plain).hashes


def test_the_first_rule_that_fits_decides_and_the_explanation_names_it():
    first, second = a_rule("type = Zero*", name="first"), a_rule("level = *", fingerprint=("x",))

    found = group(a_failure(a_frame()), config=with_rules(first, second))

    assert found.rule is first
    assert found.explanation["summary"] == "The fingerprint of the rule “first” decides."
    assert found.explanation["rules"] == [{"id": str(ID), "name": "first", "kind": "fingerprint"}]


def test_a_rule_may_give_a_title():
    rule = a_rule("type = *", title="Payments: {{ error.type }} in {{ transaction }}")
    event = an_event(transaction="/pay", exception={"values": [an_exception(a_frame())]})

    assert group(event, config=with_rules(rule)).title == "Payments: ZeroDivisionError in /pay"
    assert group(event).title is None


def test_an_in_app_rule_decides_what_is_our_own():
    event = a_failure(a_frame("pay"), a_frame("get", module="shoplib.http", in_app=False))
    ours = a_rule("frame.module = shoplib.*", in_app=True)
    theirs = a_rule("frame.path = shop/*", in_app=False)

    frames = group(event, config=with_rules(ours, theirs)).explanation["exceptions"][0]["frames"]

    assert [frame["because"] for frame in frames] == [
        "It counts only among all frames: it is not in-app.",
        "It counts by module or file, function, text of the line.",
    ]
    found = group(event, config=with_rules(theirs))
    assert found.hashes != group(event).hashes


def test_an_in_app_rule_that_is_added_later_splits_no_history():
    event = a_failure(a_frame("pay"), a_frame("retry", module="retrylib.core", filename="retry.py"))
    before = group(event)
    rule = a_rule("frame.module = retrylib.*", in_app=False)

    after = group(event, config=with_rules(rule, before=(DEFAULT,)))

    assert after.primary != before.primary
    assert set(own(before)) & {each.value for each in after.hashes}


def test_another_version_looks_up_what_the_version_before_gave():
    event = a_failure(a_frame())

    found = group(event, config=SECOND)

    assert found.primary.version == 2
    assert fallbacks(found) == own(group(event))
    assert all(each.version == 1 for each in found.hashes if each.is_fallback)


def test_what_a_change_does_not_touch_is_not_looked_up_twice():
    config = with_rules(a_rule("type = OtherError"), before=(DEFAULT,))

    assert group(a_failure(a_frame()), config=config).hashes == group(a_failure(a_frame())).hashes


def test_a_rule_that_is_taken_away_leaves_its_errors_where_they_are():
    rule = a_rule("type = Zero*")
    event = a_failure(a_frame())

    after = group(event, config=GroupingConfig(before=(with_rules(rule),)))

    assert own(after) == own(group(event))
    assert fallbacks(after) == own(group(event, config=with_rules(rule)))


def test_a_rule_that_begins_new_errors_looks_nothing_up():
    rule = a_rule("type = Zero*", begins_new_errors=True)

    assert fallbacks(group(a_failure(a_frame()), config=with_rules(rule, before=(DEFAULT,)))) == []


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"matchers": parse_matchers([])}, "matchers"),
        ({"fingerprint": ()}, "fingerprint"),
        ({"fingerprint": ("", " ")}, "fingerprint"),
        ({"fingerprint": ("x",) * 21}, "fingerprint"),
        ({"fingerprint": ("x" * 201,)}, "fingerprint"),
        ({"title": " "}, "title"),
        ({"in_app": True, "fingerprint": ("x",)}, "fingerprint"),
        ({"in_app": True, "fingerprint": ()}, "matchers"),
    ],
)
def test_a_wrong_rule_is_refused(attributes: dict[str, object], field: str):
    with pytest.raises(Invalid) as refused:
        a_rule("type = Zero*", **attributes)

    assert refused.value.field == field


def test_a_rule_is_kept_and_sent_whole():
    for rule in (a_rule("type = *", title="t"), a_rule("frame.path = *lib*", in_app=False)):
        assert rule_of_json(rule.as_json()) == rule
        config = with_rules(rule)
        assert pickle.loads(pickle.dumps(config)) == config
        assert hash(pickle.loads(pickle.dumps(config))) == hash(config)
