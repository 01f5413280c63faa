"""Members: an error and those that are merged into it, for whatever is kept with each of them."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    literal_column,
    or_,
    select,
    union_all,
)

from persistence.errors.tables import errors


def members_of(parent: FromClause, name: str) -> FromClause:
    """Return the ids of the error in `parent` and of those merged into it, as rows.

    Most errors have none: then PostgreSQL does not even look.
    """
    merged = errors.alias(f"{name}_m")
    own = select(parent.c.id.label("id")).correlate(parent)
    others = (
        select(merged.c.id.label("id"))
        .where(
            _has_others(parent),
            merged.c.organization_id == parent.c.organization_id,
            merged.c.merged_into_id == parent.c.id,
        )
        .correlate(parent)
    )
    return union_all(own, others).subquery(f"{name}_e")


def _has_others(rows: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = rows.c.merged_count > literal_column("0", Integer)
    return condition


def any_member(
    rows: Any, table: FromClause, fits: ColumnElement[bool], name: str
) -> ColumnElement[bool]:
    """Return the condition that a table knows something of an error, or of one merged into it."""
    merged = errors.alias(f"{name}_m")
    found = _is_there(
        table.c.organization_id == rows.c.organization_id, table.c.error_id == rows.c.id, fits
    )
    inherited = _is_there(
        _has_others(rows),
        merged.c.organization_id == rows.c.organization_id,
        merged.c.merged_into_id == rows.c.id,
        table.c.organization_id == merged.c.organization_id,
        table.c.error_id == merged.c.id,
        fits,
    )
    return or_(found, inherited)


def every_member(table: FromClause, fits: ColumnElement[bool], name: str) -> Select[Any]:
    """Return the select of all errors of which a table knows something, or of one merged into them.

    Of merged errors it has both; in no list is the one that is merged.
    """
    merged, again = errors.alias(f"{name}_m"), table
    own = select(table.c.error_id).where(fits)
    into = select(merged.c.merged_into_id).where(
        merged.c.merged_into_id.is_not(None),
        again.c.organization_id == merged.c.organization_id,
        again.c.error_id == merged.c.id,
        fits,
    )
    return select(union_all(own, into).subquery(f"{name}_s").c.error_id)


def _is_there(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that there is such a row, looked up for one error after another.

    Of EXISTS PostgreSQL would rather make a table of all errors that have such rows, because it
    does not know how soon a page is full.
    """
    one = select(literal_column("1", Integer)).where(*conditions)
    return one.limit(literal_column("1", Integer)).scalar_subquery().is_not(None)
