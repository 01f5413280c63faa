"""Entities: what may be read of a table's rows from the outside, and how PostgreSQL writes it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    case,
    cast,
    collate,
    func,
    literal_column,
)

from persistence.pages import Keyset, Page

Expression: TypeAlias = Callable[[Any], ColumnElement[Any]]
Condition: TypeAlias = Callable[[Any, Any], ColumnElement[bool]]
Order: TypeAlias = Callable[[Any], Sequence[ColumnElement[Any]]]


class Listing(Protocol):
    """A list of which one page is wanted."""

    @property
    def keyset(self) -> Keyset:
        """The order of the list."""
        ...

    @property
    def page(self) -> Page:
        """The page that is wanted."""
        ...

    @property
    def prefix(self) -> str:
        """What the names that it binds begin with."""
        ...

    def rows(self) -> Select[Any]:
        """Return the select of the page's rows in the order they are found, and one row more."""
        ...

    def count(self) -> Select[int]:
        """Return the select of how many rows all pages have together."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """Leads to one other thing or to none; of several, to the first in `order`."""

    entity: str
    on: Condition
    order: Order | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """An argument that says how many rows are wanted."""

    argument: str
    default: int
    maximum: int


class Newer(Protocol):
    """Makes the select of the newest rows of a parent, with these of their columns at least."""

    def __call__(
        self, parent: Any, name: str, most: ColumnElement[int], /, *, only: Collection[str]
    ) -> Select[Any]:
        """Return it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """Leads to the newest of rows that a select of their own finds: to one, or to a few."""

    entity: str
    rows: Newer
    order: Order
    size: Bounded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Leads to rows made of the parent: a function of it, of an alias and of the bound size."""

    entity: str
    rows: Callable[[Any, str, ColumnElement[int] | None], FromClause]
    order: Order
    size: Bounded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """Leads to one page of a list that can be longer than anybody wants at once."""

    entity: str
    listing: Callable[[Any, Page, str], Listing]


Relation: TypeAlias = One | Newest | Derived | Paged


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing of the outside world: the table of its rows, and what may be read of them."""

    fields: Mapping[str, Expression]
    table: FromClause | None = None
    relations: Mapping[str, Relation] = field(default_factory=dict)


def columns(*names: str) -> Mapping[str, Expression]:
    """Declare columns that are shown as they are, by their own names."""
    return {name: _column(name) for name in names}


def _column(name: str) -> Expression:
    return lambda rows: rows.c[name]


def constant(text: str) -> ColumnElement[str]:
    """Return a text of our own, never of a client's, as it stands in the statement."""
    return literal_column("'" + text.replace("'", "''") + "'", Text)


def public_id(prefix: str, name: str = "id") -> Expression:
    """Declare an id as the outside knows it."""
    return lambda rows: constant(f"{prefix}_").op("||")(cast(rows.c[name], Text))


def member(name: str, members: type[Enum]) -> Expression:
    """Declare a column of a closed enum, shown by the names of its members."""
    names = {str(one.value): one.name for one in members}
    if all(value.upper() == shown for value, shown in names.items()):
        return lambda rows: func.upper(collate(rows.c[name], "C"))
    return lambda rows: case(
        {constant(value): constant(shown) for value, shown in names.items()}, value=rows.c[name]
    )
