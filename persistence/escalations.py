"""Escalations: who was asked by name to care for an error, and whether they have seen it.

`notified_at` is empty until somebody was told: that is what the notifier has to send.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.escalations import Escalation, EscalationLevel
from domain.ids import ErrorId, EscalationId, OrganizationId, UserId
from persistence.database import Reading, Writing
from persistence.merges.tables import escalations
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import EVERYWHERE, Reach

KEYSET = Keyset("es", "escalated_at")
MOST_OF_ONE = 100


async def add(db: Writing, new: Escalation) -> Escalation | None:
    """Add an escalation; return the open one of the same person and level if there is one."""
    own = escalations.c
    done = await db.execute(
        insert(escalations)
        .values(
            organization_id=new.organization_id,
            id=new.id,
            error_id=new.error_id,
            escalated_by=new.escalated_by,
            escalated_to=new.escalated_to,
            escalation_reason=new.reason,
            escalation_level=new.level,
            escalated_at=new.escalated_at,
        )
        .on_conflict_do_nothing()
        .returning(own.id)
    )
    if done.first() is not None:
        return None
    rows = await db.execute(
        select(escalations).where(
            own.organization_id == new.organization_id,
            own.error_id == new.error_id,
            own.escalated_to == new.escalated_to,
            own.escalation_level == new.level,
            own.acknowledged_at.is_(None),
        )
    )
    return _escalation(rows.mappings().one())


async def acknowledge(db: Writing, id_: EscalationId, at: datetime) -> bool:
    """Note that it was seen; False if it was before."""
    own = escalations.c
    done = await db.execute(
        update(escalations)
        .where(own.id == id_, own.acknowledged_at.is_(None))
        .values(acknowledged_at=at)
    )
    return done.rowcount == 1


async def by_ids(
    db: Reading, ids: Sequence[EscalationId], reach: Reach = EVERYWHERE
) -> dict[EscalationId, Escalation]:
    """Return the escalations of these ids that the caller may see."""
    rows = await db.execute(
        select(escalations).where(reach.condition(escalations), escalations.c.id.in_(ids)),
        reach.values(),
    )
    return {(found := _escalation(row)).id: found for row in rows.mappings()}


async def of_errors(
    db: Reading, ids: Sequence[ErrorId], reach: Reach
) -> dict[ErrorId, list[Escalation]]:
    """Return the escalations of these errors, newest first, at most 100 of each."""
    place = func.row_number().over(
        partition_by=escalations.c.error_id,
        order_by=(escalations.c.escalated_at.desc(), escalations.c.id.desc()),
    )
    numbered = (
        select(escalations, place.label("place"))
        .where(reach.condition(escalations), escalations.c.error_id.in_(ids))
        .subquery()
    )
    rows = await db.execute(
        select(numbered).where(numbered.c.place <= MOST_OF_ONE).order_by(numbered.c.place),
        reach.values(),
    )
    found: dict[ErrorId, list[Escalation]] = {id_: [] for id_ in ids}
    for row in rows.mappings():
        found[ErrorId(row["error_id"])].append(_escalation(row))
    return found


async def page_to(
    db: Reading, to: UserId, reach: Reach, page: Page, *, only_open: bool
) -> Found[Escalation]:
    """Return a page of the escalations to a person, newest first."""
    rows = await db.execute(
        select(escalations)
        .where(*_to(to, reach, only_open=only_open), *page.conditions(KEYSET, escalations))
        .order_by(*page.order(KEYSET, escalations))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_escalation(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.escalated_at, each.id), each) for each in found])


async def count_to(db: Reading, to: UserId, reach: Reach, *, only_open: bool) -> int:
    """Return how many escalations to a person there are."""
    wanted = _to(to, reach, only_open=only_open)
    counted = select(func.count()).select_from(escalations).where(*wanted)
    return int((await db.execute(counted, reach.values())).scalar_one())


def _to(to: UserId, reach: Reach, *, only_open: bool) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        reach.condition(escalations),
        escalations.c.escalated_to == to,
    ]
    if only_open:
        wanted.append(escalations.c.acknowledged_at.is_(None))
    return wanted


def _escalation(row: RowMapping | Any) -> Escalation:
    return Escalation(
        id=EscalationId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        error_id=ErrorId(row["error_id"]),
        escalated_by=UserId(row["escalated_by"]),
        escalated_to=UserId(row["escalated_to"]),
        reason=row["escalation_reason"],
        level=EscalationLevel(row["escalation_level"]),
        escalated_at=row["escalated_at"],
        acknowledged_at=row["acknowledged_at"],
    )
