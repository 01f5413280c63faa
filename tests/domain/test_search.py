"""The search string: what it says, and how precisely it says what it cannot understand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import Compared, Mistake, Search, parse, suggestions
from domain.search.terms import LONGEST_SEARCH


def terms(text: str) -> list[tuple[str, str, tuple[str, ...], bool]]:
    return [
        (term.key, term.compared.value, term.values, term.is_negated) for term in parse(text).terms
    ]


def test_a_search_is_its_terms():
    said = 'is:unresolved assignee:me severity:>=high tag.browser:Firefox "timeout" last-seen:<2h'

    assert terms(said) == [
        ("is", "", ("unresolved",), False),
        ("assignee", "", ("me",), False),
        ("severity", ">=", ("high",), False),
        ("tag.browser", "", ("Firefox",), False),
        ("text", "", ("timeout",), False),
        ("last-seen", "<", ("2h",), False),
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", []),
        ("   ", []),
        ("!is:muted", [("is", "", ("muted",), True)]),
        ("-env:dev", [("environment", "", ("dev",), True)]),
        ("status:[new, open,NEW]", [("status", "", ("new", "open"), False)]),
        ("status:Auto-Resolved", [("status", "", ("auto_resolved",), False)]),
        ('service:"check out"', [("service", "", ("check out",), False)]),
        (r'title:"say \"no\""', [("title", "", ('say "no"',), False)]),
        ('!"not this"', [("text", "", ("not this",), True)]),
        ('"OR" or', [("text", "", ("OR",), False), ("text", "", ("or",), False)]),
        (
            "connection refused",
            [("text", "", ("connection",), False), ("text", "", ("refused",), False)],
        ),
        ('"http://a.b/c"', [("text", "", ("http://a.b/c",), False)]),
        ("count:>1000", [("count", ">", ("1000",), False)]),
        ("first-seen:>=2026-11-01", [("first-seen", ">=", ("2026-11-01",), False)]),
        ("TAG.Region:eu", [("tag.Region", "", ("eu",), False)]),
    ],
)
def test_terms_may_be_said_in_many_ways(said: str, meant: list[object]):
    assert terms(said) == meant


@pytest.mark.parametrize(
    ("said", "says", "start", "end"),
    [
        ("is:unresolvd", "Did you mean unresolved", 3, 12),
        ("sevrity:high", "Did you mean severity:", 0, 7),
        ("browser:Firefox", "write tag.browser:", 0, 7),
        ("is:new foo:bar", "There is no key “foo”", 7, 10),
        ("count:many", "takes a number", 6, 10),
        ("last-seen:yesterday", "takes a time ago", 10, 19),
        ("service:>a", "cannot be compared with >", 8, 9),
        ("severity:", "severity: needs a value, such as severity:low", 9, 10),
        ("is:new OR is:open", "There is no OR: name several values", 7, 9),
        ("pay AND ship", "There is no AND: terms that stand side by side all hold", 4, 7),
        ("NOT pay", "There is no NOT: put ! before a term", 0, 3),
        ("pay - ship", "There is no word in “-”", 4, 5),
        ('is:new !"()"', "There is no word in “()”", 7, 12),
        ("title:x", "one has 2 letters or digits at least", 6, 7),
        ('title:"open', "quotation mark is not closed", 6, 11),
        ("status:[new", "bracket is not closed", 7, 11),
        ("severity:>[low,high]", "Only one value", 0, 20),
    ],
)
def test_a_mistake_says_what_and_where(said: str, says: str, start: int, end: int):
    with pytest.raises(Mistake, match=re.escape(says)) as caught:
        parse(said)

    assert (caught.value.start, caught.value.end) == (start, end)
    assert caught.value.field == "search"


@given(st.text(alphabet=st.sampled_from(list('is:tag.[],"!<>= \\nab1\0é')), max_size=60))
def test_any_text_is_understood_or_a_mistake_within_it(text: str):
    found, mistake = _understood(text)

    assert mistake is None or 0 <= mistake.start <= mistake.end
    for term in found.terms:
        assert 0 <= term.start < term.end <= len(text)
        assert term.values
        assert isinstance(term.compared, Compared)


def _understood(text: str) -> tuple[Search, Mistake | None]:
    try:
        return parse(text), None
    except Mistake as mistake:
        return Search(), mistake


def test_a_search_is_not_endless():
    with pytest.raises(Mistake, match="at most 1000 characters"):
        parse("a" * (LONGEST_SEARCH + 1))
    with pytest.raises(Mistake, match="at most 50 terms"):
        parse("ab " * 51)


@pytest.mark.parametrize(
    ("typed", "first", "start"),
    [
        ("", "is:", 0),
        ("sev", "severity:", 0),
        ("is:unresolved se", "severity:", 14),
        ("severity:>=h", "high", 11),
        ("status:[new, op", "open", 13),
        ("assignee:", "me", 9),
        ("last-seen:<", "1h", 11),
        ("!la", "last-seen:", 1),
    ],
)
def test_what_may_follow_is_suggested(typed: str, first: str, start: int):
    found, _ = suggestions(typed, len(typed))

    assert (found[0].text, found[0].start, found[0].end) == (first, start, len(typed))


def test_names_are_looked_up_by_who_asks():
    _, wanted = suggestions("is:new service:che", 18)

    assert wanted is not None
    assert (wanted.key.name, wanted.begins, wanted.start, wanted.end) == ("service", "che", 15, 18)
    assert suggestions("is:new", 6)[1] is None


@given(st.text(max_size=40), st.integers(min_value=-3, max_value=50))
def test_suggestions_lie_within_the_text(text: str, cursor: int):
    found, wanted = suggestions(text, cursor)

    for one in [*found, *filter(None, [wanted])]:
        assert 0 <= one.start <= one.end <= len(text)
