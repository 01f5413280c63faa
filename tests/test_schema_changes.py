"""The check that no client of the last release is broken unawares."""

from pathlib import Path

import pytest

from tools.schema_changes import problems, problems_in

BEFORE = """
type Query {
  a: Int
  old: Old @deprecated(reason: "use a")
  b(x: Int, y: Int @deprecated(reason: "of no use")): E
  u: U
}
type Old { behind: Behind }
type Behind { x: Int }
type T { x: Int }
type V { x: Int }
union U = T | V
enum E { A B C @deprecated(reason: "use B") }
input I { x: Int gone: Int @deprecated(reason: "of no use") stays: Int }
type Mutation { m(i: I): Int }
"""


def changed(*changes: tuple[str, str]) -> str:
    text = BEFORE
    for what, into in changes:
        assert what in text
        text = text.replace(what, into)
    return text


def test_what_is_added_breaks_nothing():
    now = changed(
        ("a: Int", "a: Int c(z: Int): Int"),
        ("C @", "D C @"),
        ("stays: Int", "stays: Int more: Int"),
    )

    assert problems(BEFORE, now, "") == []


def test_what_was_deprecated_may_go_with_all_that_only_it_led_to():
    now = changed(
        ('old: Old @deprecated(reason: "use a")', ""),
        ("type Old { behind: Behind }", ""),
        ("type Behind { x: Int }", ""),
        (', y: Int @deprecated(reason: "of no use")', ""),
        ('C @deprecated(reason: "use B")', ""),
        ('gone: Int @deprecated(reason: "of no use")', ""),
    )

    assert problems(BEFORE, now, "") == []


@pytest.mark.parametrize(
    ("what", "into", "name"),
    [
        ("a: Int", "", "FIELD_REMOVED: Field Query.a was removed."),
        ("b(x: Int,", "b(", "ARG_REMOVED: Argument Query.b(x:) was removed."),
        (
            "x: Int, y",
            "x: Int!, y",
            "ARG_CHANGED_KIND: Argument Query.b(x:) has changed type from Int to Int!.",
        ),
        (
            "x: Int, y",
            "x: Int, z: Int!, y",
            "REQUIRED_ARG_ADDED: A required argument Query.b(z:) was added.",
        ),
        (
            "a: Int",
            "a: String",
            "FIELD_CHANGED_KIND: Field Query.a changed type from Int to String.",
        ),
        ("A B C", "A C", "VALUE_REMOVED_FROM_ENUM: Enum value E.B was removed."),
        ("stays: Int", "", "FIELD_REMOVED: Field I.stays was removed."),
        (
            "stays: Int",
            "stays: Int!",
            "FIELD_CHANGED_KIND: Field I.stays changed type from Int to Int!.",
        ),
        ("T | V", "T", "TYPE_REMOVED_FROM_UNION: V was removed from union type U."),
    ],
)
def test_a_break_without_warning_is_refused_unless_it_is_listed_with_a_reason(what, into, name):
    now = changed((what, into)) + ("type Keep { v: V }" if into == "T" else "")

    [refusal] = problems(BEFORE, now, "")

    assert refusal.splitlines()[0].endswith(name)
    assert problems(BEFORE, now, f"- `{name}`: it had to be\n") == []
    assert problems(BEFORE, now, f"- `{name}`:\n") == [refusal]


def test_what_is_listed_and_breaks_nothing_is_told():
    [stale] = problems(BEFORE, BEFORE, "- `FIELD_REMOVED: Field Query.z was removed.`: why\n")

    assert "lists what breaks nothing" in stale


def test_this_schema_breaks_no_client_of_the_last_release():
    assert problems_in(Path(__file__).parent.parent) == []
