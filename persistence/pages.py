"""Pages: keyset pagination over rows that stand in the order of a moment and an id, newest first.

A place in such an order is a value, not a count, so rows that are added or move meanwhile neither
repeat nor hide others. A cursor is a place as text, opaque to clients; both ways to read a list
write the same one, PostgreSQL and Python.
"""

import base64
import binascii
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Integer, bindparam, func, literal_column, tuple_
from sqlalchemy.dialects import postgresql

from domain.failures import Invalid

Item = TypeVar("Item")

DEFAULT_SIZE = 50
MAX_SIZE = 100

_VERSION = b"\x01"
_PLACE = struct.Struct("!3sq16s")  # 27 bytes: base64 without padding or line breaks
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's own
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in an order."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Keyset:
    """An order of rows, newest first; a `tag` of two letters keeps its cursors apart."""

    tag: str
    at: str

    def cursor(self, place: Place) -> str:
        """Return a place as text."""
        micros = (place.at - _EPOCH) // _MICROSECOND
        packed = _PLACE.pack(_VERSION + self.tag.encode(), micros, place.id.bytes)
        return base64.urlsafe_b64encode(packed).decode()

    def place(self, cursor: str, *, field: str) -> Place:
        """Return the place of a cursor that this order gave out, or refuse it."""
        try:
            raw = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
            head, micros, id_ = _PLACE.unpack(raw)
            place = Place(_EPOCH + timedelta(microseconds=micros), UUID(bytes=id_))
        except (ValueError, binascii.Error, struct.error, OverflowError) as error:
            raise Invalid(
                "This is not a cursor of ours; pass one unchanged.", field=field
            ) from error
        if head != _VERSION + self.tag.encode():
            raise Invalid("This cursor belongs to a list in another order.", field=field)
        return place

    def cursor_of(self, rows: Any) -> ColumnElement[str]:
        """Return the expression by which PostgreSQL writes the cursor of a row."""
        head: ColumnElement[bytes] = literal_column(
            f"'\\x{(_VERSION + self.tag.encode()).hex()}'::bytea"
        )
        packed = head.op("||")(func.timestamptz_send(rows.c[self.at])).op("||")(
            func.uuid_send(rows.c.id)
        )
        return func.translate(
            func.encode(packed, literal_column("'base64'")),
            literal_column("'+/'"),
            literal_column("'-_'"),
        )

    def newest_first(self, rows: Any) -> list[ColumnElement[Any]]:
        """Return the order of the list."""
        return [rows.c[self.at].desc(), rows.c.id.desc()]

    def oldest_first(self, rows: Any) -> list[ColumnElement[Any]]:
        """Return the order of the list, seen from its end."""
        return [rows.c[self.at].asc(), rows.c.id.asc()]


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
        key = tuple_(rows.c[keyset.at], rows.c.id)
        found = []
        if self.after is not None:
            found.append(key < _place_bound(f"{prefix}after"))
        if self.before is not None:
            found.append(key > _place_bound(f"{prefix}before"))
        return found

    def order(self, keyset: Keyset, rows: Any) -> Sequence[ColumnElement[Any]]:
        """Return the order in which the page's rows are found."""
        return keyset.oldest_first(rows) if self.is_from_end else keyset.newest_first(rows)

    def values(self, prefix: str = "") -> Mapping[str, object]:
        """Return the values of the names that the page binds."""
        values: dict[str, object] = {f"{prefix}size": self.size}
        for name, place in (("after", self.after), ("before", self.before)):
            if place is not None:
                values |= {f"{prefix}{name}_at": place.at, f"{prefix}{name}_id": place.id}
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


def _place_bound(name: str) -> ColumnElement[Any]:
    return tuple_(
        bindparam(f"{name}_at", type_=DateTime(timezone=True)),
        bindparam(f"{name}_id", type_=postgresql.UUID(as_uuid=True)),
    )


def size_of(asked: object, *, default: int, maximum: int, field: str) -> int:
    """Return how many rows were asked for, or refuse a number that a list does not give."""
    if asked is None:
        return default
    if not isinstance(asked, int) or not 1 <= asked <= maximum:
        raise Invalid(f"Ask for 1 to {maximum} at a time, not {asked}.", field=field)
    return asked
