"""Lists of errors: which, whose, in what order and from where; both ways to read use these rows.

A statement is made only of the conditions that were asked for, and one value is an equality, so
that PostgreSQL can walk an index in the order of the list and stop when the page is full.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
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
from domain.ids import ServiceId, UserId
from domain.levels import LogLevel, Severity
from persistence.database import Reading
from persistence.errors.conditions import Condition
from persistence.errors.rows import COLUMNS, error_of
from persistence.errors.tables import LISTED_STEP_SECONDS, errors
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Breadth, Reach, several_organizations


class ErrorOrder(StrEnum):
    """In what order errors are listed."""

    LAST_SEEN_DESC = "last_seen_desc"
    FIRST_SEEN_DESC = "first_seen_desc"


# Nothing was seen before; the first moments that a date can name have none a step before them.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

KEYSETS: Mapping[ErrorOrder, Keyset] = {
    ErrorOrder.LAST_SEEN_DESC: Keyset("ls", "listed_at"),
    ErrorOrder.FIRST_SEEN_DESC: Keyset("fs", "first_seen_at"),
}

_AMONG: Mapping[str, tuple[str, TypeEngine[Any]]] = {
    "statuses": ("status", TEXT()),
    "categories": ("status_category", TEXT()),
    "severities": ("severity", TEXT()),
    "levels": ("level", TEXT()),
    "error_types": ("error_type", TEXT()),
    "services": ("service_id", UUID(as_uuid=True)),
    "environments": ("environment", TEXT()),
}


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

    def conditions(self, rows: Any) -> list[ColumnElement[bool]]:
        """Return the conditions that were asked for; a merged error is in no list."""
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
        found += [each.on(rows, place) for place, each in enumerate(self.searched)]
        return found + self._moments(rows)

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
    """A page of the errors of a reach that fit the criteria."""

    reach: Reach
    criteria: Criteria
    order: ErrorOrder
    page: Page
    prefix: str = ""

    @property
    def keyset(self) -> Keyset:
        """The order's places."""
        return KEYSETS[self.order]

    @property
    def shape(self) -> Hashable:
        """What changes the statement, as against its values."""
        return (self.reach.breadth, self.criteria.shape, self.order, self.page.shape)

    def values(self) -> dict[str, object]:
        """Return the values of all names that the statements bind."""
        return {**self.reach.values(), **self.criteria.values(), **self.page.values()}

    def rows(self) -> Select[Any]:
        """Return the select of the page's rows in the order they are found, and one row more."""
        if self.reach.breadth is not Breadth.SEVERAL:
            return self._piece(errors, self.reach.condition(errors))
        # Each tenant's own index gives its first rows; only those few are sorted together.
        tenants = func.unnest(several_organizations()).table_valued("id").render_derived("tenants")
        own = self._piece(errors, errors.c.organization_id == tenants.c.id).lateral("own")
        found = select(own).select_from(tenants.join(own, true()))
        return found.order_by(*self.page.order(self.keyset, own)).limit(one_more())

    def _piece(self, rows: Any, whose: ColumnElement[bool]) -> Select[Any]:
        return (
            select(rows)
            .where(whose, *self.criteria.conditions(rows), *self.page.conditions(self.keyset, rows))
            .order_by(*self.page.order(self.keyset, rows))
            .limit(one_more())
        )

    def count(self) -> Select[int]:
        """Return the select of how many errors fit, on all pages together."""
        whose = self.reach.condition(errors)
        return (
            select(func.count()).select_from(errors).where(whose, *self.criteria.conditions(errors))
        )


async def page_of(db: Reading, asked: ErrorList) -> Found[Error]:
    """Return a page of errors, newest first."""
    rows = asked.rows().subquery()
    wanted = [rows.c[column.name] for column in COLUMNS]
    found = await db.execute(
        select(*wanted, rows.c[asked.keyset.at].label("place_at")).order_by(
            *asked.page.order(asked.keyset, rows)
        ),
        asked.values(),
    )
    placed = [
        (Place(row["place_at"], row["id"]), error_of({name: row[name] for name in _NAMES}))
        for row in found.mappings()
    ]
    return found_on(asked.page, placed)


async def count(db: Reading, asked: ErrorList) -> int:
    """Return how many errors fit, on all pages together."""
    return (await db.execute(asked.count(), asked.values())).scalar_one()


async def count_up_to(db: Reading, reach: Reach, criteria: Criteria, most: int) -> int:
    """Return how many errors of a reach fit, counted no further than `most`."""
    some = select(errors.c.id).where(reach.condition(errors), *criteria.conditions(errors))
    counted = select(func.count()).select_from(some.limit(most).subquery())
    return (await db.execute(counted, {**reach.values(), **criteria.values()})).scalar_one()


_NAMES = tuple(column.name for column in COLUMNS)


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=DateTime(timezone=True))


def _literal_pattern(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
