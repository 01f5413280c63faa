"""Connections: one page of a list, with its edges, its cursors and what lies beyond it.

The page is read once, in the order it was found and one row longer than wanted: that row is only
the proof that there are more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, TEXT, aggregate_order_by

from persistence.pages import Page, Place, size_bound
from persistence.projection.entities import Listing
from persistence.projection.picks import NotProjectable, Pick, Picks

# Pages whose values come later: only what they change of a statement matters.
ANY_PAGE = Page()
_CURSOR = "cursor_of_row"
_ONE: ColumnElement[int] = literal_column("1", Integer)
_NONE: ColumnElement[Any] = literal_column("'[]'")
PAGE_AFTER = Page(after=Place(datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0)))


@dataclass(frozen=True, slots=True)
class _Selected:
    """The columns of a select, called as those of a table are."""

    c: Any


class Writer(Protocol):
    """What a connection needs of the compiler."""

    def name(self, letter: str) -> str:
        """Return a name that nothing else in the statement has."""
        ...

    def object(self, wanted: Select[Any]) -> ColumnElement[Any]:
        """Return the JSON object of the only row of a select."""
        ...

    def columns(self, entity: str, picks: Picks | None, rows: FromClause) -> list[Label[Any]]:
        """Return what was picked of an entity's rows."""
        ...

    def labelled(
        self, picks: Picks | None, expression: Callable[[Pick], ColumnElement[Any]]
    ) -> list[Label[Any]]:
        """Return the columns of picks under their keys."""
        ...


def connection(writer: Writer, entity: str, picks: Picks | None, listing: Listing) -> Select[Any]:
    """Return the select of one connection's columns."""
    rows = _with_cursors(listing).subquery(writer.name("t"))
    edges = {
        pick.key: _edge(writer, entity, pick.picks, listing, rows).label(writer.name("e"))
        for pick in picks or ()
        if isinstance(pick, Pick) and pick.name == "edges"
    }
    page = _summed_up(writer, listing, rows, list(edges.values()))

    def expression(pick: Pick) -> ColumnElement[Any]:
        match pick.name:
            case "edges":
                return page.c[edges[pick.key].name]
            case "page_info":
                return writer.object(_page_info(writer, pick.picks, listing, page))
            case "total_count":
                return listing.count().scalar_subquery()
        raise NotProjectable(f"{pick.name} is not part of a connection.")

    columns = writer.labelled(picks, expression)
    needs_page = any(isinstance(pick, Pick) and pick.name != "total_count" for pick in picks or ())
    return select(*columns).select_from(page) if needs_page else select(*columns)


def _with_cursors(listing: Listing) -> Select[Any]:
    """Return the page's rows, each with its cursor: written once, however often it is read."""
    wanted = listing.rows()
    cursor = listing.keyset.cursor_of(_Selected(wanted.selected_columns))
    return wanted.add_columns(cursor.label(_CURSOR))


def _edge(
    writer: Writer, entity: str, picks: Picks | None, listing: Listing, rows: FromClause
) -> ColumnElement[Any]:
    def expression(pick: Pick) -> ColumnElement[Any]:
        match pick.name:
            case "cursor":
                return rows.c[_CURSOR]
            case "node":
                node = select(*writer.columns(entity, pick.picks, rows)).correlate(rows)
                return writer.object(node)
        raise NotProjectable(f"{pick.name} is not part of an edge.")

    return writer.object(select(*writer.labelled(picks, expression)).correlate(rows))


def _summed_up(
    writer: Writer, listing: Listing, rows: FromClause, edges: list[Label[Any]]
) -> FromClause:
    """Return one row for the whole page: its edges, its outer cursors, and if there is more."""
    size = size_bound(listing.prefix)
    wanted = select(rows.c[_CURSOR].label("cursor"), *edges).select_from(rows)
    each = wanted.subquery(writer.name("t"))
    # The rows come in the order they were found. Arrays keep it; to number them would cost more.
    found = select(
        func.count().label("number"),
        func.array_agg(each.c.cursor, type_=ARRAY(TEXT())).label("cursors"),
        *(
            func.array_agg(each.c[edge.name], type_=ARRAY(JSON())).label(edge.name)
            for edge in edges
        ),
    ).subquery(writer.name("t"))
    return select(
        *(
            _shown(writer, found.c[edge.name][_ONE:size], listing).label(edge.name)
            for edge in edges
        ),
        (found.c.number > size).label("has_more"),
        found.c.cursors[_ONE].label("nearest"),
        found.c.cursors[func.least(found.c.number, size, type_=Integer)].label("farthest"),
    ).subquery(writer.name("t"))


def _shown(writer: Writer, edges: ColumnElement[Any], listing: Listing) -> ColumnElement[Any]:
    """Return the JSON array of a page's edges, the newest first."""
    if not listing.page.is_from_end:
        return func.coalesce(func.array_to_json(edges), _NONE)
    found = func.unnest(edges).table_valued("edge", with_ordinality="place")
    found = found.render_derived(writer.name("t"))
    newest_first = aggregate_order_by(found.c.edge, found.c.place.desc())
    return select(func.coalesce(func.json_agg(newest_first), _NONE)).scalar_subquery()


def _page_info(
    writer: Writer, picks: Picks | None, listing: Listing, page: FromClause
) -> Select[Any]:
    is_from_end = listing.page.is_from_end

    def expression(pick: Pick) -> ColumnElement[Any]:
        match pick.name:
            case "has_next_page":
                return _truth(listing.page.before is not None) if is_from_end else page.c.has_more
            case "has_previous_page":
                return page.c.has_more if is_from_end else _truth(listing.page.after is not None)
            case "start_cursor":
                return page.c.farthest if is_from_end else page.c.nearest
            case "end_cursor":
                return page.c.nearest if is_from_end else page.c.farthest
        raise NotProjectable(f"{pick.name} is not part of a page's information.")

    return select(*writer.labelled(picks, expression)).correlate(page)


def _truth(value: bool) -> ColumnElement[bool]:
    return literal_column("true" if value else "false", Boolean)
