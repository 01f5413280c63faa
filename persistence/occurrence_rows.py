"""Occurrences as they are read: light columns for lists, and bodies only where they are wanted."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID as Uuid

from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    bindparam,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import UUID

from domain.ids import ErrorId, OccurrenceId, OrganizationId, ServiceId
from domain.levels import LogLevel
from domain.occurrences import Occurrence
from persistence.bodies import unpack
from persistence.database import Reading
from persistence.errors.members import members_of
from persistence.errors.tables import errors
from persistence.occurrences import occurrences
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach

KEYSET = Keyset("oc", "occurred_at")

MOST_BYTES = 32 * 1024 * 1024
_NAMES = tuple(Occurrence.__dataclass_fields__)


def _light(rows: Any) -> list[ColumnElement[Any]]:
    return [
        func.host(rows.c.ip_address).label("ip_address") if name == "ip_address" else rows.c[name]
        for name in _NAMES
    ]


def _occurrence(row: RowMapping) -> Occurrence:
    values = {name: row[name] for name in _NAMES}
    values.update(
        id=OccurrenceId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        error_id=ErrorId(row["error_id"]),
        service_id=ServiceId(row["service_id"]),
        level=LogLevel(row["level"]),
    )
    return Occurrence(**values)


def _of_member(parent: FromClause, member: FromClause, rows: FromClause) -> ColumnElement[bool]:
    """Return the condition that `rows` are a member's occurrences of the error in `parent`.

    None lies outside the life of its error. Saying so spares PostgreSQL the partitions of all other
    days, which it would else search for every error of a list.
    """
    return (
        (rows.c.organization_id == parent.c.organization_id)
        & (rows.c.error_id == member.c.id)
        & (rows.c.occurred_at >= parent.c.first_seen_at)
        & (rows.c.occurred_at <= parent.c.last_seen_at)
    )


def newest_of(
    parent: FromClause,
    name: str,
    most: ColumnElement[int],
    beyond: Callable[[FromClause], Sequence[ColumnElement[bool]]] = lambda _rows: (),
    order: Callable[[Any], Sequence[ColumnElement[Any]]] = KEYSET.newest_first,
    only: Collection[str] | None = None,
) -> Select[Any]:
    """Return the select of the newest occurrences of an error and of those merged into it.

    Each member's own index gives its first rows; only those few are sorted together, with the
    columns that are wanted: a row's body is most of it. An error has no more rows than were
    counted, and whoever has them all need not look into the partitions of its other days.
    """
    member, own = members_of(parent, name), occurrences.alias(f"{name}_o")
    wanted = own.c if only is None else [c for c in own.c if c.name in {*only, KEYSET.at, "id"}]
    each = (
        select(*wanted)
        .where(_of_member(parent, member, own), *beyond(own))
        .order_by(*order(own))
        .limit(func.least(most, parent.c.occurrence_count))
        .correlate(parent, member)
        .lateral(f"{name}_l")
    )
    found = select(each).select_from(member.join(each, true())).order_by(*order(each))
    return found.limit(most).correlate(parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceList:
    """A page of the occurrences of the error in `parent`; `prefix` keeps its names from others'."""

    parent: FromClause
    page: Page
    prefix: str = ""
    keyset: Keyset = KEYSET

    def rows(self) -> Select[Any]:
        """Return the select of the page's rows in the order they are found, and one row more."""
        return newest_of(
            self.parent,
            f"{self.prefix}own",
            one_more(self.prefix),
            lambda rows: self.page.conditions(KEYSET, rows, self.prefix),
            lambda rows: self.page.order(KEYSET, rows),
        )

    def count(self) -> Select[int]:
        """Return the select of how many occurrences of the error are kept."""
        name = f"{self.prefix}all"
        member, all_ = members_of(self.parent, name), occurrences.alias(name)
        rows = member.join(all_, _of_member(self.parent, member, all_))
        return select(func.count()).select_from(rows).correlate(self.parent)


async def by_ids(
    db: Reading, ids: Sequence[OccurrenceId], reach: Reach
) -> dict[OccurrenceId, Occurrence]:
    """Return the occurrences of these ids that the caller may see."""
    wanted = reach.condition(occurrences), occurrences.c.id.in_(ids)
    rows = await db.execute(select(*_light(occurrences)).where(*wanted), reach.values())
    return {(found := _occurrence(row)).id: found for row in rows.mappings()}


async def bodies_of(
    db: Reading, ids: Sequence[OccurrenceId], reach: Reach
) -> dict[OccurrenceId, bytes]:
    """Return the bodies of these occurrences, as JSON."""
    wanted = reach.condition(occurrences), occurrences.c.id.in_(ids)
    rows = await db.execute(
        select(occurrences.c.id, occurrences.c.body_format, occurrences.c.body).where(*wanted),
        reach.values(),
    )
    return {OccurrenceId(row.id): unpack(row.body_format, row.body) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBody:
    """The whole of an occurrence, as JSON, and whose it is."""

    error_id: ErrorId
    service_id: ServiceId
    event_id: Uuid
    received_at: datetime
    body: bytes


async def newest_bodies(
    db: Reading,
    organization: OrganizationId,
    *,
    service: ServiceId | None = None,
    errors: Sequence[ErrorId] = (),
    limit: int,
    most_bytes: int = MOST_BYTES,
) -> list[KeptBody]:
    """Return the occurrences of an organization that came last, or those of these errors.

    Large ones are fewer: what is beyond `most_bytes` in all is left out.
    """
    own = occurrences.c
    wanted = [own.organization_id == organization]
    if service is not None:
        wanted.append(own.service_id == service)
    if errors:
        wanted.append(own.error_id.in_(errors))
    order = (own.occurred_at.desc(), own.id.desc()) if errors else (own.id.desc(),)
    rows = await db.execute(
        select(
            own.error_id, own.service_id, own.event_id, own.received_at, own.body_format, own.body
        )
        .where(*wanted)
        .order_by(*order)
        .limit(limit)
    )
    found = []
    for row in rows:
        body = unpack(row.body_format, row.body)
        most_bytes -= len(body)
        if most_bytes < 0:
            break
        found.append(
            KeptBody(
                error_id=ErrorId(row.error_id),
                service_id=ServiceId(row.service_id),
                event_id=row.event_id,
                received_at=row.received_at,
                body=body,
            )
        )
    return found


async def latest_of(
    db: Reading, ids: Sequence[ErrorId], most: int, reach: Reach
) -> dict[ErrorId, list[Occurrence]]:
    """Return the newest occurrences of each of these errors, at most so many."""
    own = newest_of(errors, "latest", literal(most), only=_NAMES).lateral("latest")
    rows = await db.execute(
        select(*_light(own), errors.c.id.label("listed_with"))
        .select_from(errors.join(own, true()))
        .where(reach.condition(errors), errors.c.id.in_(ids))
        .order_by(errors.c.id, *KEYSET.newest_first(own)),
        reach.values(),
    )
    found: dict[ErrorId, list[Occurrence]] = {id_: [] for id_ in ids}
    for row in rows.mappings():
        found[ErrorId(row["listed_with"])].append(_occurrence(row))
    return found


async def page_of(db: Reading, error: ErrorId, page: Page, reach: Reach) -> Found[Occurrence]:
    """Return a page of an error's occurrences, newest first."""
    own = OccurrenceList(parent=errors, page=page).rows().lateral("own_page")
    found = await db.execute(
        select(*_light(own))
        .select_from(errors.join(own, true()))
        .where(reach.condition(errors), errors.c.id == _the_error())
        .order_by(*page.order(KEYSET, own)),
        {**reach.values(), **page.values(), "error": error},
    )
    placed = [(Place(row["occurred_at"], row["id"]), _occurrence(row)) for row in found.mappings()]
    return found_on(page, placed)


async def count_of(db: Reading, error: ErrorId, reach: Reach) -> int:
    """Return how many occurrences of an error are kept."""
    counted = OccurrenceList(parent=errors, page=Page()).count().scalar_subquery()
    found = await db.execute(
        select(counted).where(reach.condition(errors), errors.c.id == _the_error()),
        {**reach.values(), "error": error},
    )
    return found.scalar_one_or_none() or 0


def _the_error() -> ColumnElement[Any]:
    return bindparam("error", type_=UUID(as_uuid=True))
