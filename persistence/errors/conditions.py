"""Conditions: what a search asks of errors, each as a condition of SQL with values of its own."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID as Id

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    SmallInteger,
    Table,
    and_,
    any_,
    bindparam,
    exists,
    false,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, UUID
from sqlalchemy.types import TypeEngine

from persistence.errors.findable import Trait
from persistence.errors.members import any_member, every_member
from persistence.errors.tables import LISTED_STEP_SECONDS, MAGNITUDES, errors
from persistence.reach import Reach


class Condition(Protocol):
    """One condition; `place` is its number, by which its values are told from others'."""

    @property
    def shape(self) -> Hashable:
        """What changes the statement, as against its values."""
        ...

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition on the rows of errors."""
        ...

    def values(self, place: int) -> dict[str, object]:
        """Return the values of the names that the condition binds."""
        ...


class Sign(StrEnum):
    """How a column is compared with one value."""

    MORE = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="


# The first moments that a date can name have none a step before them.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

_TYPES: dict[type, TypeEngine[Any]] = {
    str: TEXT(),
    int: BIGINT(),
    datetime: DateTime(timezone=True),
    Id: UUID(as_uuid=True),
}


@dataclass(frozen=True, slots=True)
class Among:
    """One of these columns has one of these values; what has none is not among any."""

    columns: tuple[str, ...]
    wanted: tuple[str | int | Id, ...]
    is_negated: bool = False

    @property
    def shape(self) -> Hashable:
        """The columns, and whether it is said or denied."""
        kind = type(self.wanted[0]) if self.wanted else None
        return ("among", self.columns, kind, self.is_negated)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        if not self.wanted:
            return not_(false()) if self.is_negated else false()
        type_ = _TYPES[Id if isinstance(self.wanted[0], Id) else type(self.wanted[0])]
        wanted = bindparam(f"among_{place}", type_=ARRAY(type_))
        fits = or_(*(rows.c[column] == any_(wanted) for column in self.columns))
        return not_(func.coalesce(fits, false())) if self.is_negated else fits

    def values(self, place: int) -> dict[str, object]:
        """Return the values."""
        return {f"among_{place}": list(self.wanted)} if self.wanted else {}


@dataclass(frozen=True, slots=True)
class Than:
    """A column is more or less than a value."""

    column: str
    sign: Sign
    value: int | datetime
    is_negated: bool = False

    @property
    def shape(self) -> Hashable:
        """The column, how it is compared, and whether it is said or denied."""
        return ("than", self.column, self.sign, self.is_negated)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        type_ = _TYPES[datetime if isinstance(self.value, datetime) else int]
        value = bindparam(f"than_{place}", type_=type_)
        fits: ColumnElement[bool] = rows.c[self.column].op(self.sign.value, is_comparison=True)(
            value
        )
        if self.is_negated:
            return not_(fits)
        if (listed := self._listed()) is not None:
            at = bindparam(f"listed_{place}", type_=_TYPES[datetime])
            fits &= rows.c.listed_at.op(listed[0], is_comparison=True)(at)
        if isinstance(self.value, int) and self.column in MAGNITUDES:
            # It follows from the count, and there is an index on it.
            bits = bindparam(f"bits_{place}", type_=SmallInteger())
            sign = ">=" if self.sign in (Sign.MORE, Sign.AT_LEAST) else "<="
            fits &= rows.c[MAGNITUDES[self.column]].op(sign, is_comparison=True)(bits)
        return fits

    def _listed(self) -> tuple[str, datetime] | None:
        """Return what follows of where the errors are listed: their index may begin or end there.

        An error is listed where it was seen last, or less than a step before.
        """
        if not isinstance(self.value, datetime) or self.is_negated:
            return None
        if self.sign in (Sign.MORE, Sign.AT_LEAST):
            step = timedelta(seconds=LISTED_STEP_SECONDS)
            return (">=", max(self.value, _EARLIEST) - step)
        return ("<=", self.value) if self.column == "last_seen_at" else None

    def values(self, place: int) -> dict[str, object]:
        """Return the value, and where the list may begin or end."""
        listed = self._listed()
        bits = self.value.bit_length() if isinstance(self.value, int) else None
        is_rough = bits is not None and self.column in MAGNITUDES and not self.is_negated
        return {
            f"than_{place}": self.value,
            **({} if listed is None else {f"listed_{place}": listed[1]}),
            **({f"bits_{place}": bits} if is_rough else {}),
        }


@dataclass(frozen=True, slots=True)
class IsSet:
    """A column has a value."""

    column: str
    is_negated: bool = False

    @property
    def shape(self) -> Hashable:
        """The column, and whether it is said or denied."""
        return ("set", self.column, self.is_negated)

    def on(self, rows: Any, _place: int) -> ColumnElement[bool]:
        """Return the condition."""
        column: ColumnElement[Any] = rows.c[self.column]
        return column.is_(None) if self.is_negated else column.is_not(None)

    def values(self, _place: int) -> dict[str, object]:
        """Return nothing: no value is bound."""
        return {}


@dataclass(frozen=True, slots=True)
class Has:
    """Another table knows this of the error: asked of one after another, or looked up for all."""

    trait: Trait
    is_negated: bool = False
    for_all_of: Reach | None = None

    @property
    def shape(self) -> Hashable:
        """The trait, and whether it is said or denied."""
        breadth = None if self.for_all_of is None else self.for_all_of.breadth
        return ("has", self.trait.shape, self.is_negated, breadth)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        own = self.trait.table.alias(f"trait_{place}")
        fits = self.trait.fits(own, place)
        if self.for_all_of is None:
            found = any_member(rows, own, fits, own.name)
        else:
            found = rows.c.id.in_(
                every_member(own, and_(self.for_all_of.condition(own), fits), own.name)
            )
        return not_(found) if self.is_negated else found

    def values(self, place: int) -> dict[str, object]:
        """Return the values that the trait binds."""
        return self.trait.values(place)


@dataclass(frozen=True, slots=True)
class Linked:
    """A row of another table names the error in this column; one with an end does not."""

    table: Table
    column: str
    end: str = "deleted_at"
    is_negated: bool = False

    @property
    def shape(self) -> Hashable:
        """The table, and whether it is said or denied."""
        return ("linked", self.table.name, self.is_negated)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        own = self.table.alias(f"linked_{place}")
        alive = [own.c[self.end].is_(None)] if self.end in own.c else []
        found: ColumnElement[bool] = exists().where(
            own.c.organization_id == rows.c.organization_id,
            own.c[self.column] == rows.c.id,
            *alive,
        )
        return not_(found) if self.is_negated else found

    def values(self, _place: int) -> dict[str, object]:
        """Return nothing: no value is bound."""
        return {}


@dataclass(frozen=True, slots=True)
class Late:
    """A target was missed: what was due was not done by then, or is not done yet."""

    due: str
    done: str
    now: datetime

    @property
    def shape(self) -> Hashable:
        """The target."""
        return ("late", self.due)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        now = bindparam(f"now_{place}", type_=_TYPES[datetime])
        late: ColumnElement[bool] = rows.c[self.due] < func.coalesce(rows.c[self.done], now)
        known: ColumnElement[bool] = func.coalesce(late, false())
        return known

    def values(self, place: int) -> dict[str, object]:
        """Return the moment that it is asked at."""
        return {f"now_{place}": self.now}


@dataclass(frozen=True, slots=True)
class Gathered:
    """One of the few errors of a reach of which another table knows this; they are looked up first.

    What is known of a merged error leads to the one that it is merged into.
    """

    trait: Trait
    reach: Reach

    @property
    def shape(self) -> Hashable:
        """The trait, and how many tenants it is looked for in."""
        return ("gathered", self.trait.shape, self.reach.breadth)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        merged = errors.alias(f"merged_{place}")
        into = select(merged.c.merged_into_id).where(
            self.reach.condition(merged),
            merged.c.merged_into_id.is_not(None),
            merged.c.id == any_(self._found(place, "members")),
        )
        found = self._found(place, "gathered").op("||")(_array_of(into))
        condition: ColumnElement[bool] = rows.c.id == any_(found)
        return condition

    def _found(self, place: int, name: str) -> ColumnElement[Any]:
        own = self.trait.table.alias(f"{name}_{place}")
        return _array_of(
            select(own.c.error_id).where(self.reach.condition(own), self.trait.fits(own, place))
        )

    def values(self, place: int) -> dict[str, object]:
        """Return the values that the trait and the reach bind."""
        return {**self.reach.values(), **self.trait.values(place)}


def _array_of(ids: Select[Any]) -> ColumnElement[Any]:
    return func.array(ids.scalar_subquery(), type_=ARRAY(UUID(as_uuid=True)))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these conditions holds."""

    conditions: tuple[Condition, ...]
    is_negated: bool = False

    @property
    def shape(self) -> Hashable:
        """The conditions' shapes."""
        return ("any", tuple(each.shape for each in self.conditions), self.is_negated)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        fits = or_(*(each.on(rows, _within(place, n)) for n, each in enumerate(self.conditions)))
        return not_(func.coalesce(fits, false())) if self.is_negated else fits

    def values(self, place: int) -> dict[str, object]:
        """Return the values that the conditions bind."""
        return _values(self.conditions, place)


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these conditions hold."""

    conditions: tuple[Condition, ...]
    is_negated: bool = False

    @property
    def shape(self) -> Hashable:
        """The conditions' shapes."""
        return ("all", tuple(each.shape for each in self.conditions), self.is_negated)

    def on(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition."""
        fits = and_(*(each.on(rows, _within(place, n)) for n, each in enumerate(self.conditions)))
        return not_(func.coalesce(fits, false())) if self.is_negated else fits

    def values(self, place: int) -> dict[str, object]:
        """Return the values that the conditions bind."""
        return _values(self.conditions, place)


def for_all_of(reach: Reach, condition: Condition) -> Condition:
    """Return the same condition, with what other tables know looked up for all errors at once."""
    match condition:
        case Has():
            return replace(condition, for_all_of=reach)
        case AnyOf() | AllOf():
            parts = tuple(for_all_of(reach, each) for each in condition.conditions)
            return replace(condition, conditions=parts)
    return condition


def asks_others(condition: Condition) -> bool:
    """Say whether other tables are asked, of each error."""
    match condition:
        case Has():
            return condition.for_all_of is None
        case AnyOf() | AllOf():
            return any(map(asks_others, condition.conditions))
    return False


def _within(place: int, n: int) -> int:
    return (place + 1) * 100 + n


def _values(conditions: tuple[Condition, ...], place: int) -> dict[str, object]:
    values: dict[str, object] = {}
    for n, each in enumerate(conditions):
        values |= each.values(_within(place, n))
    return values
