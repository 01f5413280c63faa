"""Pages: keyset pagination over rows that stand in the order of a moment and an id, newest first.

A place in such an order is a value, not a count, so rows that are added or move meanwhile neither
repeat nor hide others. A cursor is a place as text, opaque to clients; both ways to read a list
write the same one, PostgreSQL and Python. Some orders begin with a rank, count instead of telling
the time, or run the other way.
"""

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    SmallInteger,
    bindparam,
    func,
    literal_column,
    tuple_,
)
from sqlalchemy.dialects import postgresql

from domain.failures import Invalid

Item = TypeVar("Item")

DEFAULT_SIZE = 50
MAX_SIZE = 100

_VERSION = b"\x01"
# 27 and 30 bytes: base64 without padding or line breaks.
_PLACE = struct.Struct("!3sq16s")
_RANKED_PLACE = struct.Struct("!4shq16s")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's own
_MICROSECOND = timedelta(microseconds=1)


Moment: TypeAlias = datetime | int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in an order: by what it is ordered, its id, and its rank if it has one."""

    at: Moment
    id: UUID
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Keyset:
    """An order of rows, newest first; a `tag` of two letters keeps its cursors apart.

    `rank` is a column of small numbers that comes first, and `counts` says that `at` is a number.
    """

    tag: str
    at: str
    rank: str | None = None
    counts: bool = False
    is_ascending: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """What a place is made of."""
        return (*([] if self.rank is None else [self.rank]), self.at, "id")

    def place_of(self, row: Any) -> Place:
        """Return the place of a row."""
        return Place(row[self.at], row["id"], None if self.rank is None else row[self.rank])

    def cursor(self, place: Place) -> str:
        """Return a place as text."""
        at = place.at if isinstance(place.at, int) else (place.at - _EPOCH) // _MICROSECOND
        if self.rank is None:
            packed = _PLACE.pack(self._head, at, place.id.bytes)
        else:
            packed = _RANKED_PLACE.pack(self._head, place.rank, at, place.id.bytes)
        return base64.urlsafe_b64encode(packed).decode()

    def place(self, cursor: str, *, field: str) -> Place:
        """Return the place of a cursor that this order gave out, or refuse it."""
        try:
            raw = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
            packing = _RANKED_PLACE if len(raw) == _RANKED_PLACE.size else _PLACE
            head, *rank, number, id_ = packing.unpack(raw)
            if not head.startswith(_VERSION):
                raise ValueError("This is of no version.")
            at = number if self.counts else _EPOCH + timedelta(microseconds=number)
        except (ValueError, binascii.Error, struct.error, OverflowError) as error:
            raise Invalid(
                "This is not a cursor of ours; pass one unchanged.", field=field
            ) from error
        if head != self._head:
            raise Invalid("This cursor belongs to a list in another order.", field=field)
        return Place(at, UUID(bytes=id_), *rank)

    def cursor_of(self, rows: Any) -> ColumnElement[str]:
        """Return the expression by which PostgreSQL writes the cursor of a row."""
        packed: ColumnElement[bytes] = literal_column(f"'\\x{self._head.hex()}'::bytea")
        if self.rank is not None:
            packed = packed.op("||")(func.int2send(rows.c[self.rank]))
        at = rows.c[self.at]
        packed = packed.op("||")(func.int8send(at) if self.counts else func.timestamptz_send(at))
        return func.translate(
            func.encode(packed.op("||")(func.uuid_send(rows.c.id)), literal_column("'base64'")),
            literal_column("'+/'"),
            literal_column("'-_'"),
        )

    @property
    def _head(self) -> bytes:
        return _VERSION + self.tag.encode() + (b"" if self.rank is None else b"\x00")

    def newest_first(self, rows: Any) -> list[ColumnElement[Any]]:
        """Return the rows' order from the newest, or from what is most."""
        return [rows.c[name].desc() for name in self.columns]

    def oldest_first(self, rows: Any) -> list[ColumnElement[Any]]:
        """Return the rows' order from the oldest, or from what is least."""
        return [rows.c[name].asc() for name in self.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A piece of a list: so many rows after or before a place, from its beginning or its end."""

    size: int = DEFAULT_SIZE
    after: Place | None = None
    before: Place | None = None
    is_from_end: bool = False

    @property
    def shape(self) -> tuple[bool, bool, bool]:
        """What of the page changes the statement, as against its values."""
        return (self.after is not None, self.before is not None, self.is_from_end)

    def conditions(self, keyset: Keyset, rows: Any, prefix: str = "") -> list[ColumnElement[bool]]:
        """Return the conditions that keep to the page."""
        key = tuple_(*(rows.c[name] for name in keyset.columns))
        found = []
        for name, place, is_beyond in (
            ("after", self.after, keyset.is_ascending),
            ("before", self.before, not keyset.is_ascending),
        ):
            if place is not None:
                bound = _place_bound(f"{prefix}{name}", keyset)
                found.append(key > bound if is_beyond else key < bound)
        return found

    def order(self, keyset: Keyset, rows: Any) -> Sequence[ColumnElement[Any]]:
        """Return the order in which the page's rows are found."""
        is_ascending = keyset.is_ascending is not self.is_from_end
        return keyset.oldest_first(rows) if is_ascending else keyset.newest_first(rows)

    def values(self, prefix: str = "") -> Mapping[str, object]:
        """Return the values of the names that the page binds."""
        values: dict[str, object] = {f"{prefix}size": self.size}
        for name, place in (("after", self.after), ("before", self.before)):
            if place is not None:
                values |= {f"{prefix}{name}_at": place.at, f"{prefix}{name}_id": place.id}
                if place.rank is not None:
                    values[f"{prefix}{name}_rank"] = place.rank
        return values


@dataclass(frozen=True, slots=True)
class Found(Generic[Item]):
    """The items of a page with their places, newest first, and whether there are more beyond it."""

    items: tuple[tuple[Place, Item], ...]
    has_more: bool


def found_on(page: Page, placed: Sequence[tuple[Place, Item]]) -> Found[Item]:
    """Return what was found on a page, of rows in the order they were read and one too many."""
    kept = placed[: page.size]
    return Found(tuple(kept[::-1] if page.is_from_end else kept), len(placed) > page.size)


def size_bound(prefix: str = "") -> ColumnElement[int]:
    """Return the bound size of a page."""
    return bindparam(f"{prefix}size", type_=Integer)


def one_more(prefix: str = "") -> ColumnElement[int]:
    """Return one more than the size: the row that is read only to know whether there are more."""
    return size_bound(prefix) + literal_column("1", Integer)


def _place_bound(name: str, keyset: Keyset) -> ColumnElement[Any]:
    at = BigInteger() if keyset.counts else DateTime(timezone=True)
    return tuple_(
        *([] if keyset.rank is None else [bindparam(f"{name}_rank", type_=SmallInteger())]),
        bindparam(f"{name}_at", type_=at),
        bindparam(f"{name}_id", type_=postgresql.UUID(as_uuid=True)),
    )


def size_of(asked: object, *, default: int, maximum: int, field: str) -> int:
    """Return how many rows were asked for, or refuse a number that a list does not give."""
    if asked is None:
        return default
    if not isinstance(asked, int) or not 1 <= asked <= maximum:
        raise Invalid(f"Ask for 1 to {maximum} at a time, not {asked}.", field=field)
    return asked
