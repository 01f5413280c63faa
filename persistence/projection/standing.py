"""How an error stands, as it may be read in one statement; what is late depends on the moment."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
)

from persistence.projection.entities import Expression, columns, constant

_FALSE: ColumnElement[Any] = literal_column("false", Boolean)


def _now() -> ColumnElement[Any]:
    return bindparam("now", type_=DateTime(timezone=True))


def _breached(due: str, done: str) -> Expression:
    """Return when a target was missed: the moment that it was due, if it was not met by then."""

    def of(rows: Any) -> ColumnElement[Any]:
        was_due = rows.c[due]
        return case((was_due < func.coalesce(rows.c[done], _now()), was_due))

    return of


def _is_overdue(rows: Any) -> ColumnElement[bool]:
    is_open = rows.c.status_category == constant("unresolved")
    return func.coalesce(and_(rows.c.assignment_due_at < _now(), is_open), _FALSE)


def is_late(rows: Any) -> ColumnElement[bool]:
    """Return whether an assignment should have been done by now."""
    return func.coalesce(and_(rows.c.due_date < _now(), rows.c.is_active), _FALSE)


def _json_text(column: str, key: str) -> Expression:
    return lambda rows: rows.c[column].op("->>")(constant(key))


def _json_count(column: str, key: str) -> Expression:
    return lambda rows: cast(rows.c[column].op("->>")(constant(key)), BigInteger)


STANDING: Mapping[str, Expression] = {
    **columns(
        "ignored_until",
        "first_response_at",
        "response_due_at",
        "resolve_due_at",
        "assignment_due_at",
    ),
    "ignored_until_occurrences": _json_count("ignore_condition", "occurrences"),
    "ignored_until_users": _json_count("ignore_condition", "users"),
    "resolved_in_release": _json_text("resolved_in", "release"),
    "response_breached_at": _breached("response_due_at", "first_response_at"),
    "resolve_breached_at": _breached("resolve_due_at", "resolved_at"),
    "is_overdue": _is_overdue,
}
