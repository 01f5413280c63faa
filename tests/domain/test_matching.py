"""Matching: a rule is for the events it says, and a wrong rule is refused with a sentence."""

import time

import pytest

from domain.failures import Invalid
from domain.matching import FIELDS, FRAME_FIELDS, Facts, Matchers, parse_matchers
from tests.domain.recorded import a_failure, a_frame, an_event, an_exception, recorded_events


def matchers(*written: str) -> Matchers:
    """Return the matchers of "field op value" texts."""
    parts = [text.split(" ", 2) for text in written]
    return parse_matchers(
        [dict(zip(("field", "op", "value"), part, strict=True)) for part in parts]
    )


def hold(event, *written: str, service: str = "") -> bool:
    return matchers(*written).hold(Facts(event, service))


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("type = ZeroDivisionError", True),
        ("type = zerodivisionerror", True),
        ("type = Zero", False),
        ("type = Zero*", True),
        ("type = *division*", True),
        ("type != ValueError", True),
        ("type != zero*", False),
        ("type =~ Division", True),
        ("type =~ division", False),
        ("type =~ (?i)^zero.*error$", True),
        ("type !~ ^Value", True),
        ("type !~ ^Zero", False),
        ("release = ", True),
        ("release != 1.0", True),
        ("release =~ .", False),
        ("level = error", True),
        ("handled = ", True),
    ],
)
def test_an_operator_says_what_it_says(written: str, holds: bool):
    assert hold(a_failure(a_frame()), written) is holds


def test_a_star_can_be_meant_as_itself_and_other_signs_are_no_patterns():
    starred, plain = an_event(message="rate * 2 (a.b)"), an_event(message="rate of 2 (aXb)")

    assert hold(starred, r"message = rate \* 2*")
    assert not hold(plain, r"message = rate \* 2*")
    assert not hold(plain, "message = *(a.b)")
    assert hold(an_event(message=r"C:\temp\x"), r"message = C:\temp\x")


def test_every_matcher_of_a_rule_must_hold():
    event = a_failure(a_frame())

    assert hold(event, "type = Zero*", "platform = python")
    assert not hold(event, "type = Zero*", "platform = java")
    assert matchers().hold(Facts(event))


def test_an_event_is_asked_for_everything_that_it_says():
    event = an_event(
        message="no disk",
        level="fatal",
        platform="node",
        logger="shop.disk",
        environment="production",
        release="shop@1.2",
        transaction="GET /pay",
        server_name="web-1",
        tags={"component": "cart", "tenant id": "blue"},
        request={"url": "https://shop.test/pay?x=1"},
        user={"id": "7", "email": "a@b.test", "username": "ada"},
        contexts={
            "browser": {"name": "Chrome", "version": "120.0"},
            "os": {"name": "Android"},
            "device": {"family": "Pixel", "device_type": "mobile"},
        },
        sdk={"name": "sentry.javascript.node", "version": "10.1"},
    )

    written = (
        "message = no disk", "title = no disk", "level = fatal", "platform = node",
        "logger = shop.disk", "environment = production", "release = shop@*",
        "transaction = GET /pay", "endpoint = /pay", "server_name = web-1", "component = cart",
        "url = https://shop.test/pay*", "user = 7", "user.email = *@b.test", "user.name = ada",
        "browser = Chrome", "browser = chrome 12*", "os = Android", "device = mobile",
        "device = pixel", "sdk = sentry.javascript.node", "sdk =~ /10\\.", "service = shop-web",
        "culprit = GET /pay", "tag.component = cart",
    )  # fmt: skip
    said = {text: hold(event, text, service="shop-web") for text in written}

    assert [text for text, holds in said.items() if not holds] == []
    tagged = parse_matchers([{"field": "tag.tenant id", "op": "=", "value": "blue"}])
    assert tagged.hold(Facts(event))


def test_a_chain_is_asked_for_its_causes():
    cause = an_exception(type="OSError", value="no space")
    event = an_event(exception={"values": [cause, an_exception(a_frame(), type="PayError")]})

    assert hold(event, "cause.type = OSError", "type = PayError")
    assert not hold(event, "type = OSError")
    assert not hold(event, "cause.type != OSError")


def test_matchers_of_frames_speak_of_one_frame():
    inner = a_frame("read", module="lib.io", filename="lib/io.py", in_app=False)
    event = a_failure(a_frame("pay"), inner)

    assert hold(event, "frame.module = lib.*", "frame.function = read")
    assert not hold(event, "frame.module = lib.*", "frame.function = pay")
    assert hold(event, "frame.function != pay", "frame.in_app = false")
    assert hold(event, "frame.path = shop/*")


def test_a_matcher_of_frames_that_only_says_no_speaks_of_every_frame():
    event = a_failure(a_frame("main"), a_frame("pay"))

    assert not hold(event, "frame.function != pay")
    assert hold(event, "frame.function != refund")
    assert not hold(an_event(message="no stack"), "frame.function = pay")


@pytest.mark.parametrize("name", sorted(recorded_events()))
def test_every_fact_of_a_recorded_event_is_a_text(name: str):
    facts = Facts(an_event(recorded_events()[name]), "shop")

    values = [value for field in (*FIELDS, "tag.any") for value in facts.values(field)]

    assert all(type(value) is str for value in values)
    assert all(
        matchers(f"{field} != never").fit_frame(f) for field in FRAME_FIELDS for f in facts.frames
    )


@pytest.mark.parametrize(
    ("sent", "at", "said"),
    [
        ({"field": "type"}, "matchers", "must be a list"),
        ([{"field": "type"}], "matchers.0", "a field, an op and a value"),
        ([{"field": "type", "op": "=", "value": 7}], "matchers.0", "texts"),
        ([{"field": "typo", "op": "=", "value": "x"}], "matchers.0.field", "no field “typo”"),
        ([{"field": "tag.", "op": "=", "value": "x"}], "matchers.0.field", "no field"),
        ([{"field": "type", "op": "~", "value": "x"}], "matchers.0.op", "no op “~”"),
        ([{"field": "type", "op": "=", "value": "x" * 501}], "matchers.0.value", "at most 500"),
        ([{"field": "type", "op": "=~", "value": "("}], "matchers.0.value", "Missing )"),
        ([{"field": "type", "op": "=~", "value": ""}], "matchers.0.value", "not be empty"),
        ([{"field": "type", "op": "=~", "value": r"(a)\1"}], "matchers.0.value", "RE2"),
        ([{"field": "type", "op": "=~", "value": "(?=a)"}], "matchers.0.value", "RE2"),
        ([{"field": "type", "op": "=~", "value": "((a{99}){99}){99}"}], "matchers.0.value", "RE2"),
        ([{"field": "type", "op": "=", "value": "x"}] * 21, "matchers", "at most 20"),
    ],
)
def test_a_wrong_matcher_is_refused_with_its_place(sent, at: str, said: str):
    with pytest.raises(Invalid) as refused:
        parse_matchers(sent)

    assert refused.value.field == at
    assert said in refused.value.message


def test_what_was_parsed_is_stored_as_it_was_sent():
    sent = [{"field": "frame.path", "op": "!~", "value": "^/usr/"}]

    assert parse_matchers(sent).as_json() == sent


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(.*a){20}$", r"^(\w+\s?)*$"])
def test_no_expression_can_hold_up_the_digest(pattern: str):
    rule = matchers(f"value =~ {pattern}")
    event = an_event(exception={"values": [{"type": "E", "value": "a" * 5000 + "!"}]})

    before = time.process_time()
    rule.hold(Facts(event))

    assert time.process_time() - before < 0.5
