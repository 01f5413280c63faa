"""The audit log: appended by every change, in its transaction; the database refuses all else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Index, Row, Table, func, insert, or_, select, text
from sqlalchemy.dialects.postgresql import INET, JSONB

from domain.audit import ActorKind, AuditEntry
from domain.ids import ApiTokenId, AuditEntryId, OrganizationId, UserId
from persistence.database import RawConnection, Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    metadata,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("au", "at")

audit_log = Table(
    "audit_log",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("actor_kind"),
    uuid_column("actor_id", nullable=True),
    uuid_column("token_id", nullable=True),
    text_column("action"),
    text_column("object_kind"),
    uuid_column("object_id"),
    Column("before", JSONB),
    Column("after", JSONB),
    text_column("request_id", nullable=True),
    Column("address", INET),
    time_column("at"),
    one_of("actor_kind", ActorKind),
    at_most("action", 100),
    at_most("object_kind", 50),
    at_most("request_id", 64),
    Index(None, "organization_id", text("at DESC"), text("id DESC")),
    Index("audit_log_object_idx", "organization_id", "object_id", text("at DESC")),
    Index("audit_log_at_idx", "at"),
)


async def add(db: Writing, entries: Sequence[AuditEntry]) -> None:
    """Append to the log."""
    if not entries:
        return
    await db.execute(
        insert(audit_log),
        [
            {
                "organization_id": entry.organization_id,
                "id": entry.id,
                "actor_kind": entry.actor_kind.value,
                "actor_id": entry.actor_id,
                "token_id": entry.token_id,
                "action": entry.action,
                "object_kind": entry.object_kind,
                "object_id": entry.object_id,
                "before": _plain(entry.before),
                "after": _plain(entry.after),
                "request_id": entry.request_id,
                "address": entry.address,
                "at": entry.at,
            }
            for entry in entries
        ],
    )


_ADD = """
INSERT INTO audit_log (
    organization_id, id, actor_kind, actor_id, token_id, action, object_kind, object_id, before,
    after, request_id, address, at
)
SELECT o, i, $3, $4, $5, $6, $7, x, nullif(b, 'null'), nullif(a, 'null'), $11, $12::text::inet, $13
FROM ROWS FROM (
    unnest($1::uuid[]), unnest($2::uuid[]), unnest($8::uuid[]),
    jsonb_array_elements($9::text::jsonb), jsonb_array_elements($10::text::jsonb)
) AS e (o, i, x, b, a)
"""


class Alike(NamedTuple):
    """What an entry has for itself among those of one action."""

    organization_id: OrganizationId
    id: UUID
    object_id: UUID
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


async def add_alike(db: RawConnection, one: AuditEntry, entries: Sequence[Alike]) -> None:
    """Append what one action did to many things, in one statement; `one` is any of its entries."""
    await db.execute(
        _ADD,
        [entry.organization_id for entry in entries],
        [entry.id for entry in entries],
        one.actor_kind.value,
        one.actor_id,
        one.token_id,
        one.action,
        one.object_kind,
        [entry.object_id for entry in entries],
        orjson.dumps([entry.before for entry in entries], default=str).decode(),
        orjson.dumps([entry.after for entry in entries], default=str).decode(),
        one.request_id,
        one.address,
        one.at,
    )


def _plain(values: object) -> object:
    """Return values as JSON knows them: ids and moments become text."""
    return None if values is None else orjson.loads(orjson.dumps(values, default=str))


def _entry(row: Row[tuple[object, ...]]) -> AuditEntry:
    return AuditEntry(
        id=AuditEntryId(row.id),
        organization_id=OrganizationId(row.organization_id),
        actor_kind=ActorKind(row.actor_kind),
        actor_id=None if row.actor_id is None else UserId(row.actor_id),
        token_id=None if row.token_id is None else ApiTokenId(row.token_id),
        action=row.action,
        object_kind=row.object_kind,
        object_id=row.object_id,
        before=row.before,
        after=row.after,
        request_id=row.request_id,
        address=None if row.address is None else str(row.address),
        at=row.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which entries: what is None does not matter, and an empty choice fits none."""

    actors: Sequence[UserId] | None = None
    actor_kinds: Sequence[ActorKind] | None = None
    actions: Sequence[str] | None = None
    object_kinds: Sequence[str] | None = None
    objects: Sequence[UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that were asked for; an action `team` means all of `team.…`."""
        log = audit_log.c
        found: list[ColumnElement[bool]] = []
        for column, wanted in (
            (log.actor_id, self.actors),
            (log.actor_kind, self.actor_kinds),
            (log.object_kind, self.object_kinds),
            (log.object_id, self.objects),
        ):
            if wanted is not None:
                found.append(column.in_(list(wanted)))
        if self.actions is not None:
            exact = log.action.in_(list(self.actions))
            groups = [log.action.startswith(f"{one}.", autoescape=True) for one in self.actions]
            found.append(or_(exact, *groups))
        if self.since is not None:
            found.append(log.at >= self.since)
        if self.until is not None:
            found.append(log.at < self.until)
        return found


async def page_of(db: Reading, reach: Reach, criteria: Criteria, page: Page) -> Found[AuditEntry]:
    """Return one page of the entries of a reach, newest first."""
    asked = (
        select(audit_log)
        .where(
            reach.condition(audit_log),
            *criteria.conditions(),
            *page.conditions(KEYSET, audit_log),
        )
        .order_by(*page.order(KEYSET, audit_log))
        .limit(one_more())
    )
    rows = await db.execute(asked, {**reach.values(), **page.values()})
    found = [_entry(row) for row in rows]
    return found_on(page, [(Place(entry.at, entry.id), entry) for entry in found])


async def count(db: Reading, reach: Reach, criteria: Criteria) -> int:
    """Return how many entries of a reach fit the criteria."""
    asked = (
        select(func.count())
        .select_from(audit_log)
        .where(reach.condition(audit_log), *criteria.conditions())
    )
    return int((await db.execute(asked, reach.values())).scalar_one())


async def by_ids(
    db: Reading, ids: Sequence[AuditEntryId], reach: Reach
) -> dict[AuditEntryId, AuditEntry]:
    """Return the entries of these ids that the caller may see."""
    wanted = reach.condition(audit_log), audit_log.c.id.in_(ids)
    rows = await db.execute(select(audit_log).where(*wanted), reach.values())
    return {(found := _entry(row)).id: found for row in rows}


async def forget_before(db: RawConnection, before: datetime, at_most: int) -> int:
    """Forget entries from before a moment, at most so many; never any of the last year."""
    return int(await db.fetchval("SELECT forget_audit_log($1, $2)", before, at_most))
