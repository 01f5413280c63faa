"""Lists of errors: which, whose, in what order and from where; both ways to read use these rows.

A statement is made only of the conditions that were asked for, and one value is an equality, so
that PostgreSQL can walk an index in the order of the list and stop when the page is full.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    SmallInteger,
    any_,
    bindparam,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, UUID
from sqlalchemy.types import TypeEngine

from domain.errors import CATEGORY, Error, ErrorStatus, StatusCategory
from domain.ids import ErrorId, ServiceId, UserId
from domain.levels import SEVERITY_RANK, LogLevel, Severity
from persistence.database import Reading, raw_of
from persistence.errors.conditions import Among, Condition, asks_others, for_all_of
from persistence.errors.rows import COLUMNS, error_of
from persistence.errors.tables import LISTED_STEP_SECONDS, errors
from persistence.pages import Found, Keyset, Page, found_on, one_more
from persistence.reach import Breadth, Reach, several_organizations


class ErrorOrder(StrEnum):
    """In what order errors are listed."""

    LAST_SEEN_DESC = "last_seen_desc"
    LAST_SEEN_ASC = "last_seen_asc"
    FIRST_SEEN_DESC = "first_seen_desc"
    FIRST_SEEN_ASC = "first_seen_asc"
    OCCURRENCES_DESC = "occurrences_desc"
    USERS_DESC = "users_desc"
    SEVERITY_DESC = "severity_desc"


# Nothing was seen before; the first moments that a date can name have none a step before them.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

KEYSETS: Mapping[ErrorOrder, Keyset] = {
    ErrorOrder.LAST_SEEN_DESC: Keyset("ls", "listed_at"),
    ErrorOrder.LAST_SEEN_ASC: Keyset("la", "listed_at", is_ascending=True),
    ErrorOrder.FIRST_SEEN_DESC: Keyset("fs", "first_seen_at"),
    ErrorOrder.FIRST_SEEN_ASC: Keyset("fa", "first_seen_at", is_ascending=True),
    ErrorOrder.OCCURRENCES_DESC: Keyset(
        "oc", "occurrence_count", rank="occurrence_magnitude", counts=True
    ),
    ErrorOrder.USERS_DESC: Keyset(
        "us", "users_affected_count", rank="users_magnitude", counts=True
    ),
    ErrorOrder.SEVERITY_DESC: Keyset("sv", "listed_at", rank="severity_rank"),
}
_BY_LAST_SEEN = {ErrorOrder.LAST_SEEN_DESC, ErrorOrder.LAST_SEEN_ASC}

PLANNED_EACH = """
SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL work_mem = '64MB'
"""
_WALKED = 10_000

_AMONG: Mapping[str, tuple[str, TypeEngine[Any]]] = {
    "statuses": ("status", TEXT()),
    "categories": ("status_category", TEXT()),
    "severities": ("severity", TEXT()),
    "levels": ("level", TEXT()),
    "error_types": ("error_type", TEXT()),
    "services": ("service_id", UUID(as_uuid=True)),
    "environments": ("environment", TEXT()),
}

_CALLED = {column: name for name, (column, _) in _AMONG.items()}
# What the index on the categories holds.
_IN_ORDER = {"categories", "severities", "statuses", "last_seen_after"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which errors: what is None does not matter, and an empty choice fits no error."""

    statuses: tuple[ErrorStatus, ...] | None = None
    categories: tuple[StatusCategory, ...] | None = None
    severities: tuple[Severity, ...] | None = None
    levels: tuple[LogLevel, ...] | None = None
    error_types: tuple[str, ...] | None = None
    services: tuple[ServiceId, ...] | None = None
    environments: tuple[str, ...] | None = None
    assignee: UserId | None = None
    text: str | None = None
    first_seen_after: datetime | None = None
    last_seen_after: datetime | None = None
    searched: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        """Add the category that all wanted statuses share: there is an index on it."""
        if self.statuses and self.categories is None:
            shared = {CATEGORY[status] for status in self.statuses}
            if len(shared) == 1:
                object.__setattr__(self, "categories", tuple(shared))

    @property
    def shape(self) -> Hashable:
        """What of the criteria changes the statement, as against its values."""
        asked = tuple(
            (field.name, isinstance(value, tuple) and len(value) == 1)
            for field in fields(self)
            if field.name != "searched" and (value := getattr(self, field.name)) is not None
        )
        return (asked, tuple(each.shape for each in self.searched))

    def for_all_of(self, reach: Reach) -> "Criteria":
        """Return the same, with what other tables know looked up for all errors at once."""
        return replace(self, searched=tuple(for_all_of(reach, each) for each in self.searched))

    @property
    def is_in_order(self) -> bool:
        """Whether one index holds all that is asked, in the order of the list, for any values."""
        asked = {field.name for field in fields(self) if getattr(self, field.name) is not None}
        asked.discard("searched")
        for each in self.searched:
            match each:
                case Among(columns=(column,), is_negated=False):
                    asked.add(_CALLED.get(column, column))
                case _:
                    return False
        if not asked - {"last_seen_after"}:
            return True
        return "categories" in asked and asked <= _IN_ORDER

    @property
    def highest_rank(self) -> int | None:
        """The rank of the severest errors that may fit, or None when any may."""
        wanted = [*(self.severities or ())]
        for each in self.searched:
            wanted += map(Severity, _severities_of(each))
        ranks = [SEVERITY_RANK[severity] for severity in wanted]
        return max(ranks, default=None)

    def conditions(self, rows: Any) -> list[ColumnElement[bool]]:
        """Return the conditions that were asked for; a merged error is in no list."""
        return self.own_conditions(rows) + self.others_conditions(rows)

    def others_conditions(self, rows: Any) -> list[ColumnElement[bool]]:
        """Return those of the conditions that ask other tables of each error."""
        return self._searched(rows, asks_others)

    def own_conditions(self, rows: Any) -> list[ColumnElement[bool]]:
        """Return those of the conditions that ask nothing but the error itself."""
        found: list[ColumnElement[bool]] = [rows.c.merged_into_id.is_(None)]
        for name, (column, type_) in _AMONG.items():
            wanted = getattr(self, name)
            if wanted is not None and len(wanted) == 1:
                found.append(rows.c[column] == bindparam(name, type_=type_))
            elif wanted is not None:
                found.append(rows.c[column] == any_(bindparam(name, type_=ARRAY(type_))))
        if self.assignee is not None:
            found.append(rows.c.assigned_to == bindparam("assignee", type_=UUID(as_uuid=True)))
        if self.text is not None:
            pattern = bindparam("text", type_=TEXT())
            found.append(or_(rows.c.title.ilike(pattern), rows.c.message.ilike(pattern)))
        return (
            found + self._moments(rows) + self._searched(rows, lambda each: not asks_others(each))
        )

    def _searched(self, rows: Any, which: Callable[[Condition], bool]) -> list[ColumnElement[bool]]:
        places = enumerate(self.searched)
        return [each.on(rows, place) for place, each in places if which(each)]

    def _moments(self, rows: Any) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.first_seen_after is not None:
            found.append(rows.c.first_seen_at > _moment("first_seen_after"))
        if self.last_seen_after is not None:
            found.append(rows.c.last_seen_at > _moment("last_seen_after"))
            # The list's own order lags by less than a step: this is where its index may stop.
            found.append(rows.c.listed_at > _moment("listed_after"))
        return found

    def values(self) -> dict[str, object]:
        """Return the values of the names that the conditions bind."""
        values: dict[str, object] = {}
        for name in _AMONG:
            if (wanted := getattr(self, name)) is not None:
                values[name] = wanted[0] if len(wanted) == 1 else list(wanted)
        if self.text is not None:
            values["text"] = f"%{_literal_pattern(self.text)}%"
        if self.last_seen_after is not None:
            step = timedelta(seconds=LISTED_STEP_SECONDS)
            values["listed_after"] = max(self.last_seen_after, _EARLIEST) - step
        for name in ("assignee", "first_seen_after", "last_seen_after"):
            if (value := getattr(self, name)) is not None:
                values[name] = value
        for place, each in enumerate(self.searched):
            values |= each.values(place)
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorList:
    """A page of the errors of a reach that fit; `found` are its rows if they are known."""

    reach: Reach
    criteria: Criteria
    order: ErrorOrder
    page: Page
    prefix: str = ""
    found: tuple[ErrorId, ...] | None = None

    @property
    def keyset(self) -> Keyset:
        """The order's places."""
        return KEYSETS[self.order]

    @property
    def is_in_order(self) -> bool:
        """Whether one index holds all that is asked, in this order, for any values."""
        return self.order in _BY_LAST_SEEN and self.criteria.is_in_order

    @property
    def shape(self) -> Hashable:
        """What changes the statement, as against its values."""
        is_found = self.found is not None
        return (self.reach.breadth, self.criteria.shape, self.order, self.page.shape, is_found)

    def values(self) -> dict[str, object]:
        """Return the values of all names that the statements bind."""
        found: dict[str, object] = {
            "found": None if self.found is None else list(self.found),
            "walked": self.walked,
            "highest_rank": self.criteria.highest_rank,
        }
        return {**self.reach.values(), **self.criteria.values(), **self.page.values(), **found}

    def rows(self) -> Select[Any]:
        """Return the select of the page's rows in the order they are found, and one row more."""
        if self.found is not None:
            return self._known(errors)
        return self._listed(self.criteria.conditions, one_more())

    def first_rows(self) -> Select[Any]:
        """Return the same, but other tables are asked only of the errors that the list begins with.

        Whether they fill the page, or were all that there are, is for the caller to find out.
        """
        if not self.asks_others:
            return self.rows()
        walked = bindparam("walked", type_=Integer)
        first = self._listed(self.criteria.own_conditions, walked).subquery("walked")
        fits = select(first).where(*self.criteria.others_conditions(first))
        return fits.order_by(*self.page.order(self.keyset, first)).limit(one_more())

    def _listed(
        self, conditions: Callable[[Any], list[ColumnElement[bool]]], most: ColumnElement[int]
    ) -> Select[Any]:
        def piece(whose: ColumnElement[bool]) -> Select[Any]:
            fits = whose, *conditions(errors), *self._place(errors)
            wanted = select(errors).where(*fits)
            return wanted.order_by(*self.page.order(self.keyset, errors)).limit(most)

        if self.reach.breadth is not Breadth.SEVERAL:
            return piece(self.reach.condition(errors))
        # Each tenant's own index gives its first rows; only those few are sorted together.
        tenants = func.unnest(several_organizations()).table_valued("id").render_derived("tenants")
        own = piece(errors.c.organization_id == tenants.c.id).lateral("own")
        found = select(own).select_from(tenants.join(own, true()))
        return found.order_by(*self.page.order(self.keyset, own)).limit(most)

    def _place(self, rows: Any) -> list[ColumnElement[bool]]:
        """Return the conditions that keep to the page, and where the index of the order begins."""
        found = self.page.conditions(self.keyset, rows)
        if self.order is ErrorOrder.SEVERITY_DESC and self.criteria.highest_rank is not None:
            found.append(rows.c.severity_rank <= bindparam("highest_rank", type_=SmallInteger()))
        return found

    def _known(self, rows: Any) -> Select[Any]:
        known = bindparam("found", type_=ARRAY(UUID(as_uuid=True)))
        wanted = select(rows).where(self.reach.condition(rows), rows.c.id == any_(known))
        return wanted.order_by(*self.page.order(self.keyset, rows)).limit(one_more())

    @property
    def asks_others(self) -> bool:
        """Whether other tables are asked of each error."""
        return any(map(asks_others, self.criteria.searched))

    @property
    def walked(self) -> int:
        """Of how many errors other tables are asked, one after another."""
        tenants = len(self.reach.organizations or ())
        return max(_WALKED // max(tenants, 1), 1_000)

    def every_row(self) -> Select[Any]:
        """Return the select of the page's rows by way of all that fit: where they are rare."""
        criteria = self.criteria.for_all_of(self.reach)
        fits = self.reach.condition(errors), *criteria.conditions(errors)
        page = self._place(errors)
        wanted = (errors.c[name] for name in self.keyset.columns)
        every = select(*wanted).where(*fits, *page).cte("every")
        # Else PostgreSQL would expect to meet them soon, as it comes by the errors in their order.
        every = every.prefix_with("MATERIALIZED")
        return select(every).order_by(*self.page.order(self.keyset, every)).limit(one_more())

    def count(self) -> Select[int]:
        """Return the select of how many errors fit, on all pages together."""
        criteria = self.criteria.for_all_of(self.reach)
        fits = self.reach.condition(errors), *criteria.conditions(errors)
        return select(func.count()).select_from(errors).where(*fits)


async def page_of(db: Reading, asked: ErrorList) -> Found[Error]:
    """Return a page of errors."""
    rows = asked.rows().subquery()
    wanted = [rows.c[name] for name in _NAMES]
    place = [rows.c[name] for name in asked.keyset.columns if name not in _NAMES]
    found = await db.execute(
        select(*wanted, *place).order_by(*asked.page.order(asked.keyset, rows)), asked.values()
    )
    placed = [
        (asked.keyset.place_of(row), error_of({name: row[name] for name in _NAMES}))
        for row in found.mappings()
    ]
    return found_on(asked.page, placed)


async def count(db: Reading, asked: ErrorList) -> int:
    """Return how many errors fit, on all pages together."""
    return (await db.execute(asked.count(), asked.values())).scalar_one()


async def count_up_to(db: Reading, reach: Reach, criteria: Criteria, most: int) -> int:
    """Return how many errors of a reach fit, counted no further than `most`."""
    await (await raw_of(db)).execute(PLANNED_EACH)
    fits = reach.condition(errors), *criteria.for_all_of(reach).conditions(errors)
    some = select(errors.c.id).where(*fits)
    counted = select(func.count()).select_from(some.limit(most).subquery())
    return (await db.execute(counted, {**reach.values(), **criteria.values()})).scalar_one()


_NAMES = tuple(column.name for column in COLUMNS)


def _severities_of(condition: Condition) -> tuple[str, ...]:
    match condition:
        case Among(columns=("severity",), is_negated=False):
            return tuple(map(str, condition.wanted))
    return ()


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=DateTime(timezone=True))


def _literal_pattern(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
